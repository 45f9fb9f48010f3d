package io.coxswain.controller.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.plan.GroupNames;
import io.coxswain.controller.plan.RepairPolicy;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.Want;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A cluster that is said to be gone has left nothing on any machine, the jumphost included. */
class EndTest {
  private final Yard yard = new Yard(RepairPolicy.OFF);

  @Test
  void theEndIsToldWhenTheJumphostHasForgottenTheClusterToo() {
    Operation operation =
        yard.intents.destroy("train", ClusterSpec.Intent.DESTROY_WITH_JOBS, "r-1");
    yard.turn();
    yard.done("m-0");
    yard.turn();
    assertThat(yard.wants("m-0")).contains(new Want.Hosts(List.of()));
    yard.done("m-1");
    yard.done("m-2");
    yard.turn();
    yard.done("m-0", GroupNames.clean(Yard.C));
    assertThat(yard.instance(Instance.JUMPHOST).state()).isEqualTo(InstanceState.DESTROYING);
    assertThat(yard.operation(operation.id()).state()).isEqualTo(Operation.State.IN_PROGRESS);
    yard.done("m-0");
    yard.turn();
    assertThat(yard.operation(operation.id()).state()).isEqualTo(Operation.State.SUCCEEDED);
  }

  @Test
  void aJumphostWithBrokenPackagesDoesNotKeepTheEnd() {
    Operation operation =
        yard.intents.destroy("train", ClusterSpec.Intent.DESTROY_WITH_JOBS, "r-1");
    yard.turn();
    yard.done("m-0");
    yard.turn();
    yard.done("m-1");
    yard.done("m-2");
    yard.turn();
    // What comes after the group that failed has no turn.
    yard.fail("m-0", GroupNames.HOST, "apt is broken");
    yard.done("m-0", GroupNames.clean(Yard.C));
    yard.turn();
    assertThat(yard.operation(operation.id()).state()).isEqualTo(Operation.State.SUCCEEDED);
  }
}
