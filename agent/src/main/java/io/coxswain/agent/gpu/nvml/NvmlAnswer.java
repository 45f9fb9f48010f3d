package io.coxswain.agent.gpu.nvml;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What the child answers to one call. */
sealed interface NvmlAnswer {
  /** The call succeeded and gave a text. */
  record Text(String value) implements NvmlAnswer {}

  /** The call succeeded and gave a number; 0 where there is nothing to give. */
  record Amount(long value) implements NvmlAnswer {}

  /** The library refused, with its return code and its own words for it. */
  record Refused(int code, String words) implements NvmlAnswer {}

  /** This driver's library lacks the function. */
  record Missing(String symbol) implements NvmlAnswer {}

  /** The library itself could not be loaded; the loader's own words. */
  record NoLibrary(String words) implements NvmlAnswer {}

  default byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      switch (this) {
        case Text(String value) -> {
          out.writeByte(0);
          out.writeUTF(value);
        }
        case Amount(long value) -> {
          out.writeByte(1);
          out.writeLong(value);
        }
        case Refused(int code, String words) -> {
          out.writeByte(2);
          out.writeInt(code);
          out.writeUTF(words);
        }
        case Missing(String symbol) -> {
          out.writeByte(3);
          out.writeUTF(symbol);
        }
        case NoLibrary(String words) -> {
          out.writeByte(4);
          out.writeUTF(words);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static NvmlAnswer decode(byte[] frame) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(frame))) {
      int kind = in.readByte();
      return switch (kind) {
        case 0 -> new Text(in.readUTF());
        case 1 -> new Amount(in.readLong());
        case 2 -> new Refused(in.readInt(), in.readUTF());
        case 3 -> new Missing(in.readUTF());
        case 4 -> new NoLibrary(in.readUTF());
        default ->
            throw new IllegalArgumentException("answer of kind " + kind + " (expected: 0 to 4)");
      };
    } catch (IOException e) {
      throw new IllegalArgumentException("answer of " + frame.length + " bytes ends too early", e);
    }
  }
}
