package io.coxswain.agent.gpu.nvml;

import io.coxswain.agent.report.FailureReason;

/**
 * The child did not give what was asked. Stays inside this room: {@link NvmlGpus} makes a reading
 * of it.
 */
final class NvmlException extends Exception {
  private final FailureReason reason;
  private final int gpu;

  NvmlException(FailureReason reason, String message) {
    this(reason, message, -1);
  }

  /** For a call that hangs: the GPU that it is about, -1 for none. */
  NvmlException(FailureReason reason, String message, int gpu) {
    super(message);
    this.reason = reason;
    this.gpu = gpu;
  }

  FailureReason reason() {
    return reason;
  }

  int gpu() {
    return gpu;
  }

  String sentence() {
    return String.valueOf(getMessage());
  }
}
