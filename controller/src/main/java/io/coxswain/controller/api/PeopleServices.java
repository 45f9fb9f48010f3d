package io.coxswain.controller.api;

import io.coxswain.controller.access.JoinTokens;
import io.coxswain.controller.api.link.GrpcAgents;
import io.coxswain.controller.bundle.Shelf;
import io.coxswain.controller.reconcile.ActiveTests;
import io.coxswain.controller.reconcile.Bmcs;
import io.coxswain.controller.reconcile.BundlePlans;
import io.coxswain.controller.reconcile.Explanation;
import io.coxswain.controller.reconcile.Fleet;
import io.coxswain.controller.reconcile.ImageWishes;
import io.coxswain.controller.reconcile.Intents;
import io.coxswain.controller.reconcile.Powers;
import io.coxswain.controller.reconcile.Rolls;
import io.coxswain.controller.reconcile.VolumeWishes;
import io.coxswain.controller.store.Store;
import io.coxswain.v1.GetVersionResponse;
import io.grpc.BindableService;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/** What people and their programs call. */
public final class PeopleServices {
  private PeopleServices() {}

  /**
   * What callers are told about the controller itself.
   *
   * @param caPin fingerprint of the certificate authority
   * @param dial {@code host:port} for agents
   */
  public record Site(String version, String caPin, String dial) {}

  /** The services, on the given rooms. */
  @SuppressWarnings("ParameterNumber") // One for each door inwards; they are wired in one place.
  public static List<BindableService> of(
      Store store,
      Fleet fleet,
      Intents intents,
      GrpcAgents agents,
      JoinTokens tokens,
      InstantSource clock,
      Site site,
      ActiveTests tests) {
    Views views = new Views(fleet, clock);
    Explanation explanation = new Explanation(store, fleet, clock);
    GetVersionResponse version =
        GetVersionResponse.newBuilder().setVersion(site.version()).setCaPin(site.caPin()).build();
    return List.of(
        new MachinesService(
            store,
            intents,
            views,
            tokens,
            agents,
            fleet,
            new MachinesService.Joining(site.caPin(), site.dial())),
        new ClustersService(store, intents, explanation, views, agents, version),
        new InstancesService(store, intents, views),
        new OperationsService(store, intents, views),
        new NodepoolsService(store, intents.nodepools()),
        new NodeTestsService(store, tests),
        new HistoriesService(store, fleet, clock));
  }

  /** Machines' power: what is known of their management controllers, and wishes to switch them. */
  public static BindableService power(Bmcs bmcs, Powers powers) {
    return new PowerService(bmcs, powers);
  }

  /** Bundles: planned from the catalogue in force, carried out by the rolls. */
  public static BindableService bundles(
      Store store, Fleet fleet, Supplier<Shelf> shelf, Rolls rolls) {
    return new BundlesService(store, shelf, new BundlePlans(store, fleet), rolls);
  }

  /** Images: the catalogue, and their archives for agents. */
  public static List<BindableService> images(Store store, ImageWishes wishes) {
    return List.of(new ImagesService(store, wishes), new ImageArchivesService(store, wishes));
  }

  /** Volumes: wishes about them, and how they stand on the machines. */
  public static BindableService volumes(
      Store store, VolumeWishes wishes, Fleet fleet, InstantSource clock) {
    return new VolumesService(store, wishes, fleet, clock);
  }
}
