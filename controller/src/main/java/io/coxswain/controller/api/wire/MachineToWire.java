package io.coxswain.controller.api.wire;

import io.coxswain.controller.lifecycle.Health;
import io.coxswain.controller.observed.LinkState;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.observed.Reading;
import io.coxswain.controller.observed.Seen;
import io.coxswain.controller.observed.Verdict;
import io.coxswain.controller.spec.Repair;
import io.coxswain.v1.Link;
import io.coxswain.v1.MachineRole;
import io.coxswain.v1.Observation;
import io.coxswain.v1.RepairAction;
import io.coxswain.v1.RepairStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A machine as clients read it. */
public final class MachineToWire {
  private MachineToWire() {}

  /**
   * Maps a machine and what is known of it.
   *
   * @param instances names of those that lease it
   * @param observation its newest stored report
   */
  public static io.coxswain.v1.Machine machine(
      Machine machine,
      Seen seen,
      List<String> instances,
      Optional<Observation> observation,
      Instant now) {
    Health health = Health.of(seen.facts());
    io.coxswain.v1.Machine.Builder wire =
        io.coxswain.v1.Machine.newBuilder()
            .setId(machine.id())
            .setName(machine.name())
            .setRole(role(machine.role()))
            .setShape(seen.facts().map(MachineToWire::shape).orElse(""))
            .setLink(link(seen.link(machine, now)))
            .setHealth(health(health.level()))
            .setHealthReason(health.reason())
            .addAllInstances(instances)
            .putAllLabels(machine.labels())
            .setRevoked(machine.isRevoked())
            .setQuarantine(machine.quarantine())
            .setAddress(seen.facts().map(MachineFacts::address).orElse(""))
            .setEnrolledAt(Times.wire(machine.enrolledAt()))
            .setCertificateExpiresAt(Times.wire(machine.certificateExpiresAt()))
            .setSerial(machine.serial());
    observation.ifPresent(wire::setObservation);
    seen.facts()
        .map(facts -> facts.judged().verdicts())
        .orElse(List.of())
        .forEach(verdict -> wire.addVerdicts(verdict(verdict)));
    machine.care().repair().ifPresent(repair -> wire.setRepair(repair(repair)));
    machine.cleanedAt().ifPresent(at -> wire.setCleanedAt(Times.wire(at)));
    if (!seen.lastSeen().equals(Instant.EPOCH)) {
      wire.setLastSeenAt(Times.wire(seen.lastSeen()));
    }
    return wire.build();
  }

  /** What was measured, in a shape's form; empty where the GPUs that are there cannot be used. */
  static String shape(MachineFacts facts) {
    return switch (facts.gpus()) {
      case Reading.Known<MachineFacts.Gpus>(MachineFacts.Gpus gpus) ->
          gpus.count() + "x" + gpus.model();
      case Reading.Unsupported<MachineFacts.Gpus> _ -> facts.pciGpus() == 0 ? "cpu" : "";
      case Reading.Failed<MachineFacts.Gpus> _ -> "";
    };
  }

  static Link link(LinkState state) {
    return switch (state) {
      case CONNECTED -> Link.CONNECTED;
      case STALE -> Link.STALE;
      case LOST -> Link.LOST;
    };
  }

  static io.coxswain.v1.Health health(Verdict.Level level) {
    return switch (level) {
      case PASS -> io.coxswain.v1.Health.PASS;
      case INFO -> io.coxswain.v1.Health.INFO;
      case WARNING -> io.coxswain.v1.Health.WARNING;
      case CRITICAL -> io.coxswain.v1.Health.CRITICAL;
      case UNKNOWN -> io.coxswain.v1.Health.UNKNOWN;
    };
  }

  private static io.coxswain.v1.Verdict verdict(Verdict verdict) {
    return io.coxswain.v1.Verdict.newBuilder()
        .setCheck(verdict.check())
        .setSubject(verdict.subject())
        .setLevel(health(verdict.level()))
        .setMessage(verdict.message())
        .setExpected(verdict.expected())
        .setSince(Times.wire(verdict.since()))
        .setAction(action(verdict.action()))
        .setDrain(verdict.isDraining())
        .setSuppressed(verdict.suppressed())
        .setCount(verdict.count())
        .build();
  }

  private static RepairStatus repair(Repair repair) {
    return RepairStatus.newBuilder()
        .setId(repair.id())
        .setWork(repair.work().words())
        .setState(RepairStatus.State.valueOf(repair.state().name()))
        .setMessage(repair.message())
        .setAskedBy(repair.by())
        .setAskedAt(Times.wire(repair.askedAt()))
        .build();
  }

  private static RepairAction action(Verdict.Action action) {
    return switch (action) {
      case NONE -> RepairAction.NO_REPAIR;
      case RESET_GPU -> RepairAction.RESET_GPU;
      case REBOOT -> RepairAction.REBOOT;
      case REPLACE -> RepairAction.REPLACE;
      case HARDWARE -> RepairAction.HARDWARE;
    };
  }

  private static MachineRole role(Machine.Role role) {
    return switch (role) {
      case WORKER -> MachineRole.WORKER;
      case JUMPHOST -> MachineRole.JUMPHOST;
    };
  }
}
