package io.coxswain.cli;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command that takes a driver over machines, a few at a time. */
abstract class BundleRollCommand extends BundleSelectionCommand {
  @Option(
      names = "--max-unavailable",
      paramLabel = "K",
      description = "At most so many machines without jobs at one time; 1 unless told otherwise.")
  int maxUnavailable = 1;

  @Option(
      names = "--no-reboot",
      description = "Do not reboot machines; they wait, without jobs, until somebody does.")
  boolean noReboot;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  boolean yes;

  @Option(names = "--wait", description = "Wait for the end.")
  boolean wait;

  @Mixin TimeLimit limit = new TimeLimit();

  /** How many machines may be without jobs at one time. */
  final int atOnce() {
    if (maxUnavailable < 1) {
      throw CoxException.usage(
          "--max-unavailable: " + maxUnavailable + " (expected: at least 1)", "", "");
    }
    return maxUnavailable;
  }
}
