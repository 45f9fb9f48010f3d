package io.coxswain.controller.store;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Hold;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.lifecycle.Settled;
import io.coxswain.controller.observed.GroupOutcome;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.observed.Verdict;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.Nodepool;
import io.coxswain.controller.spec.Secret;
import io.coxswain.controller.spec.Selector;
import io.coxswain.controller.spec.Shape;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Records with something in every component. */
final class Samples {
  /** With nanoseconds, which must not be lost. */
  static final Instant NOON = Instant.parse("2026-11-22T12:00:00.123456789Z");

  static final ClusterId C1 = new ClusterId("c-00a1");
  static final ClusterId C2 = new ClusterId("c-00a2");

  private Samples() {}

  static Machine machine(String id, String name) {
    return new Machine(
        id,
        name,
        Machine.Role.WORKER,
        "4c4c4544-0042",
        "SN'1\"ü",
        Map.of("rack", "a1", "gpu", "new"),
        NOON,
        "0a1b",
        NOON.plus(Duration.ofHours(24)),
        true,
        "clean-up could not be verified",
        Optional.of(NOON.minusNanos(1)),
        1L << 40,
        "d1gest");
  }

  static Cluster cluster(ClusterId id, String name) {
    byte[] key = new byte[1024];
    Arrays.fill(key, (byte) 0xA7);
    ClusterSpec spec =
        new ClusterSpec(
            id,
            name,
            List.of(
                Nodepool.fixed(
                    Nodepool.MAIN,
                    new Shape(8, "H200"),
                    4,
                    new Selector(Map.of("rack", "a1")),
                    List.of("gpu01", "gpu02"))),
            List.of("ssh-ed25519 AAAA me@host"),
            true,
            20_000,
            6817,
            "jumphost",
            ClusterSpec.Intent.DESTROY_AFTER_JOBS,
            "alice",
            NOON);
    return new Cluster(spec, new Secret(key), Optional.empty());
  }

  /** Of a cluster made the given time later. */
  static Cluster later(Cluster cluster, Duration by) {
    ClusterSpec spec = cluster.spec();
    return cluster.with(
        new ClusterSpec(
            spec.id(),
            spec.name(),
            List.of(Nodepool.fixed(Nodepool.MAIN, Shape.CPU, spec.size(), Selector.ANY, List.of())),
            List.of(),
            false,
            spec.uid(),
            spec.slurmctldPort(),
            spec.jumphost(),
            ClusterSpec.Intent.RUN,
            spec.createdBy(),
            spec.createdAt().plus(by)));
  }

  static Instance instance(ClusterId cluster, int index) {
    return Instance.pending(cluster, index, Nodepool.MAIN, NOON)
        .leasing("m-1")
        .in(InstanceState.FAILED, NOON, Optional.of(NOON.plusSeconds(60)))
        .retried()
        .because(
            Optional.of(
                new GroupOutcome.Failure(
                    "COMMAND_FAILED", "apt: ü", List.of("E: a", "E: b"), "cox instance retry")))
        .proven("4 ranks, sum 10")
        .settled(
            new Settled(
                "10.0.0.7", true, 2, List.of(0, 1, 7), "22.05.8", "CPUs=4 Gres=gpu:h200:8", true))
        .held(
            Optional.of(
                new Hold(
                    "xid-79",
                    "0000:18:00.0",
                    Verdict.Action.REBOOT,
                    "off the bus",
                    NOON,
                    NOON.minusNanos(1),
                    true)));
  }

  static Operation operation(String id, String request, Instant at) {
    return new Operation(
        id,
        Operation.Kind.CREATE_CLUSTER,
        Operation.State.IN_PROGRESS,
        Optional.of(C1),
        request,
        at,
        Optional.empty(),
        "");
  }

  static Event event(ClusterId cluster, String message) {
    return Event.of(
        NOON, cluster.value(), cluster.jumphostInstance(), "jumphost", "MACHINE_LEASED", message);
  }

  static JoinToken token(String hash) {
    return new JoinToken(
        hash,
        Machine.Role.JUMPHOST,
        "gpu01",
        "SN1",
        3,
        NOON.plusSeconds(600),
        Map.of("rack", "a1"));
  }
}
