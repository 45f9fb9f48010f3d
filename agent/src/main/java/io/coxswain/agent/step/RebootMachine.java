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
 * The machine has booted since this wish was first seen. What is remembered is the boot in which it
 * was asked for, so that neither a crash nor a second look reboots twice. Never while a job runs.
 */
public record RebootMachine(String id) implements Step {
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  /** A GPU server counts its memory and trains its links for many minutes. */
  private static final Duration BOOT = Duration.ofMinutes(20);

  // A machine that is still up then has not heard.
  private static final Duration SHUTDOWN = Duration.ofMinutes(5);

  @Override
  public Check check(Host host) {
    Optional<Asked> asked = asked(host);
    if (asked.isPresent() && !asked.get().bootId().equals(host.identity().bootId())) {
      return new Check.InSync();
    }
    Optional<String> busy = SlurmSteps.running(host);
    if (busy.isPresent()) {
      return new Check.Blocked(busy.get());
    }
    boolean isUnderWay =
        asked.filter(a -> host.clock().instant().isBefore(a.at().plus(SHUTDOWN))).isPresent();
    return isUnderWay
        ? new Check.Pending("the machine reboots", BOOT)
        : Check.Drift.of("reboot the machine");
  }

  @Override
  public void apply(Host host) {
    stamp().write(host, host.identity().bootId() + " " + host.clock().instant() + "\n");
    Result result = host.commands().run(Command.of(DEADLINE, "systemctl", "--no-block", "reboot"));
    if (!result.isSuccess()) {
      stamp().delete(host);
      throw new HostException(
          Reason.COMMAND_FAILED,
          "systemctl reboot: exit status " + result.status(),
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
