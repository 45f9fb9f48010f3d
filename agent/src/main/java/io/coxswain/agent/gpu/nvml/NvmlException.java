package io.coxswain.agent.gpu.nvml;

import io.coxswain.agent.report.FailureReason;

/**
 * The driver did not give what was asked. Stays inside this room: {@link NvmlGpus} makes a reading
 * of it.
 */
final class NvmlException extends Exception {
  private final FailureReason reason;

  NvmlException(FailureReason reason, String message) {
    super(message);
    this.reason = reason;
  }

  FailureReason reason() {
    return reason;
  }

  /** For a return code of NVML (nvmlReturn_t) that stands for the driver as a whole. */
  static NvmlException refused(String symbol, int code, String words) {
    FailureReason reason =
        switch (code) {
          case 9 -> FailureReason.DRIVER_NOT_LOADED;
          case 18 -> FailureReason.DRIVER_MISMATCH;
          default -> FailureReason.DRIVER_ERROR;
        };
    return new NvmlException(reason, symbol + " gave " + code + " (" + words + ")");
  }
}
