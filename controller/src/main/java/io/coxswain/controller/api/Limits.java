package io.coxswain.controller.api;

import java.time.Duration;

/**
 * What one peer may take of the server. Each default of HTTP/2 and gRPC that has no end gets one
 * here.
 */
final class Limits {
  /** Of one message; an assignment and a report of a large machine stay under a tenth of it. */
  static final int MESSAGE_BYTES = 1 << 20;

  /** Of a request that is not a stream: one message, its frame and room for JSON's own. */
  static final long REQUEST_BYTES = MESSAGE_BYTES + (256 << 10);

  static final int HEADER_BYTES = 8 << 10;

  /** An agent has one stream and now and then a call beside it. */
  static final int STREAMS_PER_CONNECTION = 8;

  /** Rapid reset (CVE-2023-44487): more resets than this a minute end the connection. */
  static final int RESETS_PER_MINUTE = 100;

  static final int WINDOW_BYTES = 64 << 10;

  /** Machines behind one address translation are seldom more. */
  static final int CONNECTIONS_PER_ADDRESS = 256;

  static final int CONNECTIONS = 8192;
  static final Duration HANDSHAKE = Duration.ofSeconds(5);
  static final Duration REQUEST = Duration.ofSeconds(30);

  /** Of a connection without any call. */
  static final Duration IDLE = Duration.ofSeconds(60);

  /** Finds out about peers that are gone without a word; well under {@link #IDLE}. */
  static final Duration PING = Duration.ofSeconds(20);

  private Limits() {}
}
