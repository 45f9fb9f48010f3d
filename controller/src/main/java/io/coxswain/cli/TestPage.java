package io.coxswain.cli;

import io.coxswain.v1.Measurement;
import io.coxswain.v1.NodeTest;
import io.coxswain.v1.TestResult;
import java.util.ArrayList;
import java.util.List;

/** An active test as people read it: each pair and node, then each machine beside its baseline. */
final class TestPage {
  private TestPage() {}

  static void print(NodeTest test, Terminal terminal) {
    Page page =
        new Page(terminal)
            .fact("test", test.getOperation().getId())
            .fact("cluster", test.getClusterId())
            .fact("state", OperationPage.state(test.getOperation()))
            .fact("started", Text.moment(test.getOperation().getStartedAt()))
            .fact("message", test.getOperation().getMessage());
    Table results = new Table("NODE", "PEER", "TEST", "RESULT", "UNIT", "DETAIL");
    for (TestResult result : test.getResultsList()) {
      results.add(
          result.getNode(),
          result.getPeer(),
          result.getKind(),
          value(result),
          result.getUnit(),
          result.getDetail());
    }
    Table machines =
        new Table("MACHINE", "TEST", "PEERS", "LATEST", "BASELINE", "UNIT", "COMPARED");
    for (Measurement each : test.getMeasurementsList()) {
      machines.add(
          each.getMachine(),
          each.getKind(),
          each.getPeers(),
          decimal(each.getLatest()),
          decimal(each.getBaseline()),
          each.getUnit(),
          each.getLine());
    }
    page.table(results).table(machines).flush();
  }

  /** The lines of a machine's page. */
  static List<String> lines(List<Measurement> measurements) {
    List<String> lines = new ArrayList<>();
    for (Measurement each : measurements) {
      lines.add(
          each.getKind()
              + (each.getPeers().equals("nodes") ? " between nodes: " : ": ")
              + decimal(each.getLatest())
              + " "
              + each.getUnit()
              + ", "
              + each.getLine()
              + " ("
              + decimal(each.getBaseline())
              + " on "
              + Text.moment(each.getBaselineAt())
              + ")");
    }
    return lines;
  }

  static String value(TestResult result) {
    return switch (result.getState()) {
      case MEASURED -> decimal(result.getValue());
      case UNSUPPORTED -> "Unsupported";
      case TEST_FAILED -> "FAILED";
      case SKIPPED -> "skipped";
      case STATE_UNSPECIFIED, UNRECOGNIZED -> "";
    };
  }

  /** Two decimals, one above a hundred; without a format string. */
  static String decimal(double value) {
    int places = value < 100 ? 100 : 10;
    long scaled = Math.round(value * places);
    String rest = String.valueOf(scaled % places);
    return scaled / places + "." + "0".repeat((places == 100 ? 2 : 1) - rest.length()) + rest;
  }
}
