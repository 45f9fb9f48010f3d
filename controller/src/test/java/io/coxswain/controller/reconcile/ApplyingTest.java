package io.coxswain.controller.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.coxswain.controller.document.ClusterDocument;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.plan.RepairPolicy;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.InvalidSpecException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A file is applied as a whole, and what it says already changes nothing. */
class ApplyingTest {
  private final Yard yard = new Yard(RepairPolicy.OFF);

  private static ClusterDocument document(String more) {
    return ClusterDocument.parse("f", "format: 1\nname: train\nshape: 8xH200\n" + more);
  }

  private Applying.Outcome apply(ClusterDocument wanted, String request) {
    return yard.intents.applying().apply(wanted, "alice", request);
  }

  private ClusterSpec spec() {
    return yard.store.read(tx -> tx.cluster(Yard.C)).orElseThrow().spec();
  }

  @Test
  void whatIsSaidAlreadyChangesNothing() {
    Applying.Outcome outcome = apply(ClusterDocument.of(spec()), "r-1");
    assertThat(outcome.changes()).isEmpty();
    assertThat(outcome.operation()).isEmpty();
    assertThat(yard.events()).doesNotContain("APPLIED");
  }

  @Test
  void allFieldsAreChangedTogether() {
    ClusterDocument wanted =
        document("size: 3\ndeletion-protection: true\nhosts: [gpu01, gpu02, gpu03]\n");
    assertThat(yard.intents.applying().plan(wanted, "alice").changes())
        .extracting(Applying.Change::field, Applying.Change::disruption)
        .containsExactly(
            tuple("size", "live"),
            tuple("hosts", "live; for nodes that come"),
            tuple("deletion-protection", "live"));
    assertThat(spec().size()).isEqualTo(2);
    Applying.Outcome outcome = apply(wanted, "r-1");
    assertThat(outcome.operation().orElseThrow().kind()).isEqualTo(Operation.Kind.SCALE_CLUSTER);
    assertThat(ClusterDocument.of(spec())).isEqualTo(wanted);
    assertThat(apply(wanted, "r-1").operation()).isEqualTo(outcome.operation());
  }

  @Test
  void whatCannotBeLeavesAllAsItIs() {
    ClusterDocument shape =
        ClusterDocument.parse(
            "f", "format: 1\nname: train\nshape: 4xH200\nsize: 3\ndeletion-protection: true\n");
    assertThatThrownBy(() -> apply(shape, "r-1"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("shape: unsupported: all nodes of a nodepool have one shape");
    // Enough machines, but not among the hosts that it names.
    ClusterDocument hosts = document("size: 3\nhosts: [gpu01]\n");
    assertThatThrownBy(() -> apply(hosts, "r-2"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("no capacity");
    assertThat(spec().isDeletionProtected()).isFalse();
    assertThat(spec().mainPool().hosts()).isEmpty();
    assertThat(spec().size()).isEqualTo(2);
  }

  @Test
  void aClusterThatIsNotThereIsMade() {
    ClusterDocument other =
        ClusterDocument.parse("f", "format: 1\nname: other\nshape: 8xH200\nsize: 1\n");
    assertThat(yard.intents.applying().plan(other, "alice").coming().leases()).hasSize(1);
    Operation operation = apply(other, "r-1").operation().orElseThrow();
    assertThat(operation.kind()).isEqualTo(Operation.Kind.CREATE_CLUSTER);
    assertThat(apply(other, "r-1").operation()).contains(operation);
    assertThat(yard.clusters()).hasSize(2);
  }

  @Test
  void anotherRequestsIdIsNotTakenForItsOwn() {
    yard.intents.scaling().remove("c-0001-1", false, "alice", "r-1");
    assertThatThrownBy(() -> apply(document("size: 2\n"), "r-1"))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("request id: r-1");
  }

  @Test
  void aClusterThatIsOnItsWayOutIsNotChanged() {
    yard.intents.destroy("train", ClusterSpec.Intent.DESTROY_WITH_JOBS, "r-1");
    assertThatThrownBy(() -> apply(document("size: 2\ndeletion-protection: true\n"), "r-2"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("is being destroyed");
  }

  @Test
  void nodesThatWouldGoAreNamed() {
    Applying.Outcome plan = yard.intents.applying().plan(document("size: 1\n"), "alice");
    assertThat(plan.leaving()).isEqualTo(List.of("c-0001-1"));
    assertThat(plan.changes().getFirst().disruption()).contains("drains the nodes that go");
  }
}
