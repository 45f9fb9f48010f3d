package io.coxswain.agent.step;

import io.coxswain.agent.host.Clearances;
import io.coxswain.agent.host.Clearances.Clearance;
import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import io.coxswain.agent.host.Output;
import java.time.Duration;

/**
 * One GPU was reset since this wish was first seen, by NVIDIA's own program. It fails while
 * anything holds the GPU (a job, a monitoring daemon), and says what. Never while a job runs.
 */
public record ResetGpu(String id, String pciBusId) implements Step {
  // A GPU with much memory is scrubbed for a while.
  private static final Duration DEADLINE = Duration.ofMinutes(5);

  @Override
  public Check check(Host host) {
    if (stamp().read(host).isPresent()) {
      return new Check.InSync();
    }
    return SlurmSteps.running(host)
        .map(busy -> (Check) new Check.Blocked(busy))
        .orElseGet(() -> Check.Drift.of("reset the GPU " + pciBusId));
  }

  @Override
  public void apply(Host host) {
    Result result =
        host.commands().run(Command.of(DEADLINE, "nvidia-smi", "--gpu-reset", "--id=" + pciBusId));
    if (!result.isSuccess()) {
      throw new HostException(
          Reason.COMMAND_FAILED,
          "nvidia-smi --gpu-reset of " + pciBusId + ": exit status " + result.status(),
          Output.tail(result));
    }
    // A driver without a recovery action never says that the reset was enough; NVIDIA's program
    // has.
    new Clearances(host.files()).ask(new Clearance(id, "", pciBusId, host.clock().instant()));
    stamp().write(host, host.clock().instant() + "\n");
  }

  @Override
  public Disruption disruption() {
    return Disruption.ENDS_JOBS;
  }

  private Stamp stamp() {
    return new Stamp(SlurmSteps.REPAIRS, id);
  }
}
