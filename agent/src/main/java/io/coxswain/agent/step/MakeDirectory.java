package io.coxswain.agent.step;

import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.host.Files.FileStat;
import io.coxswain.agent.host.Files.Kind;
import io.coxswain.agent.host.Host;
import java.util.Optional;

/** A directory is there with this access; what is in it is not asked. */
public record MakeDirectory(String path, Access access) implements Step {
  @Override
  public Check check(Host host) {
    Optional<FileStat> stat = host.files().stat(path);
    if (stat.isEmpty()) {
      return Check.Drift.of(path + ": create");
    }
    if (stat.get().kind() != Kind.DIRECTORY) {
      return new Check.Blocked(
          path + ": " + stat.get().kind() + " (expected: a directory or nothing)");
    }
    return Check.Drift.of(Ownership.drift(path, stat.get(), access));
  }

  @Override
  public void apply(Host host) {
    host.files().createDirectory(path, access);
  }
}
