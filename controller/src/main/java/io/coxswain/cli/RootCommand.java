package io.coxswain.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code cox} itself. */
@Command(
    name = "cox",
    header = "Coxswain: Slurm clusters on your own GPU servers.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "First steps:",
      "  cox machine join-token --name gpu07      let a server join",
      "  cox machine list                         what was measured",
      "  cox cluster create 8xH200 -n 4 --wait    a cluster, proven with a real MPI job",
      "  cox ssh c-7f3a-jumphost                  there: sbatch train.sh",
      "  cox why c-7f3a                           when something is not as it should be",
      "  cox cluster destroy c-7f3a --wait        machines cleaned and given back",
      "",
      "Exit status:",
      "  0 done   1 failed   2 usage   3 refused   4 not found   5 timed out",
      "  cox ssh ends with the status of ssh.",
      "",
      "Environment:",
      "  COX_SOCKET   the controller's socket, when it is not /run/coxswain/cox.sock",
      "  NO_COLOR     no colours, even on a terminal"
    })
final class RootCommand {
  @Option(
      names = "--socket",
      paramLabel = "PATH",
      scope = ScopeType.INHERIT,
      description = "The controller's Unix socket, when it is not the usual one.")
  String socket = "";

  @Option(
      names = {"-V", "--version"},
      description = "Show the version of cox alone; cox version shows that of the controller, too.")
  boolean version;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help; cox COMMAND --help shows that of a command.")
  boolean help;
}
