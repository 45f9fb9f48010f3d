package io.coxswain.controller.access;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Names of local accounts, for saying who did what. */
public final class Accounts {
  private final Path passwd;

  /** Reads a file in the form of passwd(5). */
  public Accounts(Path passwd) {
    this.passwd = passwd;
  }

  /**
   * The name of a uid; {@code uid 1234} where the file has none, as with accounts from a directory
   * service.
   */
  public String name(long uid) {
    try {
      for (String line : Files.readAllLines(passwd)) {
        List<String> fields = List.of(line.split(":", -1));
        if (fields.size() > 2 && fields.get(2).equals(Long.toString(uid))) {
          return fields.getFirst();
        }
      }
    } catch (IOException e) {
      return "uid " + uid;
    }
    return "uid " + uid;
  }
}
