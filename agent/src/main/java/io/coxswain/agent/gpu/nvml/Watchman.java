package io.coxswain.agent.gpu.nvml;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Looks several times within a deadline whether a call is overdue, and tells the parent. */
final class Watchman implements Runnable {
  private static final int LOOKS_PER_DEADLINE = 8;
  private static final int LOOKS_PER_SIGN_OF_LIFE = 2;

  private final FrameWriter out;
  private final Deadlines deadlines;
  private final Asker asker;
  private final List<Watch> watches;

  Watchman(FrameWriter out, Deadlines deadlines, Asker asker, List<Watch> watches) {
    this.out = out;
    this.deadlines = deadlines;
    this.asker = asker;
    this.watches = watches;
  }

  @Override
  public void run() {
    long pause = TimeUnit.MILLISECONDS.toNanos(deadlines.call().toMillis()) / LOOKS_PER_DEADLINE;
    try {
      for (long look = 0; ; look++) {
        long from = System.nanoTime();
        LockSupport.parkNanos(pause);
        long late = System.nanoTime() - from - pause;
        if (late > pause) {
          // This machine has more to do than it can. A call that waits for a CPU does not hang.
          watches.forEach(watch -> watch.excuse(late));
        }
        for (Watch watch : watches) {
          tell(watch.overdue(deadlines));
        }
        if (asker.isBusy() && look % LOOKS_PER_SIGN_OF_LIFE == 0) {
          out.send(Frame.WORKING, new byte[0]);
        }
      }
    } catch (IOException e) {
      System.exit(1);
    }
  }

  private void tell(Watch.@Nullable Overdue overdue) throws IOException {
    if (overdue != null) {
      out.send(Frame.OVERDUE, overdue.encode());
    }
  }
}
