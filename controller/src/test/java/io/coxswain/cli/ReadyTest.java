package io.coxswain.cli;

import static io.coxswain.cli.FakeController.reply;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.v1.Capacity;
import io.coxswain.v1.CreateClusterResponse;
import io.coxswain.v1.Lifecycle;
import io.coxswain.v1.Operation;
import io.coxswain.v1.OperationUpdate;
import io.coxswain.v1.Plan;
import io.coxswain.v1.ScaleClusterRequest;
import io.coxswain.v1.ScaleClusterResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --min-ready}: some nodes are enough; and {@code cox instance add}. */
final class ReadyTest {
  private static final Operation RUNNING =
      Site.operation(Operation.Kind.CREATE_CLUSTER, Operation.State.IN_PROGRESS);

  @TempDir Path directory;
  private Desk desk;

  @BeforeEach
  void sitDown() throws IOException {
    desk = new Desk(directory);
    Files.createDirectory(directory.resolve(".ssh"));
    Files.writeString(directory.resolve(".ssh/id_ed25519.pub"), ClusterCreateTest.KEY + "\n");
    desk.controller.on(
        "Clusters/CreateCluster",
        reply(
            CreateClusterResponse.newBuilder()
                .setOperation(RUNNING)
                .setCluster(Site.cluster())
                .build()));
    desk.controller.on(
        "Clusters/ScaleCluster",
        reply(
            ScaleClusterResponse.newBuilder()
                .setPlan(
                    Plan.newBuilder()
                        .addLeases(
                            Plan.Lease.newBuilder().setInstance("c-7f3a-2").setMachine("gpu2")))
                .setOperation(RUNNING)
                .build()));
  }

  @AfterEach
  void leave() throws IOException {
    desk.close();
  }

  private static OperationUpdate update(Operation operation, String status, int usable) {
    Capacity.Builder capacity = Capacity.newBuilder().setPromised(4);
    if (usable < 0) {
      capacity.setUnknown("slurmctld does not answer");
    } else {
      capacity.setUsable(usable);
    }
    return Site.update(operation, Site.instance("c-7f3a-0", Lifecycle.RUNNING)).toBuilder()
        .setStatusLine(status)
        .setCapacity(capacity)
        .build();
  }

  @Test
  void theWaitingEndsWithEnoughNodesAndTheRestGoesOn() {
    desk.controller.on(
        "Operations/WatchOperation",
        FakeController.cut(
            update(RUNNING, "PROVISIONING (4/5; 1 RUNNING)", 0),
            update(RUNNING, "CONFIGURING (3/5; 2 RUNNING)", -1),
            update(RUNNING, "CONFIGURING (2/5; 3 RUNNING)", 2)));
    assertThat(desk.cox("cluster", "create", "cpu", "-n", "4", "--wait", "--min-ready", "2"))
        .isEqualTo(ExitCode.DONE);
    assertThat(desk.out()).startsWith("2 of 4 nodes take jobs after ");
    assertThat(desk.err())
        .contains("PROVISIONING (4/5; 1 RUNNING); 0 of 4 nodes take jobs")
        .contains("CONFIGURING (3/5; 2 RUNNING); unknown of 4 nodes take jobs")
        .endsWith("the rest goes on: cox operation watch op-31f0\n");
  }

  @Test
  void enoughNodesAreEnoughThoughTheOthersFailed() {
    Operation failed =
        Site.operation(Operation.Kind.SCALE_CLUSTER, Operation.State.OPERATION_FAILED).toBuilder()
            .setMessage("c-7f3a-3: no disk")
            .build();
    desk.controller.on("Operations/WatchOperation", reply(update(failed, "FAILED (1/5)", 3)));
    String[] scale = {
      "cluster", "scale", "train", "-n", "4", "--yes", "--wait", "--min-ready", "3"
    };
    assertThat(desk.cox(scale)).isEqualTo(ExitCode.DONE);
    assertThat(desk.err()).contains("not all of them: c-7f3a-3: no disk; cox why c-7f3a");
    scale[8] = "4";
    assertThat(desk.cox(scale)).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void anImpossibleNumberIsRefusedBeforeItIsSent() {
    for (String number : new String[] {"0", "5", "-1", "two"}) {
      assertThat(desk.cox("cluster", "create", "cpu", "-n", "4", "--wait", "--min-ready=" + number))
          .as(number)
          .isEqualTo(ExitCode.USAGE);
    }
    assertThat(desk.err()).contains("--min-ready");
    assertThat(desk.cox("cluster", "scale", "train", "-n", "4", "--min-ready", "2"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(desk.err()).contains("--min-ready: only with --wait");
    assertThat(desk.controller.calls("Clusters/CreateCluster")).isEmpty();
    assertThat(desk.controller.calls("Clusters/ScaleCluster")).isEmpty();
  }

  @Test
  void nodesAreAddedToHoweverManyThereAre() throws IOException {
    assertThat(desk.cox("instance", "add", "train", "-n", "2", "--hosts", "gpu2,gpu3"))
        .isEqualTo(ExitCode.DONE);
    assertThat(desk.out())
        .isEqualTo("+ c-7f3a-2 on gpu2\nfollow it: cox operation watch op-31f0\n");
    ScaleClusterRequest asked = asked();
    assertThat(asked.getMore()).isEqualTo(2);
    assertThat(asked.getSize()).isZero();
    assertThat(asked.getHostsList()).containsExactly("gpu2", "gpu3");
    assertThat(asked.getRequestId()).isNotEmpty();
    assertThat(desk.cox("instance", "add", "train", "--dry-run")).isEqualTo(ExitCode.DONE);
    assertThat(asked().getDryRun()).isTrue();
    assertThat(asked().getMore()).isEqualTo(1);
    assertThat(desk.cox("instance", "add", "train", "-n", "0")).isEqualTo(ExitCode.USAGE);
    assertThat(desk.cox("instance", "add")).isEqualTo(ExitCode.USAGE);
  }

  private ScaleClusterRequest asked() throws IOException {
    return ScaleClusterRequest.parseFrom(
        desk.controller.calls("Clusters/ScaleCluster").getLast().message());
  }
}
