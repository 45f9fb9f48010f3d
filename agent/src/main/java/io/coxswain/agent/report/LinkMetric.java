package io.coxswain.agent.report;

/**
 * A number that is read of one NVLink of one GPU. Counters since the driver was loaded. What a
 * generation does not count is Unsupported there.
 */
public enum LinkMetric {
  /** 1 or 0 (GetNvLinkState). */
  UP,
  /** Field 164. */
  SPEED_MEGABITS,
  /** Field 161, else GetNvLinkErrorCounter 0. Not on Blackwell. */
  REPLAY_ERRORS,
  /** Field 162, else GetNvLinkErrorCounter 1. Not on Blackwell. */
  RECOVERY_ERRORS,
  /** Field 163, else GetNvLinkErrorCounter 2. Not on Blackwell. */
  CRC_ERRORS,
  /** Field 206, Blackwell. */
  MALFORMED_PACKETS,
  /** Field 207, Blackwell. */
  BUFFER_OVERRUNS,
  /** Field 208, Blackwell. */
  RECEIVE_ERRORS,
  /** Field 211, Blackwell. */
  INTEGRITY_ERRORS,
  /** Field 214, Blackwell. */
  FAILED_RECOVERIES,
  /** Field 215, Blackwell. */
  RECOVERIES,
  /** Field 219, Blackwell: left after error correction. */
  EFFECTIVE_ERRORS,
  /** Field 221, Blackwell. */
  SYMBOL_ERRORS
}
