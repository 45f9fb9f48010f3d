package io.coxswain.controller;

import io.coxswain.controller.access.Accounts;
import io.coxswain.controller.access.Attempts;
import io.coxswain.controller.access.CertificateAuthority;
import io.coxswain.controller.access.JoinTokens;
import io.coxswain.controller.access.ScrapeToken;
import io.coxswain.controller.access.Vault;
import io.coxswain.controller.api.ControllerServer;
import io.coxswain.controller.api.PeopleServices;
import io.coxswain.controller.api.caller.Scrapers;
import io.coxswain.controller.api.link.AgentLinkService;
import io.coxswain.controller.api.link.Enrolment;
import io.coxswain.controller.api.link.GrpcAgents;
import io.coxswain.controller.api.link.Reception;
import io.coxswain.controller.api.metrics.MetricsService;
import io.coxswain.controller.api.metrics.SiteMetrics;
import io.coxswain.controller.plan.ClusterSteps;
import io.coxswain.controller.reconcile.ActiveTests;
import io.coxswain.controller.reconcile.Bmcs;
import io.coxswain.controller.reconcile.Fleet;
import io.coxswain.controller.reconcile.ImageWishes;
import io.coxswain.controller.reconcile.Intents;
import io.coxswain.controller.reconcile.Loops;
import io.coxswain.controller.reconcile.Powers;
import io.coxswain.controller.reconcile.Reconciler;
import io.coxswain.controller.reconcile.Retention;
import io.coxswain.controller.reconcile.VolumeWishes;
import io.coxswain.controller.store.ImageFiles;
import io.coxswain.controller.store.Store;
import io.grpc.BindableService;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running controller: its rooms, put together by hand. It owns the store that it is given. */
final class Controller implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Controller.class);

  private final Store store;
  private final Loops loops;
  private final ControllerServer server;
  private final SocketFile socket;

  /** Starts it; returns when its doors are open. */
  Controller(Config config, Store store, CertificateAuthority authority, InstantSource clock) {
    SecureRandom random = new SecureRandom();
    Fleet fleet = new Fleet();
    GrpcAgents agents = new GrpcAgents();
    Vault vault = new Vault(config.state(), random);
    Reconciler reconciler =
        new Reconciler(store, fleet, agents, steps(), clock, config.automaticRepair(), vault);
    this.store = store;
    this.loops = new Loops(store, reconciler, new Retention(store, clock));
    Intents intents = new Intents(store, fleet, clock, random, loops::wakeFor);
    ActiveTests tests =
        new ActiveTests(store, clock, random, loops::wake, config.testTolerancePercent());
    JoinTokens tokens = new JoinTokens(random, clock);
    Reception reception =
        new Reception(store, fleet, clock, reconciler::connected, loops::wakeMachine);
    Enrolment enrolment =
        new Enrolment(store, tokens, authority, new Attempts(clock), clock, random);
    List<BindableService> services =
        new ArrayList<>(
            PeopleServices.of(
                store, fleet, intents, agents, tokens, clock, site(config, authority), tests));
    services.add(
        PeopleServices.bundles(store, fleet, new SiteBundles(config.bundles()), intents.rolls()));
    Bmcs bmcs = new Bmcs(store, vault, clock);
    services.addAll(powerVolumesAndImages(config, bmcs, fleet, clock, random));
    services.add(new AgentLinkService(enrolment, reception, agents));
    bmcs.reseal();
    reception.remember();
    loops.start();
    socket = new SocketFile(config.socket());
    socket.clear();
    server =
        new ControllerServer(
            new ControllerServer.Doors(config.listen(), config.names(), config.socket()),
            authority,
            new Accounts(Path.of("/etc/passwd")),
            agents,
            new ControllerServer.Calls(services, metrics(config, store, fleet, clock)));
    socket.open();
  }

  private static PeopleServices.Site site(Config config, CertificateAuthority authority) {
    return new PeopleServices.Site(ControllerMain.VERSION, authority.fingerprint(), config.dial());
  }

  private List<BindableService> powerVolumesAndImages(
      Config config, Bmcs bmcs, Fleet fleet, InstantSource clock, SecureRandom random) {
    Powers powers = new Powers(store, fleet, clock, random, loops::wakeFor);
    VolumeWishes volumes = new VolumeWishes(store, clock, random, loops::wake);
    ImageFiles files = ImageFiles.open(config.state().resolve("images"));
    List<BindableService> services =
        new ArrayList<>(PeopleServices.images(store, new ImageWishes(store, files, clock)));
    services.add(PeopleServices.power(bmcs, powers));
    services.add(PeopleServices.volumes(store, volumes, fleet, clock));
    return services;
  }

  private static MetricsService metrics(
      Config config, Store store, Fleet fleet, InstantSource clock) {
    Optional<ScrapeToken> token = config.metricsToken().map(ScrapeToken::new);
    try {
      token.ifPresent(ScrapeToken::check);
    } catch (IllegalStateException e) {
      // Machines and jobs do without metrics; it is read again at each scrape.
      log.error("nobody gets metrics from afar: {}", e.getMessage());
    }
    return new MetricsService(
        new Scrapers(token), new SiteMetrics(store, fleet, clock, ControllerMain.VERSION));
  }

  int port() {
    return server.port();
  }

  /** First the doors, so that nothing new comes in, then the loops, then the store. */
  @Override
  public void close() {
    server.close();
    socket.delete();
    loops.close();
    store.close();
  }

  private static ClusterSteps steps() {
    return new ClusterSteps(
        source("allreduce.c"), source("pairwise.c"), source("runtool.c"), source("container.c"));
  }

  /** A program that is sent to the machines. */
  private static String source(String name) {
    try (InputStream source = Controller.class.getResourceAsStream(name)) {
      if (source == null) {
        throw new IllegalStateException(
            "resource "
                + name
                + ": not there (expected: beside the class "
                + Controller.class.getName()
                + ")");
      }
      return new String(source.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
