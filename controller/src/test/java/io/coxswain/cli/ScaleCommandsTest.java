package io.coxswain.cli;

import static io.coxswain.cli.FakeController.reply;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.coxswain.v1.DrainInstanceRequest;
import io.coxswain.v1.Instance;
import io.coxswain.v1.Operation;
import io.coxswain.v1.Plan;
import io.coxswain.v1.RemoveInstanceRequest;
import io.coxswain.v1.RepairAction;
import io.coxswain.v1.RepairMachineRequest;
import io.coxswain.v1.RepairMachineResponse;
import io.coxswain.v1.ScaleClusterRequest;
import io.coxswain.v1.ScaleClusterResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More nodes, fewer, and nodes kept from jobs. */
final class ScaleCommandsTest {
  private static final Operation OPERATION =
      Operation.newBuilder().setId("op-1").setKind(Operation.Kind.SCALE_CLUSTER).build();

  @TempDir Path directory;
  private Desk desk;

  @BeforeEach
  void sitDown() throws IOException {
    desk = new Desk(directory);
    desk.controller.on("Instances/RemoveInstance", reply(OPERATION));
    desk.controller.on(
        "Instances/DrainInstance", reply(Instance.newBuilder().setName("c-1-3").build()));
  }

  @AfterEach
  void leave() throws IOException {
    desk.close();
  }

  private void plans(String... leaving) {
    ScaleClusterResponse.Builder plan =
        ScaleClusterResponse.newBuilder().addAllLeaving(List.of(leaving));
    if (leaving.length == 0) {
      plan.setPlan(
          Plan.newBuilder()
              .addLeases(Plan.Lease.newBuilder().setInstance("c-1-2").setMachine("gpu3")));
    }
    desk.controller.on("Clusters/ScaleCluster", reply(plan.setOperation(OPERATION).build()));
  }

  private ByteString last(String method) {
    return desk.controller.calls(method).getLast().message();
  }

  @Test
  void aDryRunShowsWhatComesAndStartsNothing() throws IOException {
    plans();
    assertThat(desk.cox("cluster", "scale", "train", "-n", "3", "--dry-run"))
        .isEqualTo(ExitCode.DONE);
    assertThat(desk.out()).isEqualTo("+ c-1-2 on gpu3\n");
    assertThat(desk.controller.calls("Clusters/ScaleCluster")).hasSize(1);
    assertThat(ScaleClusterRequest.parseFrom(last("Clusters/ScaleCluster")).getDryRun()).isTrue();
  }

  @Test
  void nodesComeWithoutAQuestion() throws IOException {
    plans();
    assertThat(desk.cox("cluster", "scale", "train", "-n", "3")).isEqualTo(ExitCode.DONE);
    ScaleClusterRequest asked = ScaleClusterRequest.parseFrom(last("Clusters/ScaleCluster"));
    assertThat(asked.getDryRun()).isFalse();
    assertThat(asked.getSize()).isEqualTo(3);
    assertThat(asked.getRequestId()).isNotEmpty();
    assertThat(desk.out()).contains("cox operation watch op-1");
  }

  @Test
  void nodesGoOnlyWhenSomebodySaysSo() throws IOException {
    plans("c-1-1");
    assertThat(desk.cox("cluster", "scale", "train", "-n", "1")).isEqualTo(ExitCode.REFUSED);
    assertThat(ScaleClusterRequest.parseFrom(last("Clusters/ScaleCluster")).getDryRun()).isTrue();
    assertThat(desk.types("train\n").cox("cluster", "scale", "train", "-n", "1"))
        .isEqualTo(ExitCode.DONE);
    assertThat(ScaleClusterRequest.parseFrom(last("Clusters/ScaleCluster")).getDryRun()).isFalse();
    assertThat(desk.cox("cluster", "scale", "train", "-n", "-1")).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void aNodeIsRemovedOnlyWhenItsNameIsTyped() throws IOException {
    assertThat(desk.cox("instance", "remove", "c-1-3")).isEqualTo(ExitCode.REFUSED);
    assertThat(desk.controller.calls("Instances/RemoveInstance")).isEmpty();
    assertThat(desk.cox("instance", "rm", "c-1-3", "--yes", "--force")).isEqualTo(ExitCode.DONE);
    RemoveInstanceRequest asked = RemoveInstanceRequest.parseFrom(last("Instances/RemoveInstance"));
    assertThat(asked.getName()).isEqualTo("c-1-3");
    assertThat(asked.getForce()).isTrue();
  }

  @Test
  void theMachineOfANodeIsRepairedByTheNodesName() throws IOException {
    desk.controller.on(
        "Instances/GetInstance",
        reply(Instance.newBuilder().setName("c-1-3").setMachine("gpu07").build()));
    desk.controller.on(
        "Machines/RepairMachine",
        reply(RepairMachineResponse.newBuilder().setMachine(Site.gpu(0)).build()));
    assertThat(desk.cox("instance", "replace", "c-1-3", "--yes", "--force"))
        .isEqualTo(ExitCode.DONE);
    RepairMachineRequest asked = RepairMachineRequest.parseFrom(last("Machines/RepairMachine"));
    assertThat(asked.getName()).isEqualTo("gpu07");
    assertThat(asked.getAction()).isEqualTo(RepairAction.REPLACE);
    assertThat(asked.getForce()).isTrue();
    assertThat(desk.cox("instance", "reboot", "c-1-3", "--yes")).isEqualTo(ExitCode.DONE);
    desk.controller.on(
        "Instances/GetInstance", reply(Instance.newBuilder().setName("c-1-3").build()));
    assertThat(desk.cox("instance", "reboot", "c-1-3", "--yes")).isEqualTo(ExitCode.REFUSED);
  }

  @Test
  void aDrainHasAReason() throws IOException {
    assertThat(desk.cox("instance", "drain", "c-1-3")).isEqualTo(ExitCode.USAGE);
    assertThat(desk.cox("instance", "drain", "c-1-3", "--reason", "fan is loud"))
        .isEqualTo(ExitCode.DONE);
    assertThat(DrainInstanceRequest.parseFrom(last("Instances/DrainInstance")).getReason())
        .isEqualTo("fan is loud");
    assertThat(desk.out()).contains("cox instance resume c-1-3");
  }
}
