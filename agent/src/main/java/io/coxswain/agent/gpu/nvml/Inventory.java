package io.coxswain.agent.gpu.nvml;

import com.sun.jna.Pointer;
import io.coxswain.agent.report.GpuText;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/** Reads what changes seldom about the driver and one GPU. */
final class Inventory {
  // Buffer lengths of the NVML API reference.
  private static final int SYSTEM_TEXT = 80;
  private static final int NAME_LENGTH = 96;
  // 64 longs: 4096 CPUs.
  private static final int MASK_LONGS = 64;
  private static final int NVLINK_ACCESS = 2;

  private static final List<String> ARCHITECTURES =
      List.of(
          "",
          "",
          "kepler",
          "maxwell",
          "pascal",
          "volta",
          "turing",
          "ampere",
          "ada",
          "hopper",
          "blackwell",
          "",
          "",
          "rubin");

  private final Caller caller;

  Inventory(Caller caller) {
    this.caller = caller;
  }

  /** The driver's versions and the GPUs that are hidden from it. */
  void driver(Answer answer) {
    text(Part.DRIVER_VERSION, NvmlFunction.DRIVER_VERSION, SYSTEM_TEXT, answer);
    text(Part.NVML_VERSION, NvmlFunction.NVML_VERSION, SYSTEM_TEXT, answer);
    caller.buffer(8);
    int code = caller.call(NvmlFunction.CUDA_VERSION, caller.word(0));
    if (code == NvmlLibrary.SUCCESS) {
      // 12080 is 12.8.
      long version = caller.u32(0);
      answer.text(Part.CUDA_VERSION, version / 1000 + "." + version % 1000 / 10);
    } else {
      answer.failed(Part.CUDA_VERSION, NvmlFunction.CUDA_VERSION, code);
    }
    answer.end();
    excluded(answer);
  }

  /** Core cells, texts, metrics. */
  void gpu(Slot slot, Pointer device, Answer answer) {
    deviceText(Part.NAME, NvmlFunction.NAME, device, NAME_LENGTH, answer);
    word(Part.MINOR, NvmlFunction.MINOR, device, answer);
    memory(device, answer);
    answer.end();
    texts(device, answer);
    answer.end();
    Questions.SELDOM.forEach(question -> question.ask(caller, device, answer));
    linkCount(device, answer);
    answer.end();
    links(slot, device, answer);
  }

  /** How far each other GPU is: handles of all are needed. */
  void peers(Slot slot, Pointer device, List<Slot> all, Answer answer) {
    List<Slot> others =
        all.stream().filter(other -> other.index != slot.index && other.device != null).toList();
    answer.number(Part.ROWS, others.size());
    for (Slot other : others) {
      answer.raw(other.index);
      caller.buffer(8);
      int code = caller.call(NvmlFunction.COMMON_ANCESTOR, device, other.device, caller.word(0));
      cell(NvmlFunction.COMMON_ANCESTOR, code, answer);
      caller.buffer(8);
      code =
          caller.call(NvmlFunction.P2P_STATUS, device, other.device, NVLINK_ACCESS, caller.word(0));
      cell(NvmlFunction.P2P_STATUS, code, answer);
    }
  }

  private void cell(NvmlFunction function, int code, Answer answer) {
    if (code == NvmlLibrary.SUCCESS) {
      answer.number(Part.CELL, caller.u32(0));
    } else {
      answer.failed(Part.CELL, function, code);
    }
  }

  private void excluded(Answer answer) {
    caller.buffer(8);
    int code = caller.call(NvmlFunction.EXCLUDED_COUNT, caller.word(0));
    if (code != NvmlLibrary.SUCCESS) {
      answer.failed(Part.ROWS, NvmlFunction.EXCLUDED_COUNT, code);
      return;
    }
    int count = caller.s32(0);
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Pointer buffer = caller.buffer(Layouts.EXCLUDED.size());
      code = caller.call(NvmlFunction.EXCLUDED, i, buffer);
      if (code != NvmlLibrary.SUCCESS) {
        answer.failed(Part.ROWS, NvmlFunction.EXCLUDED, code);
        return;
      }
      ids.add(Slots.sysfsBusId(caller.text(Layouts.PCI.offset("busId"), 32)));
    }
    answer.number(Part.ROWS, count);
    ids.forEach(id -> answer.text(Part.CELL, id));
  }

  private void memory(Pointer device, Answer answer) {
    Pointer buffer = caller.buffer(Layouts.MEMORY.size());
    int code = caller.call(NvmlFunction.MEMORY, device, buffer);
    if (code == NvmlLibrary.SUCCESS) {
      answer.number(Part.MEMORY_BYTES, caller.u64(Layouts.MEMORY.offset("total")));
    } else {
      answer.failed(Part.MEMORY_BYTES, NvmlFunction.MEMORY, code);
    }
  }

  private void texts(Pointer device, Answer answer) {
    deviceText(GpuText.SERIAL, NvmlFunction.SERIAL, device, 30, answer);
    deviceText(GpuText.BOARD_PART_NUMBER, NvmlFunction.BOARD_PART_NUMBER, device, 80, answer);
    deviceText(GpuText.VBIOS_VERSION, NvmlFunction.VBIOS, device, 32, answer);
    deviceText(GpuText.INFOROM_VERSION, NvmlFunction.INFOROM, device, 16, answer);
    // The only one that is not told how long its buffer is.
    Pointer buffer = caller.buffer(SYSTEM_TEXT);
    text(
        GpuText.GSP_FIRMWARE_VERSION,
        NvmlFunction.GSP_VERSION,
        caller.call(NvmlFunction.GSP_VERSION, device, buffer),
        SYSTEM_TEXT,
        answer);
    architecture(device, answer);
    capability(device, answer);
    pciIds(device, answer);
    mask(GpuText.CPUS, NvmlFunction.CPU_AFFINITY, device, answer);
    mask(GpuText.MEMORY_NODES, NvmlFunction.MEMORY_AFFINITY, device, answer);
    fabricCluster(device, answer);
    chassis(device, answer);
  }

  private void architecture(Pointer device, Answer answer) {
    caller.buffer(8);
    int code = caller.call(NvmlFunction.ARCHITECTURE, device, caller.word(0));
    if (code != NvmlLibrary.SUCCESS) {
      answer.failed(GpuText.ARCHITECTURE, NvmlFunction.ARCHITECTURE, code);
      return;
    }
    long number = caller.u32(0);
    String name = number < ARCHITECTURES.size() ? ARCHITECTURES.get((int) number) : "";
    answer.text(GpuText.ARCHITECTURE, name.isEmpty() ? "architecture " + number : name);
  }

  private void capability(Pointer device, Answer answer) {
    caller.buffer(16);
    int code = caller.call(NvmlFunction.COMPUTE_CAPABILITY, device, caller.word(0), caller.word(1));
    if (code == NvmlLibrary.SUCCESS) {
      answer.text(GpuText.COMPUTE_CAPABILITY, caller.u32(0) + "." + caller.u32(8));
    } else {
      answer.failed(GpuText.COMPUTE_CAPABILITY, NvmlFunction.COMPUTE_CAPABILITY, code);
    }
  }

  private void pciIds(Pointer device, Answer answer) {
    Pointer buffer = caller.buffer(Layouts.PCI.size());
    int code = caller.call(NvmlFunction.PCI, device, buffer);
    if (code != NvmlLibrary.SUCCESS) {
      answer.failed(GpuText.PCI_DEVICE, NvmlFunction.PCI, code);
      answer.failed(GpuText.PCI_SUBSYSTEM, NvmlFunction.PCI, code);
      return;
    }
    answer.text(GpuText.PCI_DEVICE, pciId(caller.s32(Layouts.PCI.offset("pciDeviceId"))));
    answer.text(GpuText.PCI_SUBSYSTEM, pciId(caller.s32(Layouts.PCI.offset("pciSubSystemId"))));
  }

  /** Device in the upper half, vendor in the lower. */
  private static String pciId(int word) {
    return String.format(Locale.ROOT, "%04x:%04x", word & 0xFFFF, word >>> 16);
  }

  private void mask(GpuText key, NvmlFunction function, Pointer device, Answer answer) {
    Pointer buffer = caller.buffer(MASK_LONGS * Long.BYTES);
    // Memory affinity takes a scope besides: 0, the NUMA node.
    int code =
        function == NvmlFunction.MEMORY_AFFINITY
            ? caller.call(function, device, MASK_LONGS, buffer, 0)
            : caller.call(function, device, MASK_LONGS, buffer);
    if (code != NvmlLibrary.SUCCESS) {
      answer.failed(key, function, code);
      return;
    }
    long[] longs = new long[MASK_LONGS];
    for (int i = 0; i < MASK_LONGS; i++) {
      longs[i] = caller.u64(i * Long.BYTES);
    }
    answer.text(key, ranges(BitSet.valueOf(longs)));
  }

  /** As the kernel writes CPU lists: "0-55,112-167". */
  static String ranges(BitSet set) {
    List<String> ranges = new ArrayList<>();
    for (int from = set.nextSetBit(0); from >= 0; ) {
      int end = set.nextClearBit(from);
      ranges.add(end - 1 == from ? String.valueOf(from) : from + "-" + (end - 1));
      from = set.nextSetBit(end);
    }
    return String.join(",", ranges);
  }

  private void fabricCluster(Pointer device, Answer answer) {
    Layout layout = Layouts.FABRIC_V2;
    Pointer buffer = caller.buffer(layout.size());
    caller.set(0, layout.versioned(2));
    int code = caller.call(NvmlFunction.FABRIC, device, buffer);
    if (code != NvmlLibrary.SUCCESS) {
      answer.failed(GpuText.FABRIC_CLUSTER, NvmlFunction.FABRIC, code);
      return;
    }
    StringBuilder hex = new StringBuilder();
    for (int i = 0; i < 16; i++) {
      hex.append(String.format(Locale.ROOT, "%02x", caller.u8(layout.offset("clusterUuid") + i)));
    }
    answer.text(GpuText.FABRIC_CLUSTER, hex.toString());
  }

  private void chassis(Pointer device, Answer answer) {
    Layout layout = Layouts.PLATFORM_V2;
    Pointer buffer = caller.buffer(layout.size());
    caller.set(0, layout.versioned(2));
    int code = caller.call(NvmlFunction.PLATFORM, device, buffer);
    if (code == NvmlLibrary.SUCCESS) {
      answer.text(GpuText.CHASSIS_SERIAL, caller.text(layout.offset("chassisSerialNumber"), 16));
    } else {
      answer.failed(GpuText.CHASSIS_SERIAL, NvmlFunction.PLATFORM, code);
    }
  }

  private void linkCount(Pointer device, Answer answer) {
    Pointer buffer = caller.buffer(Layouts.FIELD.size());
    caller.set(0, Field.LINK_COUNT.id());
    int code = caller.call(NvmlFunction.FIELDS, device, 1, buffer);
    code = code == NvmlLibrary.SUCCESS ? caller.s32(Layouts.FIELD.offset("nvmlReturn")) : code;
    if (code == NvmlLibrary.SUCCESS) {
      answer.number(Field.LINK_COUNT.key(), caller.u32(Layouts.FIELD.offset("value")));
    } else {
      answer.failed(
          Field.LINK_COUNT.key(),
          NvmlFunction.FIELDS,
          Field.LINK_COUNT.id(),
          code == NvmlLibrary.INVALID_ARGUMENT ? NvmlLibrary.NOT_SUPPORTED : code);
    }
  }

  private void links(Slot slot, Pointer device, Answer answer) {
    answer.number(Part.ROWS, slot.links);
    for (int link = 0; link < slot.links; link++) {
      answer.raw(link);
      caller.buffer(8);
      int code = caller.call(NvmlFunction.LINK_VERSION, device, link, caller.word(0));
      cell(NvmlFunction.LINK_VERSION, code, answer);
      caller.buffer(8);
      code = caller.call(NvmlFunction.LINK_REMOTE_TYPE, device, link, caller.word(0));
      cell(NvmlFunction.LINK_REMOTE_TYPE, code, answer);
      Pointer buffer = caller.buffer(Layouts.PCI.size());
      code = caller.call(NvmlFunction.LINK_REMOTE_PCI, device, link, buffer);
      if (code == NvmlLibrary.SUCCESS) {
        answer.text(Part.CELL, Slots.sysfsBusId(caller.text(Layouts.PCI.offset("busId"), 32)));
      } else {
        answer.failed(Part.CELL, NvmlFunction.LINK_REMOTE_PCI, code);
      }
    }
  }

  private void word(Part key, NvmlFunction function, Pointer device, Answer answer) {
    caller.buffer(8);
    int code = caller.call(function, device, caller.word(0));
    if (code == NvmlLibrary.SUCCESS) {
      answer.number(key, caller.u32(0));
    } else {
      answer.failed(key, function, code);
    }
  }

  private void text(Part key, NvmlFunction function, int length, Answer answer) {
    Pointer buffer = caller.buffer(length);
    text(key, function, caller.call(function, buffer, length), length, answer);
  }

  private void deviceText(
      Enum<?> key, NvmlFunction function, Pointer device, int length, Answer answer) {
    Pointer buffer = caller.buffer(length);
    text(key, function, caller.call(function, device, buffer, length), length, answer);
  }

  private void text(Enum<?> key, NvmlFunction function, int code, int length, Answer answer) {
    if (code == NvmlLibrary.SUCCESS) {
      answer.text(key, caller.text(0, length));
    } else {
      answer.failed(key, function, code);
    }
  }
}
