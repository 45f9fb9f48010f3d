package io.coxswain.agent.step;

import io.coxswain.agent.host.Files.FileStat;
import io.coxswain.agent.host.Files.Kind;
import io.coxswain.agent.host.Host;
import java.util.Optional;

/**
 * A symbolic link leads to the target. A file or directory in its place is somebody's and stays.
 */
public record MakeLink(String path, String target) implements Step {
  @Override
  public Check check(Host host) {
    Optional<FileStat> stat = host.files().stat(path);
    if (stat.isEmpty()) {
      return Check.Drift.of("%s -> %s: create".formatted(path, target));
    }
    if (stat.get().kind() != Kind.LINK) {
      return new Check.Blocked(path + ": " + stat.get().kind() + " (expected: a link or nothing)");
    }
    String now = host.files().readLink(path);
    return now.equals(target)
        ? new Check.InSync()
        : Check.Drift.of("%s -> %s: was %s".formatted(path, target, now));
  }

  @Override
  public void apply(Host host) {
    host.files().link(path, target);
  }
}
