package io.coxswain.agent.gpu.nvml;

/** What the child sends; the first byte of each frame. Numbers are big-endian. */
enum Frame {
  /** First of all: a text that names the protocol's version. */
  GREETING,
  /** Ends a request: what {@link Answer} wrote. */
  ANSWER,
  /** A call is overdue: function (byte), GPU (int, -1 none), milliseconds (long). */
  OVERDUE,
  /** A request is still being worked on; empty. */
  WORKING,
  /**
   * The driver raised something: running number, type and detail (long each), GPU and compute
   * instance (int each, -1 none), bus id (text).
   */
  EVENT
}
