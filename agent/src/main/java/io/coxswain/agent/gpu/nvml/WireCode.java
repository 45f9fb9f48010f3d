package io.coxswain.agent.gpu.nvml;

import java.io.IOException;

/**
 * Enums as bytes on the pipe. Parent and child are always of one build, so a constant's place among
 * its kind is its code.
 */
final class WireCode {
  private WireCode() {}

  @SuppressWarnings("EnumOrdinal") // Never stored, never between builds.
  static int of(Enum<?> constant) {
    return constant.ordinal();
  }

  /** The constant of a code; throws for one that this build does not have. */
  static <E extends Enum<E>> E at(E[] values, int code) throws IOException {
    if (code < 0 || code >= values.length) {
      throw new IOException("code " + code + " (expected: 0 to " + (values.length - 1) + ")");
    }
    return values[code];
  }
}
