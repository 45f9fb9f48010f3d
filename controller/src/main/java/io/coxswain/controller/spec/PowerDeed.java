package io.coxswain.controller.spec;

/** What is to become of a machine's power. */
public enum PowerDeed {
  /** Only read. */
  READ,
  ON,
  /** Shut down by its operating system; cut off where that is forced. */
  OFF,
  /** Off, then on. */
  CYCLE,
  /** Its operating system was told already: only wait until it is off. */
  AWAIT_OFF;

  /** As people say it: "switch off". */
  public String words() {
    return switch (this) {
      case READ -> "read the power";
      case ON -> "switch on";
      case OFF -> "switch off";
      case CYCLE -> "switch off and on";
      case AWAIT_OFF -> "wait until it is off";
    };
  }

  /** Whether the machine is off at some time of it. */
  public boolean endsWhatRuns() {
    return this == OFF || this == CYCLE || this == AWAIT_OFF;
  }
}
