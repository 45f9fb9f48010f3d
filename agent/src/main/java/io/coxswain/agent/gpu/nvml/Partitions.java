package io.coxswain.agent.gpu.nvml;

import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads how a GPU is or could be cut (MIG), and who uses it. */
final class Partitions {
  private static final int UUID_LENGTH = 96;
  private static final int NAME_LENGTH = 96;
  // NVML_GPU_INSTANCE_PROFILE_COUNT is 17 in the newest header; the driver refuses what it lacks.
  private static final int MOST_PROFILES = 24;
  private static final int MOST_TRIES = 5;
  private static final byte UNTOUCHED = (byte) 0xAA;
  private static final byte[] ALL_UNTOUCHED = new byte[Caller.CAPACITY];

  static {
    Arrays.fill(ALL_UNTOUCHED, UNTOUCHED);
  }

  private static final List<NvmlFunction> PROCESS_FUNCTIONS =
      List.of(
          NvmlFunction.COMPUTE_PROCESSES,
          NvmlFunction.GRAPHICS_PROCESSES,
          NvmlFunction.MPS_PROCESSES);

  private final Caller caller;

  Partitions(Caller caller) {
    this.caller = caller;
  }

  /** Profiles: rows of five numbers and a name. */
  void profiles(Pointer device, Answer answer) {
    List<Row> rows = new ArrayList<>();
    for (int profile = 0; profile < MOST_PROFILES; profile++) {
      Layout layout = Layouts.PROFILE_V3;
      int code = profile(device, profile, layout, 3);
      if (code == NvmlLibrary.VERSION_MISMATCH) {
        layout = Layouts.PROFILE_V2;
        code = profile(device, profile, layout, 2);
      }
      if (code == NvmlLibrary.SUCCESS) {
        rows.add(
            new Row(
                List.of(
                    caller.u32(layout.offset("id")),
                    caller.u32(layout.offset("sliceCount")),
                    caller.u32(layout.offset("instanceCount")),
                    caller.u32(layout.offset("multiprocessorCount")),
                    caller.u64(layout.offset("memorySizeMB"))),
                List.of(caller.text(layout.offset("name"), NAME_LENGTH))));
      } else if (code == NvmlLibrary.INVALID_ARGUMENT && profile > 0) {
        // Beyond the last one that this driver knows.
        break;
      } else if (code != NvmlLibrary.NOT_SUPPORTED) {
        answer.failed(Part.ROWS, NvmlFunction.MIG_PROFILE, code);
        return;
      }
    }
    rows(rows, answer);
  }

  /** MIG devices: rows of four numbers, UUID and name. A slot without one says NOT_FOUND. */
  void devices(Pointer device, Answer answer) {
    caller.buffer(8);
    int code = caller.call(NvmlFunction.MIG_MAX, device, caller.word(0));
    if (code != NvmlLibrary.SUCCESS) {
      answer.failed(Part.ROWS, NvmlFunction.MIG_MAX, code);
      return;
    }
    long most = caller.u32(0);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < most; i++) {
      caller.buffer(8);
      code = caller.call(NvmlFunction.MIG_HANDLE, device, i, caller.word(0));
      if (code == NvmlLibrary.NOT_FOUND || code == NvmlLibrary.NOT_SUPPORTED) {
        continue;
      }
      if (code == NvmlLibrary.SUCCESS) {
        code = device(new Pointer(caller.u64(0)), rows);
      }
      // A device that is taken away while it is read is none any more.
      if (code != NvmlLibrary.SUCCESS && code != NvmlLibrary.NOT_FOUND) {
        answer.failed(Part.ROWS, NvmlFunction.MIG_HANDLE, code);
        return;
      }
    }
    rows(rows, answer);
  }

  /** Processes: rows of use, pid, bytes (-1: not told), GPU and compute instance (-1: none). */
  void processes(Pointer device, Answer answer) {
    List<Row> rows = new ArrayList<>();
    for (int use = 0; use < PROCESS_FUNCTIONS.size(); use++) {
      NvmlFunction function = NvmlFunction.PROCESS_DETAILS;
      int code = details(device, use, rows);
      if (Answer.isAbsent(code)) {
        function = PROCESS_FUNCTIONS.get(use);
        code = running(function, device, use, rows);
      }
      if (code != NvmlLibrary.SUCCESS && !(Answer.isAbsent(code) && use > 0)) {
        answer.failed(Part.ROWS, function, code);
        return;
      }
    }
    rows(rows, answer);
  }

  private record Row(List<Long> numbers, List<String> texts) {}

  private static void rows(List<Row> rows, Answer answer) {
    answer.number(Part.ROWS, rows.size());
    for (Row row : rows) {
      for (long number : row.numbers()) {
        answer.raw(number);
      }
      row.texts().forEach(text -> answer.text(Part.CELL, text));
    }
  }

  private int profile(Pointer device, int profile, Layout layout, int form) {
    Pointer buffer = caller.buffer(layout.size());
    caller.set(0, layout.versioned(form));
    return caller.call(NvmlFunction.MIG_PROFILE, device, profile, buffer);
  }

  private int device(Pointer handle, List<Row> rows) {
    Pointer buffer = caller.buffer(UUID_LENGTH);
    int code = caller.call(NvmlFunction.UUID, handle, buffer, UUID_LENGTH);
    if (code != NvmlLibrary.SUCCESS) {
      return code;
    }
    String uuid = caller.text(0, UUID_LENGTH);
    buffer = caller.buffer(NAME_LENGTH);
    code = caller.call(NvmlFunction.NAME, handle, buffer, NAME_LENGTH);
    if (code != NvmlLibrary.SUCCESS) {
      return code;
    }
    String name = caller.text(0, NAME_LENGTH);
    caller.buffer(8);
    code = caller.call(NvmlFunction.MIG_GPU_INSTANCE, handle, caller.word(0));
    if (code != NvmlLibrary.SUCCESS) {
      return code;
    }
    long gpuInstance = caller.u32(0);
    caller.buffer(8);
    code = caller.call(NvmlFunction.MIG_COMPUTE_INSTANCE, handle, caller.word(0));
    if (code != NvmlLibrary.SUCCESS) {
      return code;
    }
    long computeInstance = caller.u32(0);
    buffer = caller.buffer(Layouts.ATTRIBUTES.size());
    code = caller.call(NvmlFunction.MIG_ATTRIBUTES, handle, buffer);
    if (code == NvmlLibrary.SUCCESS) {
      long slices = caller.u32(Layouts.ATTRIBUTES.offset("gpuInstanceSliceCount"));
      long mebibytes = caller.u64(Layouts.ATTRIBUTES.offset("memorySizeMB"));
      rows.add(
          new Row(List.of(gpuInstance, computeInstance, slices, mebibytes), List.of(uuid, name)));
    }
    return code;
  }

  /** The newer list: its form is versioned, so entries are of a known size. */
  private int details(Pointer device, int use, List<Row> rows) {
    int header = Layouts.PROCESS_LIST.size();
    int entry = Layouts.PROCESS_DETAIL.size();
    int room = 0;
    for (int i = 0; i < MOST_TRIES; i++) {
      Pointer buffer = caller.buffer(header + room * entry);
      caller.set(0, Layouts.PROCESS_LIST.versioned(1));
      caller.set(Layouts.PROCESS_LIST.offset("mode"), use);
      caller.set(Layouts.PROCESS_LIST.offset("numProcArrayEntries"), room);
      if (room > 0) {
        buffer.setPointer(Layouts.PROCESS_LIST.offset("procArray"), buffer.share(header));
      }
      int code = caller.call(NvmlFunction.PROCESS_DETAILS, device, buffer);
      int count = caller.s32(Layouts.PROCESS_LIST.offset("numProcArrayEntries"));
      if (code == NvmlLibrary.INSUFFICIENT_SIZE && fits(count, entry)) {
        room = 2 * count + 5;
        continue;
      }
      for (int n = 0; code == NvmlLibrary.SUCCESS && n < Math.min(count, room); n++) {
        rows.add(process(use, header + n * entry));
      }
      return code;
    }
    return NvmlLibrary.INSUFFICIENT_SIZE;
  }

  /**
   * The older lists. Their entries are of 24 bytes, but of 32 in 535.43 to 535.86, under the same
   * name: room is made for the larger, and what the driver left untouched tells which it was.
   */
  private int running(NvmlFunction function, Pointer device, int use, List<Row> rows) {
    int large = Layouts.PROCESS_DETAIL.size();
    int small = Layouts.PROCESS.size();
    int room = 0;
    for (int i = 0; i < MOST_TRIES; i++) {
      Pointer buffer = caller.buffer(8 + room * large, ALL_UNTOUCHED);
      caller.set(0, room);
      int code = caller.call(function, device, caller.word(0), room == 0 ? null : buffer.share(8));
      int count = caller.s32(0);
      if (code == NvmlLibrary.INSUFFICIENT_SIZE && fits(count, large)) {
        room = 2 * count + 5;
        continue;
      }
      count = Math.min(count, room);
      int stride = isUntouched(8 + count * small, 8 + count * large) ? small : large;
      for (int n = 0; code == NvmlLibrary.SUCCESS && n < count; n++) {
        rows.add(process(use, 8 + n * stride));
      }
      return code;
    }
    return NvmlLibrary.INSUFFICIENT_SIZE;
  }

  private static boolean fits(int count, int entry) {
    return count >= 0 && count < (Caller.CAPACITY / entry - 6) / 2;
  }

  private boolean isUntouched(int from, int end) {
    for (int at = from; at < end; at++) {
      if ((byte) caller.u8(at) != UNTOUCHED) {
        return false;
      }
    }
    return true;
  }

  /** The members lie alike in the small and the large entry. */
  private Row process(int use, int at) {
    return new Row(
        List.of(
            (long) use,
            caller.u32(at),
            caller.u64(at + Layouts.PROCESS.offset("usedGpuMemory")),
            (long) caller.s32(at + Layouts.PROCESS.offset("gpuInstanceId")),
            (long) caller.s32(at + Layouts.PROCESS.offset("computeInstanceId"))),
        List.of());
  }
}
