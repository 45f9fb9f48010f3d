package io.coxswain.agent.report;

/** Why a fact could not be read. */
public enum FailureReason {
  /** The machine refused to show it. */
  UNREADABLE("the machine did not show it"),
  /** A program did not end in time. */
  TIMED_OUT("a program did not answer in time"),
  /** A program answered in a form that this agent does not know. */
  UNEXPECTED_OUTPUT("the answer was not understood"),
  /**
   * The GPU driver held a call beyond its deadline; often a sick GPU. Ends when the driver answers
   * again.
   */
  DRIVER_UNRESPONSIVE("driver unresponsive"),
  /** GPUs are on the bus and the kernel module is not loaded. Ends when it is. */
  DRIVER_NOT_LOADED("driver not loaded"),
  /**
   * The driver's library and its kernel module are of different versions. Ends with a reboot or a
   * reload of the module.
   */
  DRIVER_MISMATCH("driver and library versions differ"),
  /**
   * The driver's library is there and cannot be loaded: empty, of another architecture, or it lacks
   * a dependency.
   */
  LIBRARY_UNUSABLE("driver library unusable"),
  /** The GPU fell off the bus. Ends with a reset or, mostly, a reboot. */
  GPU_LOST("GPU lost"),
  /** The GPU works no more until it is reset. */
  GPU_NEEDS_RESET("GPU needs a reset"),
  /** The driver found a fault of the board: no external power, a corrupt InfoROM, interrupts. */
  GPU_FAULTY("GPU faulty"),
  /** The agent is not allowed to ask: not root, or a device policy forbids it. */
  NOT_PERMITTED("not permitted"),
  /** The driver has no value yet; the next round may. */
  NO_VALUE_YET("no value yet"),
  /** The GPU is on the PCI bus and the driver does not count it. */
  GPU_MISSING("GPU missing"),
  /** The driver answered with an error. */
  DRIVER_ERROR("driver error"),
  /** The process that speaks to the driver ended by itself. */
  PROBE_ENDED("probe process ended");

  private final String sentence;

  FailureReason(String sentence) {
    this.sentence = sentence;
  }

  /** A few words for people. */
  public String sentence() {
    return sentence;
  }
}
