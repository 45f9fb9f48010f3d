package io.coxswain.agent.gpu.nvml;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * libnvidia-ml, loaded, with the functions that it has. May be called by any thread: the library
 * says of itself that it is thread-safe.
 */
final class NvmlLibrary {
  // Drivers ship only the versioned name; libnvidia-ml.so is a link of the development package.
  static final String NAME = "libnvidia-ml.so.1";

  // nvmlReturn_t of the NVML API reference.
  static final int SUCCESS = 0;
  static final int UNINITIALIZED = 1;
  static final int INVALID_ARGUMENT = 2;
  static final int NOT_SUPPORTED = 3;
  static final int NOT_FOUND = 6;
  static final int INSUFFICIENT_SIZE = 7;
  static final int TIMEOUT = 10;
  static final int FUNCTION_NOT_FOUND = 13;
  static final int GPU_IS_LOST = 15;
  static final int NO_DATA = 21;
  static final int VERSION_MISMATCH = 25;
  static final int DEPRECATED = 26;

  /** Ours: this driver's library has no such function. No code of NVML is negative. */
  static final int MISSING = -1;

  /** Ours: the function wrote beyond the end of what it was given. */
  static final int OVERRUN = -2;

  private final Map<NvmlFunction, Function> functions = new EnumMap<>(NvmlFunction.class);

  /** Throws UnsatisfiedLinkError with the loader's words when there is no library to load. */
  NvmlLibrary() {
    NativeLibrary library = NativeLibrary.getInstance(NAME);
    for (NvmlFunction function : NvmlFunction.values()) {
      try {
        functions.put(function, library.getFunction(function.symbol()));
      } catch (UnsatisfiedLinkError e) {
        // An older or newer driver; who calls it is told MISSING.
      }
    }
  }

  int call(NvmlFunction name, @Nullable Object... arguments) {
    Function function = functions.get(name);
    return function == null ? MISSING : function.invokeInt(arguments);
  }

  /** The driver's own words for a return code. */
  String words(int code) {
    Function function = functions.get(NvmlFunction.ERROR_STRING);
    String words = function == null ? null : function.invokeString(new Object[] {code}, false);
    return words == null ? "no words for it in this driver" : words;
  }
}
