package io.coxswain.controller.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A store whose process is killed in the middle keeps all that it acknowledged, and no part of what
 * it did not.
 */
final class KillTest {
  private static final int ROUNDS = 4;

  @TempDir Path temporary = Path.of("");

  @Test
  void whatWasAcknowledgedIsThereAfterKill() throws IOException, InterruptedException {
    Path database = temporary.resolve("state").resolve("coxswain.db");
    Set<String> acknowledged = new HashSet<>();
    for (int round = 0; round < ROUNDS; round++) {
      Process child = start(database, "round" + round);
      try (BufferedReader output = child.inputReader()) {
        // Another depth of the log each time.
        acknowledged.addAll(read(output, 50 + 333 * round));
        assertThatThrownBy(() -> SqlStore.open(database))
            .isInstanceOf(StoreException.class)
            .hasMessageContaining("in use by process " + child.pid());
        // Through its handle: Process would close the pipe, with acknowledgements still in it.
        child.toHandle().destroyForcibly();
        acknowledged.addAll(read(output, Integer.MAX_VALUE));
      }
      assertThat(child.waitFor()).as("killed by signal 9").isEqualTo(128 + 9);
      try (SqlStore store = SqlStore.open(database)) {
        List<Event> events = store.read(tx -> tx.events(Optional.empty(), 0, Integer.MAX_VALUE));
        assertThat(events).extracting(Event::message).containsAll(acknowledged);
        assertThat(store.<Integer>write(tx -> tx.next("sequence", 1)))
            .as("each event with its number of the sequence, or neither")
            .isEqualTo(events.size() + 1 + round);
      }
    }
  }

  private static Process start(Path database, String round) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ProcessBuilder(
            java,
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Acknowledger.class.getName(),
            database.toString(),
            round)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Whole lines only: the last one may be cut. */
  private static List<String> read(BufferedReader output, int atMost) throws IOException {
    List<String> messages = new ArrayList<>();
    while (messages.size() < atMost) {
      String line = output.readLine();
      if (line == null) {
        break;
      }
      if (line.endsWith(".")) {
        messages.add(line.substring(0, line.length() - 1));
      }
    }
    return messages;
  }
}
