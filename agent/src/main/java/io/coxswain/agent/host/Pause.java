package io.coxswain.agent.host;

import java.time.Duration;

/** Waiting for the machine between two looks at it. */
public final class Pause {
  private Pause() {}

  /** Interrupted it throws {@link HostException}, and the thread stays interrupted. */
  public static void of(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HostException(HostException.Reason.COMMAND_FAILED, "interrupted while waiting");
    }
  }

  static void interruptibly(Duration duration) throws InterruptedException {
    Thread.sleep(duration);
  }
}
