package io.coxswain.agent.gpu.nvml;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * One call that the child is asked to make. The index is the driver's, and -1 for a call that is
 * about no GPU.
 */
record NvmlRequest(NvmlCall call, int gpu) {
  byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeUTF(call.name());
      out.writeInt(gpu);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static NvmlRequest decode(byte[] frame) throws IOException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(frame))) {
      return new NvmlRequest(NvmlCall.valueOf(in.readUTF()), in.readInt());
    }
  }
}
