package io.coxswain.agent.gpu.nvml;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What one thread of the child is calling now, and since when. Written by that thread, read by the
 * one that watches: a thread that is stuck in the driver cannot say so itself.
 */
final class Watch {
  private volatile @Nullable NvmlFunction current;
  private volatile int gpu = -1;
  private final AtomicLong sinceNanos = new AtomicLong();
  // Told once for each call.
  private volatile boolean isTold;

  /** Whom the next calls are about; -1: no GPU. */
  void about(int index) {
    gpu = index;
  }

  int gpu() {
    return gpu;
  }

  void enter(NvmlFunction function) {
    sinceNanos.set(System.nanoTime());
    isTold = false;
    current = function;
  }

  /** The process was kept from running for a while: that is not the driver's time. */
  void excuse(long nanos) {
    sinceNanos.addAndGet(nanos);
  }

  void leave() {
    current = null;
  }

  /** The call that is overdue, if one is and was not told yet. */
  @Nullable Overdue overdue(Deadlines deadlines) {
    NvmlFunction function = current;
    if (function == null || isTold) {
      return null;
    }
    long millis = (System.nanoTime() - sinceNanos.get()) / 1_000_000;
    // The call may have ended meanwhile and another begun: then the time is the other's.
    if (millis < deadlines.of(function).toMillis() || current != function) {
      return null;
    }
    isTold = true;
    return new Overdue(function, gpu, millis);
  }

  record Overdue(NvmlFunction function, int gpu, long millis) {
    byte[] encode() {
      return ByteBuffer.allocate(1 + Integer.BYTES + Long.BYTES)
          .put((byte) WireCode.of(function))
          .putInt(gpu)
          .putLong(millis)
          .array();
    }

    static Overdue decode(DataInputStream in) throws IOException {
      return new Overdue(
          WireCode.at(NvmlFunction.values(), in.readUnsignedByte()), in.readInt(), in.readLong());
    }

    String message() {
      return function.symbol()
          + (gpu < 0 ? "" : " of GPU " + gpu)
          + " did not come back in "
          + millis
          + " ms";
    }
  }
}
