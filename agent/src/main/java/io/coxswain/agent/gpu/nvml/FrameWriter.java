package io.coxswain.agent.gpu.nvml;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** The child's end of the pipe to its parent. Frames of several threads do not mix. */
final class FrameWriter {
  private final DataOutputStream out;

  FrameWriter(OutputStream out) {
    this.out = new DataOutputStream(out);
  }

  synchronized void send(Frame frame, byte[] payload) throws IOException {
    // One write: a header on its own would wake the parent for nothing.
    byte[] whole = new byte[Integer.BYTES + 1 + payload.length];
    ByteBuffer.wrap(whole).putInt(1 + payload.length).put((byte) WireCode.of(frame)).put(payload);
    out.write(whole);
    out.flush();
  }
}
