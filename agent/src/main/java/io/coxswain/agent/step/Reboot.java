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
 * One boot for one wish. What is remembered is the boot in which it was asked for, so that neither
 * a crash nor a second look reboots twice.
 */
record Reboot(String id) {
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  /** A GPU server counts its memory and trains its links for many minutes. */
  private static final Duration BOOT = Duration.ofMinutes(20);

  // A machine that is still up then has not heard.
  private static final Duration SHUTDOWN = Duration.ofMinutes(5);

  /** Whether the machine has booted since it was asked for. */
  boolean isDone(Host host) {
    return asked(host).filter(a -> !a.bootId().equals(host.identity().bootId())).isPresent();
  }

  /** What to wait for while the machine goes down; empty when it was not asked or did not hear. */
  Optional<Check> underWay(Host host) {
    return asked(host)
        .filter(a -> a.bootId().equals(host.identity().bootId()))
        .filter(a -> host.clock().instant().isBefore(a.at().plus(SHUTDOWN)))
        .map(a -> new Check.Pending("the machine reboots", BOOT));
  }

  /** Asks for it. */
  void ask(Host host) {
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
