package io.coxswain.controller.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.plan.GroupNames;
import io.coxswain.controller.plan.RepairPolicy;
import io.coxswain.controller.slurm.ClusterPaths;
import io.coxswain.controller.spec.Assignment;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.Nodepool;
import io.coxswain.controller.spec.PowerDeed;
import io.coxswain.controller.spec.Repair;
import io.coxswain.controller.spec.Selector;
import io.coxswain.controller.spec.Shape;
import io.coxswain.controller.spec.Want;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A cluster whose slurmctld runs on its only node, or on a worker of its own. */
class SingleNodeTest {
  private final Yard yard = new Yard(RepairPolicy.OFF);
  private int requests;

  private Intents.Created create(int size, String jumphost) {
    Intents.Created created = yard.intents.create(request(size, jumphost));
    yard.more.add(created.cluster().spec().id());
    yard.turn();
    return created;
  }

  private CreateRequest request(int size, String jumphost) {
    return new CreateRequest(
        "r-" + requests++,
        List.of(Nodepool.fixed(Nodepool.MAIN, new Shape(8, "H200"), size, Selector.ANY, List.of())),
        "solo",
        List.of(),
        false,
        "alice",
        jumphost);
  }

  private Instance instance(String name) {
    return yard.store.read(tx -> tx.instance(name)).orElseThrow();
  }

  private List<Instance> instances(ClusterId id) {
    return yard.store.read(tx -> tx.instances(id));
  }

  private void freeSecondNode() {
    yard.store.write(
        tx -> {
          tx.removeInstance("c-0001-1");
          return true;
        });
  }

  private void allDone(int times) {
    for (int i = 0; i < times; i++) {
      yard.done("m-0");
      yard.done("m-3");
      yard.done("m-2");
    }
  }

  /** Nothing that a machine is told may undo what it is told besides. */
  private void requireNoContradiction(String machine) {
    Map<String, Object> seen = new HashMap<>();
    for (Want want : yard.wants(machine)) {
      switch (want) {
        case Want.File file -> requireSame(seen, file.path(), file);
        case Want.PathAbsent absent -> requireSame(seen, absent.path(), absent);
        case Want.SecretFile secret -> requireSame(seen, secret.path(), secret);
        case Want.HostName name -> requireSame(seen, "host name", name);
        case Want.Hosts hosts -> requireSame(seen, "hosts", hosts);
        case Want.Unit unit -> requireSame(seen, unit.name(), unit);
        case Want.UnitAbsent unit -> requireSame(seen, unit.name(), unit);
        default -> {}
      }
    }
    List<String> before = new ArrayList<>();
    for (Assignment.Group group : yard.groups(machine)) {
      assertThat(before).doesNotContain(group.name()).containsAll(group.after());
      before.add(group.name());
    }
  }

  private static void requireSame(Map<String, Object> seen, String what, Object want) {
    Object before = seen.putIfAbsent(what, want);
    if (before != null) {
      assertThat(want).as(what).isEqualTo(before);
    }
  }

  @Test
  void oneMachineIsBothAndNobodyElseIsTouched() {
    List<Want> others = yard.wants("m-0");
    Intents.Created created = create(1, "");
    ClusterId id = created.cluster().spec().id();
    String node = id.workerInstance(0);
    assertThat(created.cluster().spec().jumphost()).isEqualTo("gpu03");
    assertThat(instances(id)).allMatch(each -> each.machineId().equals("m-3"));
    for (int i = 0; i < 6; i++) {
      requireNoContradiction("m-3");
      yard.done("m-3");
    }
    requireNoContradiction("m-3");
    assertThat(instances(id)).allMatch(each -> each.state() == InstanceState.RUNNING);
    assertThat(yard.wants("m-0")).isEqualTo(others);
    Operation operation = yard.operation(created.operation().id());
    assertThat(operation.state()).isEqualTo(Operation.State.SUCCEEDED);
    assertThat(operation.message()).isEqualTo("cox ssh " + node);
    ClusterPaths paths = new ClusterPaths(id);
    assertThat(yard.wants("m-3")).contains(new Want.HostName(node));
    assertThat(file("m-3", paths.slurmConf())).contains("SlurmctldHost=" + node + "(10.0.0.13)");
    // Slurm 22.05 fetches its configuration over the default socket, so the one munged serves it.
    assertThat(file("m-3", paths.mungedUnitFile())).contains("/run/munge/munge.socket.2");
    assertThat(yard.wants("m-3"))
        .anyMatch(
            want ->
                want instanceof Want.Packages packages
                    && packages.names().containsAll(List.of("slurmd", "slurmctld")));
  }

  private String file(String machine, String path) {
    return yard.wants(machine).stream()
        .filter(want -> want instanceof Want.File file && file.path().equals(path))
        .map(want -> ((Want.File) want).content())
        .findFirst()
        .orElse("");
  }

  @Test
  void itEndsInOneGoAndTheMachineIsFree() {
    ClusterId id = create(1, "").cluster().spec().id();
    allDone(6);
    Operation end = yard.intents.destroy(id.value(), ClusterSpec.Intent.DESTROY_WITH_JOBS, "r-end");
    yard.turn();
    assertThat(yard.wants("m-3")).noneMatch(Want.UserAbsent.class::isInstance);
    yard.done("m-3", GroupNames.quiesce(id));
    yard.turn();
    List<Want> clean = yard.wants("m-3");
    ClusterPaths paths = new ClusterPaths(id);
    assertThat(clean.getFirst()).isEqualTo(new Want.UnitAbsent(paths.slurmctldUnit()));
    assertThat(clean)
        .contains(
            new Want.UnitAbsent("slurmd.service"),
            new Want.UnitAbsent(paths.mungedUnit()),
            new Want.PathAbsent(paths.slurmctldState(), true),
            new Want.PathAbsent(paths.slurmdSpool(), true),
            new Want.PathAbsent(ClusterPaths.SLURMCTLD_DROP_IN, true),
            new Want.HostName("gpu03"));
    assertThat(yard.groups("m-3")).hasSize(1);
    yard.done("m-3");
    yard.turn();
    assertThat(yard.operation(end.id()).state()).isEqualTo(Operation.State.SUCCEEDED);
    assertThat(yard.groups("m-3")).isEmpty();
    assertThat(yard.machine("m-3").isQuarantined()).isFalse();
    assertThat(create(1, "").cluster().spec().jumphost()).isEqualTo("gpu03");
  }

  @Test
  void itGrowsAndTheFirstNodeNeverLeaves() {
    ClusterId id = create(1, "").cluster().spec().id();
    allDone(6);
    freeSecondNode();
    String first = id.workerInstance(0);
    String before = file("m-3", new ClusterPaths(id).slurmConf());
    yard.intents.scaling().scale(new Scaling.Wish("solo", "", 2, List.of(), "alice", "r-up"));
    yard.turn();
    allDone(8);
    assertThat(instance(id.workerInstance(1)).state()).isEqualTo(InstanceState.RUNNING);
    assertThat(file("m-3", new ClusterPaths(id).slurmConf())).isEqualTo(before);
    assertThat(file("m-2", ClusterPaths.SLURMD_DROP_IN)).contains("10.0.0.13:6817");
    requireNoContradiction("m-3");
    assertThatThrownBy(() -> yard.intents.scaling().remove(first, false, "alice", "r-first"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining(first + " runs the cluster's slurmctld");
    assertThatThrownBy(
            () ->
                yard.intents
                    .repairs()
                    .ask(new Repairs.Wish("gpu03", Repair.Kind.REPLACE, "", "", true, "bob")))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("gpu03 is a jumphost");
    Powers powers =
        new Powers(yard.store, yard.fleet, () -> yard.now, new SplittableRandom(7), each -> {});
    assertThatThrownBy(() -> powers.stop(first, "alice", "r-stop"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("users are logged in there");
    assertThat(PowerDeed.AWAIT_OFF.endsWhatRuns()).isTrue();
    assertThat(
            yard.intents
                .scaling()
                .scale(new Scaling.Wish("solo", "", 1, List.of(), "alice", "r-down"))
                .leaving())
        .containsExactly(id.workerInstance(1));
  }

  @Test
  void whatServesSlurmIsCleanedAfterTheOtherNodes() {
    ClusterId id = create(1, "").cluster().spec().id();
    allDone(6);
    freeSecondNode();
    yard.intents.scaling().scale(new Scaling.Wish("solo", "", 2, List.of(), "alice", "r-up"));
    yard.turn();
    allDone(8);
    yard.intents.destroy(id.value(), ClusterSpec.Intent.DESTROY_WITH_JOBS, "r-end");
    yard.turn();
    yard.done("m-3", GroupNames.quiesce(id));
    yard.turn();
    assertThat(yard.wants("m-2")).contains(new Want.UnitAbsent("slurmd.service"));
    assertThat(yard.wants("m-3")).doesNotContain(new Want.UnitAbsent("slurmd.service"));
    yard.done("m-2");
    yard.turn();
    assertThat(yard.wants("m-3")).contains(new Want.UnitAbsent("slurmd.service"));
    yard.done("m-3");
    yard.turn();
    assertThat(instances(id)).allMatch(each -> each.state() == InstanceState.DESTROYED);
  }

  @Test
  void aWorkerOfItsOwnIsItsJumphostAndFreeAfterwards() {
    freeSecondNode();
    ClusterId id = create(1, Seats.OWN).cluster().spec().id();
    assertThat(instance(id.jumphostInstance()).machineId()).isNotEmpty();
    assertThat(instance(id.jumphostInstance()).machineId())
        .isNotEqualTo(instance(id.workerInstance(0)).machineId());
    allDone(8);
    assertThat(instances(id)).allMatch(each -> each.state() == InstanceState.RUNNING);
    String own = instance(id.jumphostInstance()).machineId();
    requireNoContradiction(own);
    assertThat(yard.wants(own)).noneMatch(Want.HostName.class::isInstance);
    assertThatThrownBy(
            () ->
                yard.intents
                    .repairs()
                    .ask(
                        new Repairs.Wish(
                            yard.machine(own).name(), Repair.Kind.REBOOT, "", "", false, "bob")))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("is a jumphost");
    yard.intents.destroy(id.value(), ClusterSpec.Intent.DESTROY_WITH_JOBS, "r-end");
    yard.turn();
    allDone(6);
    assertThat(instances(id)).allMatch(each -> each.state() == InstanceState.DESTROYED);
    assertThat(yard.groups(own)).isEmpty();
    assertThat(yard.machine(own).isQuarantined()).isFalse();
  }

  @Test
  void aSharedJumphostIsTakenWhereSomebodySaysSo() {
    assertThat(create(1, Seats.SHARED).cluster().spec().jumphost()).isEqualTo("jumphost");
    yard.done("m-0");
    assertThat(yard.wants("m-3")).noneMatch(want -> want.equals(new Want.HostName("gpu03")));
  }

  @Test
  void aNodeThatFailsOnItsWayIsTriedAgainAsAWhole() {
    ClusterId id = create(1, "").cluster().spec().id();
    yard.fail("m-3", GroupNames.HOST, "apt is broken");
    assertThat(instances(id)).allMatch(each -> each.state() == InstanceState.FAILED);
    yard.intents.retry(id.workerInstance(0), "r-retry");
    yard.turn();
    allDone(8);
    assertThat(instances(id)).allMatch(each -> each.state() == InstanceState.RUNNING);
  }

  @ParameterizedTest
  @CsvSource({
    "gpu01, a worker (expected: an enrolled jumphost",
    "nowhere, no machine of that name is enrolled",
    "../etc, no machine of that name is enrolled",
    "own, no capacity for a jumphost of its own",
  })
  void whatCannotBeAJumphostIsRefusedAndNothingIsMade(String jumphost, String why) {
    assertThatThrownBy(() -> yard.intents.create(request(1, jumphost)))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining(why);
    assertThat(yard.clusters()).hasSize(1);
  }
}
