package io.coxswain.controller.api.wire;

import io.coxswain.controller.lifecycle.NodeTest;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.observed.Measurement;
import io.coxswain.controller.observed.TestResult;

/** Active tests and what machines reached in them, as clients read them. */
public final class TestToWire {
  private TestToWire() {}

  /** Without the measurements, which need the names of machines. */
  public static io.coxswain.v1.NodeTest.Builder test(NodeTest test, Operation operation) {
    io.coxswain.v1.NodeTest.Builder wire =
        io.coxswain.v1.NodeTest.newBuilder()
            .setOperation(HistoryToWire.operation(operation))
            .setClusterId(test.cluster().value())
            .addAllNodes(test.nodes());
    test.parsed().forEach(result -> wire.addResults(result(result)));
    return wire;
  }

  /** With the machine's name in place of its id. */
  public static io.coxswain.v1.Measurement measurement(Measurement measurement, String machine) {
    return io.coxswain.v1.Measurement.newBuilder()
        .setMachine(machine)
        .setKind(measurement.kind())
        .setPeers(measurement.peers())
        .setUnit(measurement.unit())
        .setBaseline(measurement.baseline())
        .setBaselineAt(Times.wire(measurement.baselineAt()))
        .setLatest(measurement.latest())
        .setLatestAt(Times.wire(measurement.latestAt()))
        .setWorsePercent(measurement.worsePercent())
        .setIsWorse(measurement.isWorse())
        .setLine(measurement.line())
        .build();
  }

  static io.coxswain.v1.TestResult result(TestResult result) {
    return io.coxswain.v1.TestResult.newBuilder()
        .setState(state(result.state()))
        .setKind(result.kind())
        .setNode(result.node())
        .setPeer(result.peer())
        .setValue(result.value())
        .setUnit(result.unit())
        .setDetail(result.detail())
        .build();
  }

  private static io.coxswain.v1.TestResult.State state(TestResult.State state) {
    return switch (state) {
      case MEASURED -> io.coxswain.v1.TestResult.State.MEASURED;
      case UNSUPPORTED -> io.coxswain.v1.TestResult.State.UNSUPPORTED;
      case FAILED -> io.coxswain.v1.TestResult.State.TEST_FAILED;
      case SKIPPED -> io.coxswain.v1.TestResult.State.SKIPPED;
    };
  }
}
