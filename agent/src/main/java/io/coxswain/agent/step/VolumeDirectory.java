package io.coxswain.agent.step;

import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import io.coxswain.agent.host.Output;
import java.time.Duration;

/**
 * A directory that a mount is made from: one on the machine's own disk, or a user's home on a
 * volume. Looked at and made by children with a deadline, since it may lie on a server.
 */
record VolumeDirectory(Host host, String path) {
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  /**
   * Makes it with owner and mode where it is missing; what is there must be a directory of theirs.
   */
  void make(String owner, int mode) {
    Result found = run("stat", "--format=%F %U", "--", path);
    if (!found.isSuccess()) {
      // Nobody else's until it has its owner.
      demand(run("mkdir", "--mode=0700", "--parents", "--", path));
      demand(run("chown", "--no-dereference", owner + ":", "--", path));
      demand(run("chmod", Integer.toOctalString(mode), "--", path));
      return;
    }
    String is = found.out().strip();
    if (!is.equals("directory " + owner)) {
      throw new HostException(
          Reason.NOT_OURS, "%s: %s (expected: directory %s)".formatted(path, is, owner));
    }
  }

  private void demand(Result result) {
    if (!result.isSuccess()) {
      throw new HostException(
          Reason.PERMISSION_DENIED,
          path
              + ": cannot be made by root here (expected: a volume where root may, or one where the"
              + " directory is there already)",
          Output.tail(result));
    }
  }

  private Result run(String... argv) {
    return host.commands().run(Command.of(DEADLINE, argv));
  }
}
