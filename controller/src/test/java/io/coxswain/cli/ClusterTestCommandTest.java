package io.coxswain.cli;

import static io.coxswain.cli.FakeController.reply;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.v1.GetNodeTestRequest;
import io.coxswain.v1.Measurement;
import io.coxswain.v1.NodeTest;
import io.coxswain.v1.Operation;
import io.coxswain.v1.StartNodeTestRequest;
import io.coxswain.v1.TestResult;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Testing a cluster's nodes from the command line. */
final class ClusterTestCommandTest {
  @TempDir Path directory;
  private Desk desk;

  @BeforeEach
  void sitDown() throws IOException {
    desk = new Desk(directory);
    Operation begun = Site.operation(Operation.Kind.TEST_NODES, Operation.State.IN_PROGRESS);
    Operation ended = Site.operation(Operation.Kind.TEST_NODES, Operation.State.SUCCEEDED);
    desk.controller.on("NodeTests/StartNodeTest", reply(begun));
    desk.controller.on("Operations/WatchOperation", reply(Site.update(ended)));
    desk.controller.on("NodeTests/GetNodeTest", reply(test(ended)));
  }

  @AfterEach
  void leave() throws IOException {
    desk.close();
  }

  @Test
  void waitingEndsWithEachPairEachNodeAndEachMachine() {
    assertThat(desk.cox("cluster", "test", "train", "--wait")).isEqualTo(ExitCode.DONE);
    Golden.check("cluster-test", desk.out());
  }

  @Test
  void nodesAndANewBaselineAreAskedForAndTheWayToTheResultIsTold() throws IOException {
    desk.cox("cluster", "test", "train", "--nodes", "c-7f3a-0,c-7f3a-1", "--new-baseline");
    StartNodeTestRequest request =
        StartNodeTestRequest.parseFrom(
            desk.controller.calls("NodeTests/StartNodeTest").getLast().message());
    assertThat(request.getNodesList()).containsExactly("c-7f3a-0", "c-7f3a-1");
    assertThat(request.getNewBaseline()).isTrue();
    assertThat(request.getRequestId()).isNotEmpty();
    assertThat(desk.out())
        .contains("cox operation watch op-31f0", "cox cluster test c-7f3a --last");
  }

  @Test
  void theLastTestIsShownWithoutStartingAnother() throws IOException {
    assertThat(desk.cox("cluster", "test", "train", "--last", "-o", "json"))
        .isEqualTo(ExitCode.DONE);
    assertThat(desk.out()).contains("\"worsePercent\": 12.5", "\"kind\": \"mpi-bandwidth\"");
    assertThat(desk.controller.calls("NodeTests/StartNodeTest")).isEmpty();
    assertThat(
            GetNodeTestRequest.parseFrom(
                    desk.controller.calls("NodeTests/GetNodeTest").getLast().message())
                .getOperation())
        .isEmpty();
    assertThat(desk.cox("cluster", "test", "train", "--last", "--wait")).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void aTestThatFailedShowsWhatItHasAndFails() {
    Operation failed = Site.operation(Operation.Kind.TEST_NODES, Operation.State.OPERATION_FAILED);
    desk.controller.on("Operations/WatchOperation", reply(Site.update(failed)));
    assertThat(desk.cox("cluster", "test", "train", "--wait")).isEqualTo(ExitCode.FAILED);
    assertThat(desk.out()).contains("mpi-bandwidth");
  }

  @Test
  void aMachinesPageShowsWhatItsTestsMeasured() {
    desk.controller.on(
        "Machines/GetMachine",
        reply(Site.gpu(0).toBuilder().addMeasurements(measurement()).build()));
    desk.cox("machine", "info", "gpu00");
    assertThat(desk.out())
        .contains(
            "mpi-bandwidth between nodes: 10500.0 MB/s, 12 % under its own baseline (12000.0 on"
                + " 2026-11-01T00:00:00Z)");
  }

  private static NodeTest test(Operation operation) {
    return NodeTest.newBuilder()
        .setOperation(operation.toBuilder().setMessage("3 results"))
        .setClusterId("c-7f3a")
        .addResults(result(TestResult.State.MEASURED, "mpi-latency", "c-7f3a-1", 1.834, "us", ""))
        .addResults(
            result(TestResult.State.MEASURED, "mpi-bandwidth", "c-7f3a-1", 10_500, "MB/s", ""))
        .addResults(
            result(TestResult.State.UNSUPPORTED, "gpu-memory", "", 0, "", "no tool is there"))
        .addResults(result(TestResult.State.SKIPPED, "", "", 0, "", "jobs run there"))
        .addMeasurements(measurement())
        .build();
  }

  @SuppressWarnings("ParameterNumber") // As many as the message has.
  private static TestResult result(
      TestResult.State state, String kind, String peer, double value, String unit, String detail) {
    return TestResult.newBuilder()
        .setState(state)
        .setKind(kind)
        .setNode("c-7f3a-0")
        .setPeer(peer)
        .setValue(value)
        .setUnit(unit)
        .setDetail(detail)
        .build();
  }

  private static Measurement measurement() {
    return Measurement.newBuilder()
        .setMachine("gpu00")
        .setKind("mpi-bandwidth")
        .setPeers("nodes")
        .setUnit("MB/s")
        .setBaseline(12_000)
        .setBaselineAt(Site.at("2026-11-01T00:00:00Z"))
        .setLatest(10_500)
        .setWorsePercent(12.5)
        .setIsWorse(true)
        .setLine("12 % under its own baseline")
        .build();
  }
}
