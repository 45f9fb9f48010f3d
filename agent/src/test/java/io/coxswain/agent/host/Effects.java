package io.coxswain.agent.host;

import java.util.function.Consumer;

/**
 * Every change that a fake machine undergoes has a name and two points, before and after it:
 * "before write /etc/hosts". Whoever listens may throw a {@link Crash} at any of them.
 */
public final class Effects {
  private Consumer<String> listener = point -> {};

  /** Replaces the listener. */
  public void listen(Consumer<String> next) {
    listener = next;
  }

  void around(String name, Runnable change) {
    listener.accept("before " + name);
    change.run();
    listener.accept("after " + name);
  }
}
