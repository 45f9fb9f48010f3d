package io.coxswain.cli;

import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code cox instance reboot}. */
@Command(
    name = "reboot",
    header = "Reboot a node's machine once its jobs have ended.",
    description = {"", "It gets no new jobs meanwhile, and is tested before it gets jobs again."},
    footer = {"", "Example:", "  cox instance reboot c-7f3a-3 --yes"})
final class InstanceRebootCommand extends InstanceRepairCommand {
  @Override
  int run() throws IOException {
    return repair("reboot", false);
  }
}
