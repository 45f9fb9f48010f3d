package io.coxswain.agent.step;

import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.host.Files.FileStat;
import java.util.ArrayList;
import java.util.List;

/** Differences between the access that a file has and the one it should have. */
final class Ownership {
  private Ownership() {}

  static List<String> drift(String path, FileStat is, Access wanted) {
    List<String> changes = new ArrayList<>();
    if (is.mode() != wanted.mode()) {
      changes.add("%s: mode %04o -> %04o".formatted(path, is.mode(), wanted.mode()));
    }
    if (!is.owner().equals(wanted.owner()) || !is.group().equals(wanted.group())) {
      changes.add(
          "%s: owner %s:%s -> %s:%s"
              .formatted(path, is.owner(), is.group(), wanted.owner(), wanted.group()));
    }
    return changes;
  }
}
