package io.coxswain.agent.gpu.nvml;

import io.coxswain.agent.host.ChildProcess;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.report.FailureReason;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** One child process from its greeting to its end, asked one question at a time. */
final class NvmlSession {
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final ChildProcess child;
  private final Deadlines deadlines;
  private final InstantSource clock;
  private final EventLog events;

  private NvmlSession(
      ChildProcess child, Deadlines deadlines, InstantSource clock, EventLog events) {
    this.child = child;
    this.deadlines = deadlines;
    this.clock = clock;
    this.events = events;
  }

  /** Starts a child and waits for its greeting; one that does not greet is killed. */
  static NvmlSession start(NvmlSettings settings, InstantSource clock, EventLog events)
      throws NvmlException {
    ChildProcess child;
    try {
      child = ChildProcess.start(settings.commandLine(), settings.environment());
    } catch (HostException e) {
      throw new NvmlException(FailureReason.PROBE_ENDED, String.valueOf(e.getMessage()));
    }
    NvmlSession session = new NvmlSession(child, settings.deadlines(), clock, events);
    try {
      session.greet();
    } catch (NvmlException e) {
      child.abandon();
      throw e;
    }
    events.nextChild();
    return session;
  }

  ChildProcess child() {
    return child;
  }

  /**
   * Asks and waits for the answer, taking what the child says meanwhile. Throws DRIVER_UNRESPONSIVE
   * when a call is overdue, when the child says nothing at all, and when the whole takes too long;
   * PROBE_ENDED when the child is gone or not to be understood.
   */
  DataInputStream ask(Request request) throws NvmlException {
    try {
      child.send(request.encode());
    } catch (HostException e) {
      throw ended(e);
    }
    long endNanos = System.nanoTime() + deadlines.whole().toNanos();
    try {
      while (true) {
        long left = endNanos - System.nanoTime();
        Duration wait = shorter(deadlines.silence(), Duration.ofNanos(Math.max(0, left)));
        DataInputStream in = receive(wait, "the child process of the driver did not answer");
        switch (frame(in)) {
          case ANSWER -> {
            return in;
          }
          case OVERDUE -> {
            Watch.Overdue overdue = Watch.Overdue.decode(in);
            throw new NvmlException(
                FailureReason.DRIVER_UNRESPONSIVE, overdue.message(), overdue.gpu());
          }
          case EVENT -> events.add(in, clock.instant());
          case WORKING -> {}
          case GREETING -> throw new IOException("a second greeting (expected: an answer)");
        }
      }
    } catch (IOException e) {
      throw new NvmlException(FailureReason.PROBE_ENDED, child + ": " + e.getMessage());
    }
  }

  /** Ends the child, by force when it does not go. Returns it when even that does not help. */
  Optional<ChildProcess> end() {
    return child.end(GRACE) ? Optional.empty() : Optional.of(child);
  }

  private void greet() throws NvmlException {
    try {
      DataInputStream in = receive(deadlines.start(), child + " did not greet");
      if (frame(in) == Frame.GREETING) {
        String greeting = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        if (greeting.equals(NvmlChild.GREETING)) {
          return;
        }
      }
      throw new IOException("no greeting of this agent (expected: " + NvmlChild.GREETING + ")");
    } catch (IOException e) {
      throw new NvmlException(FailureReason.PROBE_ENDED, child + ": " + e.getMessage());
    } catch (NvmlException e) {
      // No call has been made: whatever is slow, it is not the driver.
      throw new NvmlException(FailureReason.PROBE_ENDED, e.sentence());
    }
  }

  private DataInputStream receive(Duration wait, String late) throws NvmlException {
    try {
      Optional<byte[]> frame = child.receive(wait);
      if (frame.isEmpty()) {
        throw new NvmlException(
            FailureReason.DRIVER_UNRESPONSIVE, late + " in " + wait.toMillis() + " ms");
      }
      return new DataInputStream(new ByteArrayInputStream(frame.get()));
    } catch (HostException e) {
      throw ended(e);
    }
  }

  private static Frame frame(DataInputStream in) throws IOException {
    return WireCode.at(Frame.values(), in.readUnsignedByte());
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private static NvmlException ended(HostException e) {
    String last = e.tail().isEmpty() ? "" : ": " + e.tail().getLast();
    return new NvmlException(FailureReason.PROBE_ENDED, e.getMessage() + last);
  }
}
