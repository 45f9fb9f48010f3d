package io.coxswain.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A person, or a script, at the command line: types, reads, and has a clock that only pauses move.
 */
final class Desk implements AutoCloseable {
  final FakeController controller;
  final Map<String, String> environment = new HashMap<>();
  final List<Duration> pauses = new ArrayList<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Instant now = Instant.parse("2026-11-22T12:00:00Z");
  private String typed = "";
  private Terminal.Attached attached = new Terminal.Attached(false, false, false);

  Desk(Path directory) throws IOException {
    controller = new FakeController(directory);
    environment.put("HOME", directory.toString());
    environment.put("COX_SOCKET", controller.socket().toString());
  }

  /** Sits down at a terminal and will type this. */
  Desk types(String text) {
    typed = text;
    attached = new Terminal.Attached(true, attached.out(), attached.err());
    return this;
  }

  Desk pipes(String text) {
    typed = text;
    return this;
  }

  Desk seesColours() {
    attached = new Terminal.Attached(attached.in(), true, attached.err());
    return this;
  }

  Desk seesProgress() {
    attached = new Terminal.Attached(attached.in(), attached.out(), true);
    return this;
  }

  int cox(String... words) {
    out.reset();
    err.reset();
    Terminal terminal = terminal();
    int exitCode = CoxMain.run(words, terminal);
    terminal.flush();
    return exitCode;
  }

  Terminal terminal() {
    return new Terminal(
        new Terminal.Streams(
            new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8)),
        attached,
        environment,
        new Terminal.Time(() -> now, this::pause));
  }

  private void pause(Duration length) {
    pauses.add(length);
    now = now.plus(length);
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    controller.close();
  }
}
