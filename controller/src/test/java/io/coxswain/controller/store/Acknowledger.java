package io.coxswain.controller.store;

import java.nio.file.Path;

/**
 * A program of its own that writes for ever and prints the message of each event after its commit;
 * made to be killed.
 */
final class Acknowledger {
  private static final int WRITERS = 4;

  private Acknowledger() {}

  /** Arguments: the database, and a word that no earlier run used. */
  public static void main(String[] arguments) {
    SqlStore store = SqlStore.open(Path.of(arguments[0]));
    for (int writer = 0; writer < WRITERS; writer++) {
      String name = arguments[1] + "-" + writer + "-";
      Thread.ofPlatform().start(() -> writeForEver(store, name));
    }
  }

  private static void writeForEver(SqlStore store, String name) {
    for (int number = 0; ; number++) {
      String message = name + number;
      store.write(
          tx -> {
            tx.append(Event.of(Samples.NOON, "", "", "", "ACKNOWLEDGED", message));
            return tx.next("sequence", 1);
          });
      System.out.println(message + ".");
    }
  }
}
