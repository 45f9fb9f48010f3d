package io.coxswain.agent.step;

import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.host.Files.FileStat;
import io.coxswain.agent.host.Files.Kind;
import io.coxswain.agent.host.Host;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A file has this content and access. A secret's content is never part of a change, a message or a
 * printed step.
 */
public record WriteFile(String path, Content content, Access access, boolean secret)
    implements Step {
  private static final int SHOWN_LINES = 6;

  @Override
  public Check check(Host host) {
    Optional<FileStat> stat = host.files().stat(path);
    if (stat.isEmpty()) {
      return Check.Drift.of("%s: create, %d bytes".formatted(path, content.length()));
    }
    if (stat.get().kind() != Kind.FILE) {
      return Check.Drift.of(path + ": is not a file; replace it");
    }
    List<String> changes = new ArrayList<>();
    byte[] there = host.files().read(path);
    if (!Arrays.equals(there, content.bytes())) {
      changes.add("%s: %d -> %d bytes".formatted(path, there.length, content.length()));
      if (!secret) {
        changes.addAll(lines(there));
      }
    }
    changes.addAll(Ownership.drift(path, stat.get(), access));
    return Check.Drift.of(changes);
  }

  private List<String> lines(byte[] there) {
    List<String> old = new String(there, StandardCharsets.UTF_8).lines().toList();
    List<String> wanted = new String(content.bytes(), StandardCharsets.UTF_8).lines().toList();
    List<String> lines = new ArrayList<>();
    old.stream().filter(line -> !wanted.contains(line)).forEach(line -> lines.add("- " + line));
    wanted.stream().filter(line -> !old.contains(line)).forEach(line -> lines.add("+ " + line));
    return lines.size() <= SHOWN_LINES ? lines : lines.subList(0, SHOWN_LINES);
  }

  @Override
  public void apply(Host host) {
    String parent = path.substring(0, Math.max(1, path.lastIndexOf('/')));
    if (host.files().stat(parent).isEmpty()) {
      host.files().createDirectory(parent, new Access(0755, "root", "root"));
    }
    host.files().write(path, content.bytes(), access);
  }
}
