package io.coxswain.cli;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cox instance replace}. */
@Command(
    name = "replace",
    header = "Give a node's place to another machine; its name stays.",
    description = {
      "",
      "The node gets no new jobs, the running ones end, a free machine that fits takes the place",
      "and is proven. The old machine is cleaned and kept out of the pool until:",
      "cox machine clear MACHINE --quarantine"
    },
    footer = {"", "Example:", "  cox instance replace c-7f3a-3"})
final class InstanceReplaceCommand extends InstanceRepairCommand {
  @Option(
      names = "--force",
      description = "Though its machine does not answer. Switch it off first.")
  boolean force;

  @Override
  int run() throws IOException {
    return repair("replace", force);
  }
}
