package io.coxswain.agent.step;

import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks a mounted file system whether it is there, by a child with a deadline: whoever asks a dead
 * server may never come back. A child that did not come back is the answer from then on, so that
 * they do not pile up.
 */
final class MountLook {
  private static final Duration DEADLINE = Duration.ofSeconds(3);
  private static final String QUESTION = "--file-system --format=%T --";

  private MountLook() {}

  /** Why it gives no answer; empty when it answers. */
  static Optional<String> trouble(Host host, String where) {
    try {
      if (isStillWaiting(host, where)) {
        return Optional.of("an earlier look has not come back");
      }
      Result result =
          host.commands()
              .run(Command.of(DEADLINE, "stat", "--file-system", "--format=%T", "--", where));
      return result.isSuccess() ? Optional.empty() : Optional.of(result.err().strip());
    } catch (HostException e) {
      if (e.reason() == Reason.DEADLINE_EXCEEDED) {
        return Optional.of("no answer within " + DEADLINE.toSeconds() + " s");
      }
      throw e;
    }
  }

  /** Throws where it gives no answer. */
  static void demandAnswer(Host host, String where) {
    trouble(host, where)
        .ifPresent(
            why -> {
              throw new HostException(
                  Reason.MOUNT_STALE,
                  where + ": mounted, and its file system does not answer: " + why);
            });
  }

  // pgrep(1): 1 says that nothing matched. The path has no sign that a pattern knows but the dot.
  private static boolean isStillWaiting(Host host, String where) {
    String pattern = "stat " + QUESTION + " " + where.replace(".", "\\.") + "$";
    return host.commands().run(Command.of(DEADLINE, "pgrep", "--full", pattern)).isSuccess();
  }
}
