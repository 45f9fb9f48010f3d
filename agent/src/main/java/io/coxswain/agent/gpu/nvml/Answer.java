package io.coxswain.agent.gpu.nvml;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * An answer as the child writes it: cells with a key each, of which {@link Cell} is the reading
 * side. It is made while the library is asked and holds no objects, so that a round leaves little
 * garbage.
 */
final class Answer {
  private static final int LONGEST_TEXT = 2000;

  private final Caller caller;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(16 << 10);
  private final DataOutputStream out = new DataOutputStream(bytes);

  Answer(Caller caller) {
    this.caller = caller;
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }

  /** A bare number without a key: a count, an index, a time. */
  void raw(long value) {
    write(() -> out.writeLong(value));
  }

  void number(Enum<?> key, long value) {
    write(
        () -> {
          start(Cell.Kind.NUMBER, key);
          out.writeLong(value);
        });
  }

  void text(Enum<?> key, String value) {
    write(
        () -> {
          start(Cell.Kind.TEXT, key);
          out.writeUTF(shortened(value));
        });
  }

  /** A call that did not succeed: absent or refused, by its code. */
  void failed(Enum<?> key, NvmlFunction function, int code) {
    failed(key, function, -1, code);
  }

  void failed(Enum<?> key, NvmlFunction function, int field, int code) {
    if (!isAbsent(code)) {
      refused(key, function, field, code);
      return;
    }
    write(
        () -> {
          start(Cell.Kind.ABSENT, key);
          out.writeByte(WireCode.of(function));
          out.writeByte(code);
        });
  }

  /** A call without which nothing goes: then even "not supported" is a refusal. */
  void refused(Enum<?> key, NvmlFunction function, int code) {
    refused(key, function, -1, code);
  }

  private void refused(Enum<?> key, NvmlFunction function, int field, int code) {
    write(
        () -> {
          start(Cell.Kind.REFUSED, key);
          out.writeByte(WireCode.of(function));
          out.writeShort(field);
          out.writeInt(code);
          out.writeUTF(code < 0 ? "" : shortened(caller.words(code)));
        });
  }

  /** The whole answer of a child that has no library to ask; the loader's own words. */
  static byte[] withoutLibrary(String words) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    write(
        () -> {
          DataOutputStream out = new DataOutputStream(bytes);
          out.writeByte(WireCode.of(Cell.Kind.NO_LIBRARY));
          out.writeByte(WireCode.of(Part.DRIVER));
          out.writeUTF(shortened(words));
        });
    return bytes.toByteArray();
  }

  void end() {
    write(() -> out.writeByte(WireCode.of(Cell.Kind.END)));
  }

  /** Whether the code says that there is no such thing here, and not that it is broken. */
  static boolean isAbsent(int code) {
    return switch (code) {
      case NvmlLibrary.MISSING,
          NvmlLibrary.NOT_SUPPORTED,
          NvmlLibrary.FUNCTION_NOT_FOUND,
          NvmlLibrary.VERSION_MISMATCH,
          NvmlLibrary.DEPRECATED ->
          true;
      default -> false;
    };
  }

  private void start(Cell.Kind kind, Enum<?> key) throws IOException {
    out.writeByte(WireCode.of(kind));
    out.writeByte(WireCode.of(key));
  }

  private static String shortened(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length > LONGEST_TEXT
        ? text.substring(0, LONGEST_TEXT / 3)
        : text;
  }

  private interface Writing {
    void run() throws IOException;
  }

  private static void write(Writing writing) {
    try {
      writing.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
