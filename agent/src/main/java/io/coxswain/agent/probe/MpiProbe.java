package io.coxswain.agent.probe;

import io.coxswain.agent.host.Commands;
import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.Files;
import io.coxswain.agent.report.FailureReason;
import io.coxswain.agent.report.MpiFacts;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which Open MPI is installed, and whether Slurm can start it over PMIx. */
final class MpiProbe {
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  // "Open MPI v4.1.4" of ompi_info, "mpirun (Open MPI) 4.1.4" of mpirun.
  private static final Pattern VERSION = Pattern.compile("Open MPI\\)? v?(\\d+\\.\\d+\\.\\d+)");

  private final Commands commands;
  private final PmixLibrary pmix;

  MpiProbe(Files files, Commands commands) {
    this.commands = commands;
    this.pmix = new PmixLibrary(files, commands);
  }

  MpiFacts read() {
    return new MpiFacts(openMpiVersion(), pmix.isLoadable());
  }

  /** Changes when what the facts depend on changes. */
  Object stamp() {
    return pmix.stamp().toString() + commands.find("ompi_info") + commands.find("mpirun");
  }

  private String openMpiVersion() {
    Optional<String> program = commands.find("ompi_info").or(() -> commands.find("mpirun"));
    if (program.isEmpty()) {
      return "";
    }
    Result result = commands.run(Command.of(DEADLINE, program.get(), "--version"));
    if (!result.isSuccess()) {
      throw new Unreadable(
          FailureReason.UNREADABLE,
          program.get() + " --version ended with " + result.status() + ": " + result.err().strip());
    }
    return version(result.out());
  }

  /** Empty for another MPI's mpirun. */
  static String version(String printed) {
    Matcher version = VERSION.matcher(printed);
    return version.find() ? version.group(1) : "";
  }
}
