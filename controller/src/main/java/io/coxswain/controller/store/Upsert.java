package io.coxswain.controller.store;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The statement that inserts a row or replaces the one with its key; each column is a parameter of
 * its own name.
 */
final class Upsert {
  private Upsert() {}

  static String into(String table, String key, String... others) {
    String columns = key + ", " + String.join(", ", others);
    String parameters =
        ":"
            + key
            + ", "
            + Arrays.stream(others).map(column -> ":" + column).collect(Collectors.joining(", "));
    String changes =
        Arrays.stream(others)
            .map(column -> column + " = excluded." + column)
            .collect(Collectors.joining(", "));
    return "insert into "
        + table
        + " ("
        + columns
        + ") values ("
        + parameters
        + ") on conflict ("
        + key
        + ") do update set "
        + changes;
  }
}
