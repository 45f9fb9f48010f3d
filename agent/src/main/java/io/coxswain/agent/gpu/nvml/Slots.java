package io.coxswain.agent.gpu.nvml;

import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The GPUs that the driver counts. Enumerated when first needed, when their number changes, when a
 * handle went stale, and with every inventory: handles die with the driver, with a GPU and with a
 * change of MIG.
 */
final class Slots {
  // NVLinks are counted by asking; 36 are the most that are announced (Rubin).
  private static final int MOST_LINKS = 64;
  private static final int UUID_LENGTH = 96;
  private static final int MOST_GPUS = 64;

  private final Caller caller;
  private List<Slot> slots = List.of();
  private boolean isEnumerated;

  Slots(Caller caller) {
    this.caller = caller;
  }

  List<Slot> all() {
    return slots;
  }

  /** The next round finds the GPUs anew. */
  void forget() {
    isEnumerated = false;
  }

  /** Finds the GPUs when needed; those in the mask are not touched. Returns a code of NVML. */
  int ensure(long skipped) {
    caller.buffer(8);
    int code = caller.call(NvmlFunction.COUNT, caller.word(0));
    if (code != NvmlLibrary.SUCCESS) {
      return code;
    }
    int count = (int) Math.min(caller.u32(0), MOST_GPUS);
    if (!isEnumerated || count != slots.size()) {
      List<Slot> found = new ArrayList<>();
      for (int index = 0; index < count; index++) {
        found.add(
            isSkipped(skipped, index)
                ? Slot.failed(index, NvmlFunction.HANDLE, NvmlLibrary.SUCCESS)
                : find(index));
      }
      slots = List.copyOf(found);
      isEnumerated = true;
      return code;
    }
    slots = slots.stream().map(slot -> again(slot, skipped)).toList();
    return code;
  }

  static boolean isSkipped(long mask, int index) {
    return (mask >>> index & 1) != 0;
  }

  /** A GPU that was lost or skipped is looked for again in each round. */
  private Slot again(Slot slot, long skipped) {
    return slot.device == null && !isSkipped(skipped, slot.index) ? find(slot.index) : slot;
  }

  private Slot find(int index) {
    caller.watch().about(index);
    try {
      caller.buffer(8);
      int code = caller.call(NvmlFunction.HANDLE, index, caller.word(0));
      if (code != NvmlLibrary.SUCCESS) {
        return Slot.failed(index, NvmlFunction.HANDLE, code);
      }
      Slot slot = Slot.found(index, new Pointer(caller.u64(0)));
      Pointer device = new Pointer(caller.u64(0));
      Pointer buffer = caller.buffer(Layouts.PCI.size());
      code = caller.call(NvmlFunction.PCI, device, buffer);
      if (code != NvmlLibrary.SUCCESS) {
        return Slot.failed(index, NvmlFunction.PCI, code);
      }
      slot.busId = sysfsBusId(caller.text(Layouts.PCI.offset("busId"), 32));
      buffer = caller.buffer(UUID_LENGTH);
      code = caller.call(NvmlFunction.UUID, device, buffer, UUID_LENGTH);
      if (code != NvmlLibrary.SUCCESS) {
        return Slot.failed(index, NvmlFunction.UUID, code);
      }
      slot.uuid = caller.text(0, UUID_LENGTH);
      slot.links = links(device);
      return slot;
    } finally {
      caller.watch().about(-1);
    }
  }

  private int links(Pointer device) {
    int links = 0;
    while (links < MOST_LINKS) {
      caller.buffer(8);
      if (caller.call(NvmlFunction.LINK_STATE, device, links, caller.word(0))
          != NvmlLibrary.SUCCESS) {
        return links;
      }
      links++;
    }
    return links;
  }

  /**
   * NVML pads the domain to eight digits and writes upper case: "00000000:3B:00.0" is
   * "0000:3b:00.0" in sysfs.
   */
  static String sysfsBusId(String nvmlBusId) {
    String lower = nvmlBusId.toLowerCase(Locale.ROOT);
    return lower.matches("0000[0-9a-f]{4}:.*") ? lower.substring(4) : lower;
  }
}
