package io.coxswain.agent.bmc;

/** What is to become of a machine's power. */
public enum Deed {
  /** Only read. */
  READ,
  ON,
  /** Shut down by its operating system; cut off where it is forced. */
  OFF,
  /** Off, then on. */
  CYCLE,
  /** Its operating system was told already: only wait until it is off. */
  AWAIT_OFF
}
