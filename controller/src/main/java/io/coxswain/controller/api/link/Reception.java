package io.coxswain.controller.api.link;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.coxswain.controller.api.refusal.Statuses;
import io.coxswain.controller.api.wire.FactsFromWire;
import io.coxswain.controller.api.wire.OutcomeFromWire;
import io.coxswain.controller.api.wire.RoundsFromWire;
import io.coxswain.controller.observed.LinkState;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.reconcile.Fleet;
import io.coxswain.controller.store.Store;
import io.coxswain.v1.Observation;
import io.coxswain.v1.Outcome;
import io.grpc.Status;
import java.net.InetAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes what agents tell: into the fleet, now and then into the store; then wakes the loops. */
public final class Reception {
  static final int HEARTBEAT_SECONDS = 5;

  /** Reports are for restarts and for people; a disk need not see each of them. */
  static final Duration SAVE_EVERY = Duration.ofSeconds(30);

  private static final Logger log = LoggerFactory.getLogger(Reception.class);

  private final Store store;
  private final Fleet fleet;
  private final InstantSource clock;
  private final Consumer<String> connected;
  private final Consumer<String> wake;
  private final Map<String, Saved> saved = new ConcurrentHashMap<>();

  private record Saved(ByteString digest, Instant at) {}

  /**
   * Takes news of machines, by their ids.
   *
   * @param connected told when a machine's agent has just connected, before the fleet is
   * @param wake told when something about a machine is new
   */
  public Reception(
      Store store,
      Fleet fleet,
      InstantSource clock,
      Consumer<String> connected,
      Consumer<String> wake) {
    this.store = store;
    this.fleet = fleet;
    this.clock = clock;
    this.connected = connected;
    this.wake = wake;
  }

  /** Gives the fleet the reports of the last run. */
  public void remember() {
    for (Machine machine : store.read(tx -> tx.machines())) {
      store
          .read(tx -> tx.report(machine.id()))
          .ifPresent(
              report -> {
                try {
                  fleet.remembered(machine.id(), remembered(Observation.parseFrom(report)));
                } catch (InvalidProtocolBufferException e) {
                  log.warn(
                      "stored report of {}: not readable, waiting for the next one",
                      machine.name());
                }
              });
    }
  }

  /** Without an address: the one that counts is the stream's, and a lease settles it for good. */
  private static MachineFacts remembered(Observation report) {
    return FactsFromWire.facts(
        report.toBuilder().clearInterfaces().build(), Optional.empty(), Instant.EPOCH);
  }

  static int reportSeconds(Machine.Role role) {
    return switch (role) {
      case WORKER -> 30;
      // It tells of Slurm's nodes and jobs too, which change by themselves.
      case JUMPHOST -> 10;
    };
  }

  Instant now() {
    return clock.instant();
  }

  /** The machine of a certificate, or why it may not come in. */
  Machine admit(String machineId) {
    Machine machine =
        store
            .read(tx -> tx.machine(machineId))
            .orElseThrow(
                () ->
                    Statuses.refusal(
                        Status.Code.PERMISSION_DENIED,
                        "NOT_ENROLLED",
                        "machine " + machineId + " is not enrolled",
                        "join it anew with a token of cox machine join-token"));
    if (machine.isRevoked()) {
      throw Statuses.refusal(
          Status.Code.PERMISSION_DENIED,
          "REVOKED",
          "machine " + machine.name() + " (" + machineId + ") was revoked",
          "cox machine remove " + machine.name() + ", then join it anew");
    }
    return machine;
  }

  void connected(String machineId, long generation) {
    // First, so that nothing that was sent down the old stream counts as sent down this one.
    connected.accept(machineId);
    fleet.connected(machineId, generation, clock.instant());
    wake.accept(machineId);
  }

  void disconnected(String machineId) {
    fleet.disconnected(machineId);
    wake.accept(machineId);
  }

  void heartbeat(String machineId, long generation) {
    Instant now = clock.instant();
    boolean wasSilent = fleet.seen(machineId).link(now) != LinkState.CONNECTED;
    fleet.heard(machineId, generation, now);
    if (wasSilent) {
      wake.accept(machineId);
    }
  }

  void report(String machineId, Observation observation, Optional<InetAddress> remote) {
    Instant now = clock.instant();
    fleet.reported(machineId, FactsFromWire.facts(observation, remote, now), now);
    fleet.histories().add(machineId, RoundsFromWire.rounds(observation), now);
    wake.accept(machineId);
    save(machineId, observation, now);
  }

  void outcome(String machineId, Outcome outcome) {
    fleet.outcome(machineId, OutcomeFromWire.outcome(outcome), clock.instant());
    wake.accept(machineId);
  }

  private void save(String machineId, Observation observation, Instant now) {
    Saved last = saved.get(machineId);
    if (last != null && now.isBefore(last.at().plus(SAVE_EVERY))) {
      return;
    }
    ByteString digest = digest(observation.toBuilder().clearObservedAt().build());
    if (last != null && last.digest().equals(digest)) {
      return;
    }
    byte[] report = observation.toByteArray();
    boolean isKnown =
        store.write(
            tx -> {
              boolean isThere = tx.machine(machineId).isPresent();
              if (isThere) {
                tx.saveReport(machineId, report);
              }
              return isThere;
            });
    if (isKnown) {
      saved.put(machineId, new Saved(digest, now));
    }
  }

  private static ByteString digest(Observation observation) {
    try {
      return ByteString.copyFrom(
          MessageDigest.getInstance("SHA-256").digest(observation.toByteArray()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256: missing (every Java has it)", e);
    }
  }
}
