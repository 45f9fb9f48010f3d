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
