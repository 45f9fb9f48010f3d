package io.coxswain.controller.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.plan.RepairPolicy;
import io.coxswain.controller.spec.InvalidSpecException;
import io.coxswain.controller.spec.Nodepool;
import io.coxswain.controller.spec.Selector;
import io.coxswain.controller.spec.Shape;
import io.coxswain.controller.spec.Want;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A cluster gets another partition with nodes of its own, and loses it, while the others go on. */
class NodepoolsTest {
  private static final Nodepool MORE =
      Nodepool.fixed("more", new Shape(8, "H200"), 1, Selector.ANY, List.of());

  private final Yard yard = new Yard(RepairPolicy.OFF);
  private int requests;

  private Nodepools.Request request() {
    return new Nodepools.Request("train", "alice", "r-" + ++requests, false);
  }

  private Operation begin(Scaling.Outcome outcome) {
    return outcome.operation().orElseThrow();
  }

  private List<String> files(String part) {
    return yard.wants("m-0").stream()
        .filter(want -> want instanceof Want.File file && file.path().endsWith(part))
        .map(want -> ((Want.File) want).content())
        .toList();
  }

  @Test
  void aPoolMoreIsAPartitionWithNodesThatAreProvenAmongThemselves() {
    Operation operation = begin(yard.intents.nodepools().create(request(), MORE));
    yard.turn();
    assertThat(yard.node(2).pool()).isEqualTo("more");
    assertThat(yard.node(2).machineId()).isEqualTo("m-3");
    assertThat(files("slurm.conf").getFirst())
        .contains("NodeSet=c_0001_more Feature=c_0001_more\n")
        .contains("PartitionName=main Nodes=c_0001_main AllowGroups=c-0001 Default=YES ")
        .contains("PartitionName=more Nodes=c_0001_more AllowGroups=c-0001 MaxTime=");
    boolean isProven = false;
    for (int i = 0; i < 12; i++) {
      isProven |=
          yard.wants("m-0").stream()
              .anyMatch(
                  want ->
                      want instanceof Want.MpiCheck check
                          && check.partition().equals("more")
                          && check.nodes().equals(List.of("c-0001-2")));
      yard.done("m-0");
      yard.done("m-3");
    }
    assertThat(isProven).isTrue();
    assertThat(yard.node(2).state()).isEqualTo(InstanceState.RUNNING);
    assertThat(yard.node(2).settled().nodeOptions()).startsWith("Feature=c_0001_more ");
    assertThat(yard.operation(operation.id()).state()).isEqualTo(Operation.State.SUCCEEDED);
  }

  @Test
  void aPoolThatGoesKeepsItsPartitionUntilItsNodesHaveLeft() {
    yard.intents.nodepools().create(request(), MORE);
    yard.settle("m-3");
    Operation operation = begin(yard.intents.nodepools().delete(request(), "more"));
    yard.turn();
    assertThat(files("slurm.conf").getFirst()).contains("PartitionName=more");
    assertThatThrownBy(() -> yard.intents.nodepools().create(request(), MORE))
        .isInstanceOf(RefusedException.class);
    yard.settle("m-3");
    assertThat(yard.instances().stream().map(Instance::name))
        .containsExactly("c-0001-jumphost", "c-0001-0", "c-0001-1");
    assertThat(yard.operation(operation.id()).state()).isEqualTo(Operation.State.SUCCEEDED);
    assertThat(yard.clusters().getFirst().spec().pools()).hasSize(1);
    assertThat(files("slurm.conf").getFirst()).doesNotContain("PartitionName=more");
    assertThat(yard.groups("m-3")).isEmpty();
  }

  @Test
  void whatCannotBeIsRefusedAndChangesNothing() {
    Nodepools pools = yard.intents.nodepools();
    assertThatThrownBy(() -> pools.delete(request(), "main"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("nodepool main is the only one of cluster train");
    assertThatThrownBy(() -> pools.delete(request(), "none"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("nodepool 'none': cluster train has main");
    assertThatThrownBy(() -> pools.delete(request(), "main State=DOWN"))
        .isInstanceOf(InvalidSpecException.class);
    Nodepool large = Nodepool.fixed("large", new Shape(8, "H200"), 2, Selector.ANY, List.of());
    assertThatThrownBy(() -> pools.create(request(), large))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("no capacity for 2 more 8xH200: 1 of 2 machines fit");
    assertThatThrownBy(
            () ->
                pools.create(
                    request(),
                    Nodepool.fixed("main", new Shape(8, "H200"), 1, Selector.ANY, List.of())))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("cluster train has it");
    assertThatThrownBy(() -> pools.edit(request(), "main", bounds(3, 2)))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("max: 2");
    assertThat(yard.operations()).isEmpty();
    assertThat(yard.clusters().getFirst().spec().pools()).hasSize(1);
  }

  @Test
  void theSameRequestStartsNothingNew() {
    Nodepools.Request once = request();
    Operation first = begin(yard.intents.nodepools().create(once, MORE));
    assertThat(begin(yard.intents.nodepools().create(once, MORE))).isEqualTo(first);
    assertThat(yard.instances()).hasSize(4);
  }

  @Test
  void aClusterWithSeveralIsScaledByName() {
    yard.intents.nodepools().create(request(), MORE);
    yard.settle("m-3");
    assertThatThrownBy(() -> yard.intents.scaling().scale(wish("", 1)))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("cluster train has several nodepools: main, more");
    assertThat(yard.intents.scaling().scale(wish("main", 1)).leaving()).containsExactly("c-0001-1");
  }

  private Scaling.Wish wish(String pool, int size) {
    return new Scaling.Wish("train", pool, size, List.of(), "alice", "r-" + ++requests);
  }

  static Nodepools.Edit bounds(int min, int max) {
    return new Nodepools.Edit(
        Optional.of(min),
        Optional.of(max),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
