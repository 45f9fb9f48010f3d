package io.coxswain.agent.step;

import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import io.coxswain.agent.host.Output;
import java.time.Duration;
import java.util.Optional;

/** The job steps that slurmd runs on this machine, seen without asking Slurm. */
final class SlurmSteps {
  /** Where repairs remember what they did; outlives boots. */
  static final String REPAIRS = "/var/lib/coxswain-agent/repairs";

  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private SlurmSteps() {}

  /** Says that jobs run here; empty when none does. */
  static Optional<String> running(Host host) {
    // One slurmstepd for each step; pgrep(1): 1 says that nothing matched.
    Result result = host.commands().run(Command.of(DEADLINE, "pgrep", "--exact", "slurmstepd"));
    if (result.status() == 1) {
      return Optional.empty();
    }
    if (!result.isSuccess()) {
      throw new HostException(
          Reason.COMMAND_FAILED, "pgrep: exit status " + result.status(), Output.tail(result));
    }
    return Optional.of(
        "jobs: " + result.out().lines().count() + " steps run here (expected: none)");
  }
}
