package io.coxswain.agent.step;

import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.Host;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A small file of ours on a volume, made and taken away by children with a deadline. It is always a
 * new file: where users may write, one of that name could be a link to anything.
 */
record VolumeFile(Host host, String path, Duration deadline) {
  // There on every machine with systemd, and readable by all.
  private static final String CONTENT = "/etc/machine-id";

  /** Writes it durably, reads it and removes it; the first command that fails is the result. */
  Result writeAndCompare(Optional<String> user) {
    remove(user);
    Result written = write(CONTENT, List.of(), user);
    Result result = written.isSuccess() ? run(user, List.of("cmp", "--", CONTENT, path)) : written;
    Result removed = remove(user);
    return result.isSuccess() ? removed : result;
  }

  /** Copies a local file to it, with fsync; fails where something is there. */
  Result write(String from, List<String> more, Optional<String> user) {
    List<String> argv =
        new ArrayList<>(
            List.of("dd", "if=" + from, "of=" + path, "conv=excl,fsync", "oflag=nofollow"));
    argv.addAll(more);
    return run(user, argv);
  }

  /** Reads it through the network again: what this machine remembers of it is dropped before. */
  Result read(Optional<String> user) {
    run(user, List.of("dd", "if=" + path, "iflag=nocache", "count=0", "status=none"));
    return run(user, List.of("dd", "if=" + path, "of=/dev/null", "bs=1M", "iflag=nofollow"));
  }

  Result remove(Optional<String> user) {
    return run(user, List.of("rm", "--force", "--", path));
  }

  private Result run(Optional<String> user, List<String> argv) {
    return host.commands().run(new Command(argv, deadline, Map.of(), user));
  }
}
