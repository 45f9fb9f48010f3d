package io.coxswain.agent.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Lines of passwd(5). */
final class Accounts {
  private Accounts() {}

  /** The accounts of a local file, without asking the network's directories. */
  static List<Users.Account> local(String file) {
    try (var lines = java.nio.file.Files.lines(Path.of(file))) {
      return lines.map(Accounts::parse).flatMap(Optional::stream).toList();
    } catch (IOException e) {
      throw new HostException(
          HostException.Reason.IO_ERROR, "read " + file + ": " + e.getMessage());
    }
  }

  static Optional<Users.Account> parse(String line) {
    String[] fields = line.split(":", -1);
    if (fields.length != 7) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Users.Account(
              fields[0],
              Integer.parseInt(fields[2]),
              Integer.parseInt(fields[3]),
              fields[5],
              fields[6]));
    } catch (NumberFormatException e) {
      // NIS compat lines ("+::::::") have no numbers.
      return Optional.empty();
    }
  }
}
