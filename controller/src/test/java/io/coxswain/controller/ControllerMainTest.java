package io.coxswain.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControllerMainTest {
  @TempDir private Path directory = Path.of("");

  @Test
  void initMakesWhatIsMissingAndKeepsWhatIsThere() throws IOException {
    String config = config("");
    String first = run("init", "--config", config);
    byte[] key = Files.readAllBytes(directory.resolve("state/ca.key"));
    String again = run("init", "--config", config);

    assertThat(first).matches("sha256:[0-9a-f]{64}\n");
    assertThat(again).isEqualTo(first);
    assertThat(Files.readAllBytes(directory.resolve("state/ca.key"))).isEqualTo(key);
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.resolve("state/ca.key"))))
        .isEqualTo("rw-------");
    assertThat(directory.resolve("state/coxswain.db")).exists();
    assertThat(run("fingerprint", "--config", config)).isEqualTo(first);
  }

  @Test
  void theExitCodeTellsUsageFromFailure() throws IOException {
    assertThat(ControllerMain.run(quiet(), "--version")).isEqualTo(0);
    assertThat(ControllerMain.run(quiet())).isEqualTo(2);
    assertThat(ControllerMain.run(quiet(), "init", "--config", config("port: 1\n"))).isEqualTo(1);
    assertThat(ControllerMain.run(quiet(), "fingerprint", "--config", config("")))
        .as("before init")
        .isEqualTo(1);
  }

  @Test
  void aLineOfTheLogHasItsPriorityForTheJournal() {
    LogRecord entry = new LogRecord(Level.WARNING, "one\ntwo");

    assertThat(new LogLines(true).format(entry)).isEqualTo("<4>one\n<4>two\n");
    assertThat(new LogLines(false).format(entry))
        .contains(" WARNING one\n")
        .contains(" WARNING two\n");
  }

  private String run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(ControllerMain.run(new PrintStream(out, true, StandardCharsets.UTF_8), args))
        .isEqualTo(0);
    return out.toString(StandardCharsets.UTF_8);
  }

  private static PrintStream quiet() {
    return new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
  }

  private String config(String more) throws IOException {
    Path file = directory.resolve("controller.yaml");
    Files.writeString(
        file, "state: " + directory.resolve("state") + "\nnames: [localhost]\n" + more);
    return file.toString();
  }

  @Test
  void theVersionIsThePoms() throws IOException {
    assertThat(Files.readString(Path.of("pom.xml")))
        .contains("<version>" + ControllerMain.VERSION + "</version>");
  }
}
