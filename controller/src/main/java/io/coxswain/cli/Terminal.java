package io.coxswain.cli;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/** Where a command reads and prints, what it may know of its surroundings, and its time. */
record Terminal(Streams streams, Attached attached, Map<String, String> environment, Time time) {
  /** Standard input, output and error. */
  record Streams(InputStream in, PrintStream out, PrintStream err) {}

  /** Which of the three a person sits at. */
  record Attached(boolean in, boolean out, boolean err) {}

  /** The time now, and the passing of it. */
  record Time(InstantSource clock, Pause pause) {}

  /** Waits. */
  @FunctionalInterface
  interface Pause {
    void pause(Duration length) throws InterruptedException;
  }

  static Terminal ofProcess() {
    return new Terminal(
        new Streams(
            new BufferedInputStream(new FileInputStream(FileDescriptor.in), 1024),
            print(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 8192), false),
            print(new FileOutputStream(FileDescriptor.err), true)),
        new Attached(isTerminal(0), isTerminal(1), isTerminal(2)),
        System.getenv(),
        new Time(InstantSource.system(), Thread::sleep));
  }

  private static PrintStream print(OutputStream stream, boolean autoflush) {
    return new PrintStream(stream, autoflush, StandardCharsets.UTF_8);
  }

  // System.console() answers for input and output together, and loads a line editor where there is
  // one.
  private static boolean isTerminal(int descriptor) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException e) {
      return false;
    }
  }

  PrintStream out() {
    return streams.out();
  }

  PrintStream err() {
    return streams.err();
  }

  /** An environment variable; empty when unset. */
  String variable(String name) {
    String value = environment.get(name);
    return value == null ? "" : value;
  }

  /**
   * Colour is for a person: never into a file or pipe, nor where NO_COLOR is set to anything
   * (no-color.org).
   */
  boolean isColourful() {
    return attached.out() && variable("NO_COLOR").isEmpty() && !variable("TERM").equals("dumb");
  }

  /** Reads one line; empty at the end of input. */
  String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = streams.in().read(); c >= 0 && c != '\n'; c = streams.in().read()) {
      line.append((char) c);
    }
    return line.toString().strip();
  }

  void flush() {
    out().flush();
    err().flush();
  }
}
