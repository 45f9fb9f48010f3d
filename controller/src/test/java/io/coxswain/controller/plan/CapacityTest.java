package io.coxswain.controller.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Hold;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.observed.MachineFacts.SlurmCluster;
import io.coxswain.controller.observed.Reading;
import io.coxswain.controller.observed.Seen;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.Nodepool;
import io.coxswain.controller.spec.Repair;
import io.coxswain.controller.spec.Secret;
import io.coxswain.controller.spec.Selector;
import io.coxswain.controller.spec.Shape;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What takes jobs is counted; what nobody knows is never counted as if it did. */
class CapacityTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final ClusterId C = new ClusterId("c-00a1");

  @Test
  void nodesThatSlurmIsReadyToUseAreCounted() {
    assertThat(capacity(running(3), heard(told("IDLE", "MIXED+PLANNED", "ALLOCATED"))))
        .isEqualTo(new Capacity(3, new Reading.Known<>(3)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DOWN",
        "IDLE+DRAIN",
        "ALLOCATED+DRAIN",
        "IDLE+NOT_RESPONDING",
        "UNKNOWN",
        "FUTURE"
      })
  void aNodeThatSlurmGivesNoJobsIsNotUsable(String state) {
    assertThat(usable(running(2), heard(told("IDLE", state)))).isEqualTo(new Reading.Known<>(1));
  }

  @Test
  void aNodeThatSlurmHasNeverHeardOfIsNotUsable() {
    assertThat(usable(running(2), heard(told("IDLE")))).isEqualTo(new Reading.Known<>(1));
  }

  @Test
  void oneThatIsOnItsWayStoppedOrHeldIsNotUsableWhateverSlurmSays() {
    List<Instance> instances = new ArrayList<>(running(4));
    instances.set(1, instances.get(1).in(InstanceState.CONFIGURING, NOON, Optional.empty()));
    instances.set(2, instances.get(2).in(InstanceState.STOPPED, NOON, Optional.empty()));
    Repair repair = Repair.asked("r", Repair.Work.reboot(), "alice", NOON);
    instances.set(3, instances.get(3).held(Optional.of(Hold.forRepair(repair, NOON))));
    assertThat(usable(instances, heard(told("IDLE", "IDLE", "IDLE", "IDLE"))))
        .isEqualTo(new Reading.Known<>(1));
  }

  @Test
  void whereSlurmDoesNotAnswerNobodyKnows() {
    SlurmCluster mute =
        new SlurmCluster(C.value(), false, "connection refused", List.of(), List.of());
    assertThat(usable(running(2), heard(mute)))
        .isEqualTo(new Reading.Failed<>("slurmctld does not answer: connection refused"));
    Seen nothing = heard(told("IDLE", "IDLE"), "c-00ff");
    assertThat(usable(running(2), nothing).known()).isEmpty();
  }

  @Test
  void whereTheJumphostIsSilentNobodyKnowsThoughItOnceTold() {
    Seen told = heard(told("IDLE", "IDLE"));
    Seen cut = new Seen(told.facts(), NOON, false, 1, Map.of());
    Seen stale = new Seen(told.facts(), NOON.minusSeconds(15), true, 1, Map.of());
    assertThat(usable(running(2), cut))
        .isEqualTo(new Reading.Failed<>("the agent of jumphost login01 does not answer"));
    assertThat(usable(running(2), stale).known()).isEmpty();
    assertThat(usable(running(2), Seen.NOTHING).known()).isEmpty();
  }

  @Test
  void whatTheStoreRemembersIsNoAnswer() {
    Seen remembered = heard(told("IDLE", "IDLE"), C.value(), "");
    assertThat(usable(running(2), remembered).known()).isEmpty();
  }

  @Test
  void aClusterWithoutARunningNodeHasNoneWhoeverIsSilent() {
    List<Instance> instances =
        running(1).stream()
            .map(each -> each.in(InstanceState.PROVISIONING, NOON, Optional.empty()))
            .toList();
    assertThat(usable(instances, Seen.NOTHING)).isEqualTo(new Reading.Known<>(0));
  }

  private static Reading<Integer> usable(List<Instance> instances, Seen jumphost) {
    return capacity(instances, jumphost).usable();
  }

  private static Capacity capacity(List<Instance> instances, Seen jumphost) {
    List<Instance> all = new ArrayList<>(instances);
    all.addFirst(
        Instance.jumphost(C, NOON)
            .leasing("m-0")
            .in(InstanceState.RUNNING, NOON, Optional.empty()));
    return Capacity.of(
        cluster(instances.size()), all, id -> id.equals("m-0") ? jumphost : Seen.NOTHING, NOON);
  }

  private static List<Instance> running(int count) {
    List<Instance> instances = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      instances.add(
          Instance.pending(C, i, Nodepool.MAIN, NOON)
              .leasing("m-" + (i + 1))
              .in(InstanceState.RUNNING, NOON, Optional.empty()));
    }
    return instances;
  }

  private static SlurmCluster told(String... states) {
    List<SlurmCluster.Node> nodes = new ArrayList<>();
    for (int i = 0; i < states.length; i++) {
      nodes.add(new SlurmCluster.Node(C.workerInstance(i), states[i], "", ""));
    }
    return new SlurmCluster(C.value(), true, "", nodes, List.of());
  }

  private static Seen heard(SlurmCluster slurm) {
    return heard(slurm, slurm.clusterId());
  }

  private static Seen heard(SlurmCluster slurm, String cluster) {
    return heard(slurm, cluster, "10.0.0.1");
  }

  private static Seen heard(SlurmCluster slurm, String cluster, String address) {
    MachineFacts facts =
        new MachineFacts(
            NOON,
            address,
            "login01",
            "debian",
            "12",
            1L << 36,
            16,
            new Reading.Unsupported<>("none"),
            0,
            new MachineFacts.Cgroups(2, true),
            Optional.empty(),
            "",
            false,
            List.of(
                new SlurmCluster(
                    cluster, slurm.isReachable(), slurm.error(), slurm.nodes(), slurm.jobs())),
            "boot",
            MachineFacts.Judged.NOT,
            Optional.empty());
    return new Seen(Optional.of(facts), NOON, true, 1, Map.of());
  }

  private static Cluster cluster(int size) {
    ClusterSpec spec =
        new ClusterSpec(
            C,
            "train",
            List.of(
                Nodepool.fixed(Nodepool.MAIN, new Shape(8, "H200"), size, Selector.ANY, List.of())),
            List.of(),
            false,
            20_000,
            6817,
            "login01",
            ClusterSpec.Intent.RUN,
            "alice",
            NOON);
    return new Cluster(spec, new Secret(new byte[1]), Optional.empty());
  }
}
