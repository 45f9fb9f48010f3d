package io.coxswain.agent.gpu.nvml;

import com.sun.jna.Library;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.Structure.FieldOrder;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import org.jspecify.annotations.Nullable;

/**
 * libnvidia-ml's own names and prototypes (NVML API reference; the unversioned names of its header
 * are macros). JNA looks a symbol up when it is first called, so an older driver that lacks one
 * throws UnsatisfiedLinkError there and nowhere else.
 */
interface NvmlLibrary extends Library {
  // Drivers ship only the versioned name; libnvidia-ml.so is a link of the development package.
  String NAME = "libnvidia-ml.so.1";

  int nvmlInit_v2();

  int nvmlShutdown();

  int nvmlSystemGetDriverVersion(byte[] version, int length);

  int nvmlDeviceGetCount_v2(IntByReference count);

  int nvmlDeviceGetHandleByIndex_v2(int index, PointerByReference device);

  // A null device is refused by the library as an invalid argument.

  int nvmlDeviceGetName(@Nullable Pointer device, byte[] name, int length);

  int nvmlDeviceGetUUID(@Nullable Pointer device, byte[] uuid, int length);

  int nvmlDeviceGetPciInfo_v3(@Nullable Pointer device, PciAddress pci);

  int nvmlDeviceGetMinorNumber(@Nullable Pointer device, IntByReference minor);

  int nvmlDeviceGetMemoryInfo(@Nullable Pointer device, MemorySize memory);

  String nvmlErrorString(int code);

  /** nvmlPciInfo_t, 68 bytes. */
  @FieldOrder({"busIdLegacy", "domain", "bus", "device", "pciDeviceId", "pciSubSystemId", "busId"})
  final class PciAddress extends Structure {
    public byte[] busIdLegacy = new byte[16];
    public int domain;
    public int bus;
    public int device;
    public int pciDeviceId;
    public int pciSubSystemId;
    public byte[] busId = new byte[32];
  }

  /** nvmlMemory_t, 24 bytes; all in bytes. */
  @FieldOrder({"total", "free", "used"})
  final class MemorySize extends Structure {
    public long total;
    public long free;
    public long used;
  }
}
