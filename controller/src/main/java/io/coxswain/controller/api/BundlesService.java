package io.coxswain.controller.api;

import io.coxswain.controller.api.caller.Caller;
import io.coxswain.controller.api.wire.BundleToWire;
import io.coxswain.controller.api.wire.HistoryToWire;
import io.coxswain.controller.bundle.Bundle;
import io.coxswain.controller.bundle.Catalogue;
import io.coxswain.controller.bundle.Shelf;
import io.coxswain.controller.lifecycle.Roll;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.reconcile.BundleOrders;
import io.coxswain.controller.reconcile.BundlePlans;
import io.coxswain.controller.reconcile.RefusedException;
import io.coxswain.controller.reconcile.Rolls;
import io.coxswain.controller.spec.Selector;
import io.coxswain.controller.store.Store;
import io.coxswain.v1.ApplyBundleRequest;
import io.coxswain.v1.BundleMachines;
import io.coxswain.v1.BundlesGrpc;
import io.coxswain.v1.GetBundleRequest;
import io.coxswain.v1.GetRollRequest;
import io.coxswain.v1.ListBundlesRequest;
import io.coxswain.v1.ListBundlesResponse;
import io.coxswain.v1.ListRollsRequest;
import io.coxswain.v1.ListRollsResponse;
import io.coxswain.v1.Operation;
import io.coxswain.v1.PlanBundleRequest;
import io.coxswain.v1.PlanBundleResponse;
import io.coxswain.v1.RollBackBundleRequest;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;

/** Driver bundles: shown, planned, and sent on their way. */
final class BundlesService extends BundlesGrpc.BundlesImplBase {
  private final Store store;
  private final Supplier<Shelf> shelf;
  private final BundlePlans plans;
  private final BundleOrders orders;
  private final Rolls rolls;

  BundlesService(Store store, Supplier<Shelf> shelf, BundlePlans plans, Rolls rolls) {
    this.store = store;
    this.shelf = shelf;
    this.plans = plans;
    this.orders = new BundleOrders(store, plans, rolls);
    this.rolls = rolls;
  }

  @Override
  public void listBundles(ListBundlesRequest request, StreamObserver<ListBundlesResponse> out) {
    Shelf now = shelf.get();
    ListBundlesResponse.Builder answer =
        ListBundlesResponse.newBuilder().setRefusal(now.refusal().orElse(""));
    now.catalogue()
        .sorted()
        .forEach(bundle -> answer.addBundles(BundleToWire.bundle(bundle, now.catalogue())));
    Requests.answer(out, answer.build());
  }

  @Override
  public void getBundle(GetBundleRequest request, StreamObserver<io.coxswain.v1.Bundle> out) {
    Catalogue catalogue = shelf.get().catalogue();
    Requests.answer(out, BundleToWire.bundle(bundle(catalogue, request.getName()), catalogue));
  }

  @Override
  public void planBundle(PlanBundleRequest request, StreamObserver<PlanBundleResponse> out) {
    Catalogue catalogue = shelf.get().catalogue();
    Bundle bundle = bundle(catalogue, request.getName());
    PlanBundleResponse.Builder answer = PlanBundleResponse.newBuilder().setBundle(bundle.title());
    plans
        .plan(catalogue, bundle, choice(request.getMachines()))
        .forEach(plan -> answer.addMachines(BundleToWire.plan(plan)));
    Requests.answer(out, answer.build());
  }

  @Override
  public void applyBundle(ApplyBundleRequest request, StreamObserver<Operation> out) {
    Requests.requireRequestId(request.getRequestId());
    Catalogue catalogue = shelf.get().catalogue();
    Bundle bundle = bundle(catalogue, request.getName());
    requirePlanned(bundle, request.getPlanned());
    Requests.answer(
        out,
        HistoryToWire.operation(
            orders.apply(
                catalogue,
                bundle,
                choice(request.getMachines()),
                manner(
                    request.getMaxUnavailable(), request.getNoReboot(), request.getRequestId()))));
  }

  // A site's file may have changed between the plan that somebody agreed to and the order.
  private static void requirePlanned(Bundle bundle, String planned) {
    if (!planned.isEmpty() && !planned.equals(bundle.title())) {
      throw new RefusedException(
          RefusedException.Kind.FORBIDDEN_NOW,
          bundle.name(),
          "bundle " + bundle.title() + " (expected: " + planned + ", as it was planned)",
          "cox bundle plan " + bundle.name());
    }
  }

  @Override
  public void rollBackBundle(RollBackBundleRequest request, StreamObserver<Operation> out) {
    Requests.requireRequestId(request.getRequestId());
    Requests.answer(
        out,
        HistoryToWire.operation(
            orders.rollBack(
                choice(request.getMachines()),
                manner(
                    request.getMaxUnavailable(), request.getNoReboot(), request.getRequestId()))));
  }

  @Override
  public void listRolls(ListRollsRequest request, StreamObserver<ListRollsResponse> out) {
    ListRollsResponse.Builder answer = ListRollsResponse.newBuilder();
    rolls.rolls().forEach(roll -> answer.addRolls(wire(roll)));
    Requests.answer(out, answer.build());
  }

  @Override
  public void getRoll(GetRollRequest request, StreamObserver<io.coxswain.v1.Roll> out) {
    String id = request.getOperation();
    Requests.answer(
        out,
        rolls
            .roll(id)
            .map(this::wire)
            .orElseThrow(
                () ->
                    new RefusedException(
                        RefusedException.Kind.NOT_FOUND,
                        id,
                        "roll '" + id + "': there is none",
                        "cox bundle status")));
  }

  private io.coxswain.v1.Roll wire(Roll roll) {
    // A machine that was removed since is told by its id.
    return store.read(
        tx -> BundleToWire.roll(roll, id -> tx.machine(id).map(Machine::name).orElse(id)));
  }

  private static Bundle bundle(Catalogue catalogue, String name) {
    return catalogue
        .bundle(name)
        .orElseThrow(
            () ->
                new RefusedException(
                    RefusedException.Kind.NOT_FOUND,
                    name,
                    "bundle '" + name + "': there is none",
                    "cox bundle list"));
  }

  private static BundlePlans.Choice choice(BundleMachines machines) {
    return new BundlePlans.Choice(
        machines.getNamesList(), machines.getCluster(), Selector.parse(machines.getSelector()));
  }

  private static BundleOrders.Manner manner(int maxUnavailable, boolean noReboot, String id) {
    return new BundleOrders.Manner(
        maxUnavailable == 0 ? 1 : Requests.size(maxUnavailable),
        !noReboot,
        Caller.current().name(),
        id);
  }
}
