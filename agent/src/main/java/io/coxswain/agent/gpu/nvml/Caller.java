package io.coxswain.agent.gpu.nvml;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One thread's way to call the library: each call is watched, and what the library writes goes into
 * a buffer that is followed by a guard. A driver that writes more than was agreed (it happened
 * within branch 535) spoils the guard, not the heap, and the call counts as {@link
 * NvmlLibrary#OVERRUN}. Not for several threads.
 */
final class Caller {
  static final int CAPACITY = 64 << 10;
  private static final int GUARD = 4 << 10;
  private static final long GUARD_WORD = 0xA5A5A5A5A5A5A5A5L;

  private final NvmlLibrary library;
  private final Watch watch;
  private static final int GUARD_WORDS = 2;
  private static final byte[] ZEROS = new byte[CAPACITY];

  private final Memory memory = new Memory(CAPACITY + GUARD);
  // The same bytes for Java's own access, which costs no call into native code.
  private final ByteBuffer view =
      memory.getByteBuffer(0, CAPACITY + GUARD).order(ByteOrder.nativeOrder());
  // Single results of functions that give several, each on its own word.
  private final Pointer[] words = new Pointer[6];
  private int taken;

  Caller(NvmlLibrary library, Watch watch) {
    this.library = library;
    this.watch = watch;
    for (int i = 0; i < words.length; i++) {
      words[i] = memory.share(i * 8L);
    }
  }

  Watch watch() {
    return watch;
  }

  String words(int code) {
    return library.words(code);
  }

  /** The buffer, of so many bytes, all zero. What it held before is gone. */
  Pointer buffer(int bytes) {
    return buffer(bytes, ZEROS);
  }

  /** The buffer with these first bytes of a content. */
  Pointer buffer(int bytes, byte[] content) {
    if (bytes > CAPACITY) {
      throw new IllegalArgumentException(bytes + " bytes (expected: at most " + CAPACITY + ")");
    }
    view.put(0, content, 0, bytes);
    for (int i = 0; i < GUARD_WORDS; i++) {
      view.putLong(bytes + i * Long.BYTES, GUARD_WORD);
    }
    taken = bytes;
    return memory;
  }

  void set(int offset, int value) {
    view.putInt(offset, value);
  }

  void setLong(int offset, long value) {
    view.putLong(offset, value);
  }

  /** The n-th word of the buffer. */
  Pointer word(int n) {
    return words[n];
  }

  int call(NvmlFunction function, @Nullable Object... arguments) {
    watch.enter(function);
    int code = library.call(function, arguments);
    watch.leave();
    for (int i = 0; i < GUARD_WORDS; i++) {
      if (view.getLong(taken + i * Long.BYTES) != GUARD_WORD) {
        return NvmlLibrary.OVERRUN;
      }
    }
    return code;
  }

  long u32(int offset) {
    return Integer.toUnsignedLong(view.getInt(offset));
  }

  int s32(int offset) {
    return view.getInt(offset);
  }

  long u64(int offset) {
    return view.getLong(offset);
  }

  int u8(int offset) {
    return Byte.toUnsignedInt(view.get(offset));
  }

  /** A C string; the library need not end it when it fills the buffer. */
  String text(int offset, int length) {
    byte[] bytes = new byte[length];
    view.get(offset, bytes);
    int end = 0;
    while (end < length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }
}
