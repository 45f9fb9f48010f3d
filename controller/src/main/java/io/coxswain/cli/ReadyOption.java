package io.coxswain.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How many nodes are enough for whoever waits. */
final class ReadyOption {
  @Option(
      names = "--min-ready",
      paramLabel = "N",
      description = "With --wait, only until N nodes take jobs; the rest goes on.")
  @Nullable Integer minReady;

  /** Refuses what can never be, or what there is no waiting for. */
  Waiting of(Waiting waiting, int nodes) {
    if (minReady == null) {
      return waiting;
    }
    if (!waiting.isWanted()) {
      throw CoxException.usage("--min-ready: only with --wait", "", "add --wait");
    }
    if (minReady < 1 || minReady > nodes) {
      throw CoxException.usage(
          "--min-ready: " + minReady + " (expected: 1 to " + nodes + ", the nodes asked for)",
          "",
          "");
    }
    return waiting.withMinReady(minReady);
  }
}
