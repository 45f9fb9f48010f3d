package io.coxswain.agent.probe;

import io.coxswain.agent.host.Files;
import io.coxswain.agent.host.HostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Small text files of the kernel. */
record Sysfs(Files files) {
  /**
   * The file's text without surrounding blanks; empty when it is not there, empty or not for us to
   * read.
   */
  Optional<String> text(String path) {
    try {
      return Optional.of(new String(files.read(path), StandardCharsets.UTF_8).strip())
          .filter(text -> !text.isEmpty());
    } catch (HostException e) {
      // Absent attributes are the rule in sysfs: each driver shows what it has.
      return Optional.empty();
    }
  }

  List<String> list(String directory) {
    return files.list(directory);
  }
}
