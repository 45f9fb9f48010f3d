package io.coxswain.agent.host;

import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A child that stays and is spoken to in frames over its standard streams: a length of four bytes,
 * big-endian, then that many bytes. Its error stream is kept, last lines only. Not for programs
 * that run to an end: those are {@link Commands}.
 *
 * <p>One caller at a time. Waiting for a frame has a deadline; a child that misses it is the
 * caller's to kill, and may not even end then: a process inside a stuck driver call dies when the
 * call returns.
 */
public final class ChildProcess implements AutoCloseable {
  private static final int MAX_FRAME = 1 << 20;
  private static final int KEPT_LINES = 20;

  private final Process process;
  private final DataOutputStream out;
  // Empty stands for the end: no frame comes after it.
  private final BlockingQueue<Optional<byte[]>> arrivals = new LinkedBlockingQueue<>();
  private volatile String howItEnded = "ended";
  private final Deque<String> lastLines = new ArrayDeque<>();

  private ChildProcess(Process process) {
    this.process = process;
    this.out = new DataOutputStream(process.getOutputStream());
  }

  /** Starts the program with exactly this environment. */
  public static ChildProcess start(List<String> argv, Map<String, String> environment) {
    ProcessBuilder builder = new ProcessBuilder(argv);
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      ChildProcess child = new ChildProcess(builder.start());
      Thread.ofVirtual().name("frames of " + argv.getFirst()).start(child::readFrames);
      Thread.ofVirtual().name("errors of " + argv.getFirst()).start(child::readErrors);
      return child;
    } catch (IOException e) {
      throw new HostException(
          HostException.Reason.COMMAND_FAILED,
          argv.getFirst() + ": cannot be started: " + e.getMessage());
    }
  }

  /** Sends a small frame: the pipe takes it without waiting for the child to read. */
  public void send(byte[] frame) {
    try {
      out.writeInt(frame.length);
      out.write(frame);
      out.flush();
    } catch (IOException e) {
      throw ended("closed its input");
    }
  }

  /**
   * The next frame; empty when the deadline passes first. Throws when the child ended or broke the
   * framing.
   */
  public Optional<byte[]> receive(Duration deadline) {
    try {
      Optional<byte[]> arrival = arrivals.poll(deadline.toNanos(), TimeUnit.NANOSECONDS);
      if (arrival == null) {
        return Optional.empty();
      }
      if (arrival.isEmpty()) {
        arrivals.add(arrival);
        throw ended(howItEnded);
      }
      return arrival;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HostException(
          HostException.Reason.DEADLINE_EXCEEDED, "interrupted while waiting for " + this);
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Lets the child go by closing its input, and kills it when it has not ended after the grace.
   * False: it is still there.
   */
  public boolean end(Duration grace) {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // The pipe is already gone, and with it most likely the child.
    }
    return awaitEnd(grace) || kill(grace);
  }

  /** Kills the child; false when it is still there after the patience, held by the kernel. */
  public boolean kill(Duration patience) {
    process.destroyForcibly();
    return awaitEnd(patience);
  }

  /**
   * Kills the child and does not wait: one that is inside a stuck driver call goes when the call
   * returns, if ever.
   */
  public void abandon() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    kill(Duration.ofSeconds(1));
  }

  @Override
  public String toString() {
    return "child process " + process.pid();
  }

  private boolean awaitEnd(Duration patience) {
    try {
      return process.waitFor(patience);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return !process.isAlive();
    }
  }

  private HostException ended(String how) {
    synchronized (lastLines) {
      return new HostException(
          HostException.Reason.COMMAND_FAILED, this + " " + how, List.copyOf(lastLines));
    }
  }

  private void readFrames() {
    try (DataInputStream in = new DataInputStream(process.getInputStream())) {
      while (true) {
        int length = in.readInt();
        if (length < 0 || length > MAX_FRAME) {
          throw new IOException(
              "a frame of " + length + " bytes (expected: at most " + MAX_FRAME + ")");
        }
        byte[] frame = new byte[length];
        in.readFully(frame);
        arrivals.add(Optional.of(frame));
      }
    } catch (EOFException e) {
      howItEnded = "ended";
    } catch (IOException e) {
      howItEnded = "broke its output: " + e.getMessage();
    }
    arrivals.add(Optional.empty());
  }

  private void readErrors() {
    try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        synchronized (lastLines) {
          if (lastLines.size() == KEPT_LINES) {
            lastLines.removeFirst();
          }
          lastLines.addLast(line);
        }
      }
    } catch (IOException e) {
      // The stream ends with the child.
    }
  }
}
