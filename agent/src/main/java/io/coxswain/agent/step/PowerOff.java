package io.coxswain.agent.step;

import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import io.coxswain.agent.host.Output;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * This machine was shut down once for this wish. What is remembered is the boot in which it was
 * asked for: when it is switched on again, it stays on. Never while a job runs.
 */
public record PowerOff(String id) implements Step {
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  // A machine that is still up then has not heard.
  private static final Duration SHUTDOWN = Duration.ofMinutes(5);
  private static final Duration PATIENCE = Duration.ofMinutes(20);

  @Override
  public Check check(Host host) {
    Optional<Asked> asked = asked(host);
    if (asked.filter(a -> !a.bootId().equals(host.identity().bootId())).isPresent()) {
      return new Check.InSync();
    }
    Optional<String> busy = SlurmSteps.running(host);
    if (busy.isPresent()) {
      return new Check.Blocked(busy.get());
    }
    boolean isUnderWay =
        asked.filter(a -> host.clock().instant().isBefore(a.at().plus(SHUTDOWN))).isPresent();
    return isUnderWay
        ? new Check.Pending("the machine shuts down", PATIENCE)
        : Check.Drift.of("shut the machine down");
  }

  @Override
  public void apply(Host host) {
    stamp().write(host, host.identity().bootId() + " " + host.clock().instant() + "\n");
    Result result =
        host.commands().run(Command.of(DEADLINE, "systemctl", "--no-block", "poweroff"));
    if (!result.isSuccess()) {
      stamp().delete(host);
      throw new HostException(
          Reason.COMMAND_FAILED,
          "systemctl poweroff: exit status " + result.status(),
          Output.tail(result));
    }
  }

  @Override
  public Disruption disruption() {
    return Disruption.ENDS_JOBS;
  }

  private record Asked(String bootId, Instant at) {}

  private Optional<Asked> asked(Host host) {
    return stamp()
        .read(host)
        .map(text -> text.strip().split(" ", 2))
        .filter(words -> words.length == 2)
        .map(words -> new Asked(words[0], Instant.parse(words[1])));
  }

  private Stamp stamp() {
    return new Stamp(SlurmSteps.REPAIRS, id);
  }
}
