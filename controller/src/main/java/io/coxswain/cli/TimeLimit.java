package io.coxswain.cli;

import picocli.CommandLine.Option;

/** How long a command waits at most: what all that have {@code --wait} have besides. */
final class TimeLimit {
  @Option(
      names = "--timeout",
      paramLabel = "SPAN",
      description = "With --wait, at most this long: 90s, 10m, 2h.")
  String timeout = "";

  /** Throws when there is a limit and nothing to wait for. */
  Waiting waiting(boolean isWanted) {
    return Waiting.of(isWanted, timeout);
  }
}
