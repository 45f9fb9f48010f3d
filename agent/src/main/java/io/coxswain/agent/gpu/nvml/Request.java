package io.coxswain.agent.gpu.nvml;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What the child is asked.
 *
 * @param skipped a bit for each GPU that is not to be touched: it hung before
 */
record Request(Kind kind, long skipped) {
  static final int LENGTH = 9;

  enum Kind {
    SAMPLE,
    INVENTORY
  }

  byte[] encode() {
    return ByteBuffer.allocate(LENGTH).put((byte) WireCode.of(kind)).putLong(skipped).array();
  }

  static Request decode(byte[] frame) throws IOException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(frame))) {
      return new Request(WireCode.at(Kind.values(), in.readUnsignedByte()), in.readLong());
    }
  }
}
