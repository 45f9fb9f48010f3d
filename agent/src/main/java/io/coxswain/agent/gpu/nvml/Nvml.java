package io.coxswain.agent.gpu.nvml;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The library inside the child process: carries out one call after another, and turns whatever goes
 * wrong into an answer.
 */
final class Nvml {
  // Buffer sizes of the API reference: NVML_SYSTEM_DRIVER_VERSION_BUFFER_SIZE 80,
  // NVML_DEVICE_NAME_V2_ and UUID_V2_BUFFER_SIZE 96.
  private static final int DRIVER_VERSION_LENGTH = 80;
  private static final int NAME_LENGTH = 96;
  private static final int UUID_LENGTH = 96;
  private static final int SUCCESS = 0;

  private final Map<Integer, Pointer> handles = new HashMap<>();
  private @Nullable NvmlLibrary library;

  NvmlAnswer answer(NvmlCall call, int gpu) {
    try {
      NvmlLibrary loaded = library;
      if (loaded == null) {
        loaded = Native.load(NvmlLibrary.NAME, NvmlLibrary.class);
        library = loaded;
      }
      return answer(loaded, call, gpu);
    } catch (UnsatisfiedLinkError e) {
      String words = String.valueOf(e.getMessage());
      return library == null
          ? new NvmlAnswer.NoLibrary(words)
          : new NvmlAnswer.Missing(call.symbol());
    }
  }

  private NvmlAnswer answer(NvmlLibrary nvml, NvmlCall call, int gpu) {
    return switch (call) {
      case INIT -> {
        // NVML: handles die with shutdown and may change with init.
        handles.clear();
        yield done(nvml, nvml.nvmlInit_v2());
      }
      case SHUTDOWN -> {
        handles.clear();
        yield done(nvml, nvml.nvmlShutdown());
      }
      case DRIVER_VERSION ->
          text(nvml, DRIVER_VERSION_LENGTH, b -> nvml.nvmlSystemGetDriverVersion(b, b.length));
      case COUNT -> number(nvml, nvml::nvmlDeviceGetCount_v2);
      case HANDLE -> handle(nvml, gpu);
      case NAME -> text(nvml, NAME_LENGTH, b -> nvml.nvmlDeviceGetName(of(gpu), b, b.length));
      case UUID -> text(nvml, UUID_LENGTH, b -> nvml.nvmlDeviceGetUUID(of(gpu), b, b.length));
      case MINOR -> number(nvml, n -> nvml.nvmlDeviceGetMinorNumber(of(gpu), n));
      case PCI_BUS_ID -> {
        NvmlLibrary.PciAddress pci = new NvmlLibrary.PciAddress();
        int code = nvml.nvmlDeviceGetPciInfo_v3(of(gpu), pci);
        yield code == SUCCESS ? new NvmlAnswer.Text(string(pci.busId)) : refused(nvml, code);
      }
      case MEMORY_BYTES -> {
        NvmlLibrary.MemorySize memory = new NvmlLibrary.MemorySize();
        int code = nvml.nvmlDeviceGetMemoryInfo(of(gpu), memory);
        yield code == SUCCESS ? new NvmlAnswer.Amount(memory.total) : refused(nvml, code);
      }
    };
  }

  private NvmlAnswer handle(NvmlLibrary nvml, int gpu) {
    PointerByReference device = new PointerByReference();
    int code = nvml.nvmlDeviceGetHandleByIndex_v2(gpu, device);
    if (code == SUCCESS) {
      handles.put(gpu, device.getValue());
    }
    return done(nvml, code);
  }

  /** A GPU without a handle is given NULL, which the library refuses as an invalid argument. */
  private @Nullable Pointer of(int gpu) {
    return handles.get(gpu);
  }

  private static NvmlAnswer done(NvmlLibrary nvml, int code) {
    return code == SUCCESS ? new NvmlAnswer.Amount(0) : refused(nvml, code);
  }

  private static NvmlAnswer number(NvmlLibrary nvml, ToIntFunction<IntByReference> call) {
    IntByReference number = new IntByReference();
    int code = call.applyAsInt(number);
    return code == SUCCESS
        ? new NvmlAnswer.Amount(Integer.toUnsignedLong(number.getValue()))
        : refused(nvml, code);
  }

  private static NvmlAnswer text(NvmlLibrary nvml, int length, ToIntFunction<byte[]> call) {
    byte[] buffer = new byte[length];
    int code = call.applyAsInt(buffer);
    return code == SUCCESS ? new NvmlAnswer.Text(string(buffer)) : refused(nvml, code);
  }

  private static NvmlAnswer refused(NvmlLibrary nvml, int code) {
    String words;
    try {
      words = nvml.nvmlErrorString(code);
    } catch (UnsatisfiedLinkError e) {
      words = "no words for it in this driver";
    }
    return new NvmlAnswer.Refused(code, words);
  }

  /** A C string; the library need not end it when it fills the buffer. */
  private static String string(byte[] buffer) {
    int end = 0;
    while (end < buffer.length && buffer[end] != 0) {
      end++;
    }
    return new String(buffer, 0, end, StandardCharsets.UTF_8);
  }
}
