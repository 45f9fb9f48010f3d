package io.coxswain.cli;

import io.coxswain.v1.Cluster;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cox env}. */
@Command(
    name = "env",
    header = "Print what a shell needs to use a cluster's Slurm.",
    description =
        "Only needed on a jumphost with more than one cluster; with one, sbatch finds it by"
            + " itself.",
    footer = {"", "Example:", "  eval \"$(cox env c-7f3a)\" && sinfo"})
final class EnvCommand extends CoxCommand {
  @Parameters(paramLabel = "CLUSTER", description = "Name or id.")
  String cluster = "";

  @Override
  int run() {
    Cluster answer = ClusterInfoCommand.get(controller(), cluster);
    if (answer.getSlurmConf().isEmpty()) {
      throw new CoxException(
          ExitCode.FAILED,
          "cluster "
              + ClusterPage.title(answer)
              + " has no Slurm yet: "
              + ClusterPage.status(answer),
          "cox why " + answer.getId());
    }
    terminal().out().println("export SLURM_CONF=" + quoted(answer.getSlurmConf()));
    return ExitCode.DONE;
  }

  // The output is evaluated by a shell: only what cannot mean anything to one goes unquoted.
  private static String quoted(String path) {
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      boolean isSafe =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "/._-".indexOf(c) >= 0;
      if (!isSafe) {
        return "'" + path.replace("'", "'\\''") + "'";
      }
    }
    return path;
  }
}
