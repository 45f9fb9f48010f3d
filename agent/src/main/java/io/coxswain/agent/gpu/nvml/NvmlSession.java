package io.coxswain.agent.gpu.nvml;

import io.coxswain.agent.host.ChildProcess;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.report.FailureReason;
import java.time.Duration;
import java.util.Optional;

/** One child process from its greeting to its end, asked one call at a time. */
final class NvmlSession {
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final ChildProcess child;
  private final NvmlSettings.Deadlines deadlines;
  private final long endNanos;

  private NvmlSession(ChildProcess child, NvmlSettings.Deadlines deadlines) {
    this.child = child;
    this.deadlines = deadlines;
    this.endNanos = System.nanoTime() + deadlines.whole().toNanos();
  }

  static NvmlSession start(NvmlSettings settings) throws NvmlException {
    ChildProcess child;
    try {
      child = ChildProcess.start(settings.argv(), settings.environment());
    } catch (HostException e) {
      throw new NvmlException(FailureReason.PROBE_ENDED, String.valueOf(e.getMessage()));
    }
    return new NvmlSession(child, settings.deadlines());
  }

  /** Waits for the greeting. */
  void greet() throws NvmlException {
    NvmlAnswer answer = receive(deadlines.start(), "its greeting", FailureReason.PROBE_ENDED);
    if (!answer.equals(new NvmlAnswer.Text(NvmlChild.GREETING))) {
      throw new NvmlException(
          FailureReason.PROBE_ENDED,
          child + " greeted with " + answer + " (expected: " + NvmlChild.GREETING + ")");
    }
  }

  NvmlAnswer ask(NvmlCall call, int gpu) throws NvmlException {
    Duration deadline =
        switch (call) {
          case INIT, HANDLE -> deadlines.init();
          default -> deadlines.call();
        };
    try {
      child.send(new NvmlRequest(call, gpu).encode());
    } catch (HostException e) {
      throw ended(e);
    }
    String what = call.symbol() + (gpu < 0 ? "" : " of GPU " + gpu);
    return receive(deadline, what, FailureReason.DRIVER_UNRESPONSIVE);
  }

  /** Ends the child, by force when it does not go. Returns it when even that does not help. */
  Optional<ChildProcess> end() {
    return child.end(GRACE) ? Optional.empty() : Optional.of(child);
  }

  /** Kills the child at once. Returns it when it does not die: it is inside a driver call. */
  Optional<ChildProcess> kill() {
    return child.kill(GRACE) ? Optional.empty() : Optional.of(child);
  }

  private NvmlAnswer receive(Duration deadline, String what, FailureReason late)
      throws NvmlException {
    Duration left = Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
    Duration wait = deadline.compareTo(left) < 0 ? deadline : left;
    try {
      Optional<byte[]> frame = child.receive(wait);
      if (frame.isEmpty()) {
        throw new NvmlException(late, what + " did not come back in " + wait.toMillis() + " ms");
      }
      return NvmlAnswer.decode(frame.get());
    } catch (HostException e) {
      throw ended(e);
    } catch (IllegalArgumentException e) {
      throw new NvmlException(FailureReason.PROBE_ENDED, child + ": " + e.getMessage());
    }
  }

  private static NvmlException ended(HostException e) {
    String last = e.tail().isEmpty() ? "" : ": " + e.tail().getLast();
    return new NvmlException(FailureReason.PROBE_ENDED, e.getMessage() + last);
  }
}
