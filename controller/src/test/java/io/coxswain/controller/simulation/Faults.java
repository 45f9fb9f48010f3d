package io.coxswain.controller.simulation;

/** What goes wrong, decided at every point where something can. */
interface Faults {
  /** What becomes of a message. */
  enum Fate {
    ARRIVES,
    LOST,
    DOUBLED,
    LATE
  }

  Fate message();

  /**
   * The controller or a machine's agent comes to a named point. May throw {@link
   * io.coxswain.agent.host.Crash} to kill it there, and on a machine a {@link
   * io.coxswain.agent.host.HostException} to let a deed fail.
   */
  void point(String who, String point);

  /** Whether a machine whose agent was killed lost its power too. */
  boolean losesPower();
}
