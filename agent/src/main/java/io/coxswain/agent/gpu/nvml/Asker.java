package io.coxswain.agent.gpu.nvml;

import com.sun.jna.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests by asking the library, which it loads and starts with the first. On one thread
 * only.
 */
final class Asker {
  private final Watch watch = new Watch();
  private final Listener listener;
  private @Nullable NvmlLibrary library;
  private @Nullable Caller caller;
  private @Nullable Slots slots;
  private boolean isStarted;
  private volatile boolean isBusy;

  Asker(Listener listener) {
    this.listener = listener;
  }

  Watch watch() {
    return watch;
  }

  boolean isBusy() {
    return isBusy;
  }

  byte[] answer(Request request) {
    isBusy = true;
    try {
      long from = System.nanoTime();
      NvmlLibrary loaded = library;
      if (loaded == null) {
        loaded = new NvmlLibrary();
        library = loaded;
      }
      Caller calling = caller;
      if (calling == null) {
        calling = new Caller(loaded, watch);
        caller = calling;
      }
      return answer(request, loaded, calling, from);
    } catch (UnsatisfiedLinkError e) {
      return Answer.withoutLibrary(String.valueOf(e.getMessage()));
    } finally {
      isBusy = false;
    }
  }

  private byte[] answer(Request request, NvmlLibrary loaded, Caller calling, long from) {
    Answer answer = new Answer(calling);
    if (!isStarted) {
      calling.buffer(8);
      int code = calling.call(NvmlFunction.INIT);
      if (code != NvmlLibrary.SUCCESS) {
        answer.refused(Part.DRIVER, NvmlFunction.INIT, code);
        return answer.toBytes();
      }
      isStarted = true;
    }
    Slots gpus = slots;
    if (gpus == null) {
      gpus = new Slots(calling);
      slots = gpus;
    }
    if (request.kind() == Request.Kind.INVENTORY || listener.takeMigChanged()) {
      gpus.forget();
    }
    int code = ensureFresh(gpus, calling, request.skipped());
    if (code != NvmlLibrary.SUCCESS) {
      answer.refused(Part.DRIVER, NvmlFunction.COUNT, code);
      return answer.toBytes();
    }
    answer.number(Part.DRIVER, 1);
    listener.listenTo(loaded, gpus.all());
    if (request.kind() == Request.Kind.INVENTORY) {
      inventory(gpus, calling, answer);
    } else {
      sample(gpus, calling, answer);
    }
    answer.raw(System.nanoTime() - from);
    return answer.toBytes();
  }

  /**
   * Feels the pulse of each GPU with the plainest of questions. Handles that went stale since the
   * last round are looked up again, once.
   */
  private static int ensureFresh(Slots gpus, Caller caller, long skipped) {
    int code = gpus.ensure(skipped);
    if (code == NvmlLibrary.SUCCESS && feelPulse(gpus, caller, skipped)) {
      gpus.forget();
      code = gpus.ensure(skipped);
      feelPulse(gpus, caller, skipped);
    }
    return code;
  }

  /** Whether a handle is stale. */
  private static boolean feelPulse(Slots gpus, Caller caller, long skipped) {
    boolean isStale = false;
    for (Slot slot : gpus.all()) {
      if (slot.device != null && !Slots.isSkipped(skipped, slot.index)) {
        caller.watch().about(slot.index);
        Pointer buffer = caller.buffer(Layouts.MEMORY.size());
        slot.pulse = caller.call(NvmlFunction.MEMORY, slot.device, buffer);
        isStale |= isStale(slot.pulse);
        caller.watch().about(-1);
      }
    }
    return isStale;
  }

  private static boolean isStale(int code) {
    return switch (code) {
      case NvmlLibrary.UNINITIALIZED, NvmlLibrary.INVALID_ARGUMENT, NvmlLibrary.NOT_FOUND -> true;
      default -> false;
    };
  }

  private static void sample(Slots gpus, Caller caller, Answer answer) {
    Sampler sampler = new Sampler(caller);
    answer.raw(gpus.all().size());
    for (Slot slot : gpus.all()) {
      Pointer device = head(slot, answer);
      if (device != null) {
        caller.watch().about(slot.index);
        sampler.sample(slot, device, answer);
        caller.watch().about(-1);
      }
    }
  }

  private static void inventory(Slots gpus, Caller caller, Answer answer) {
    Inventory inventory = new Inventory(caller);
    Partitions partitions = new Partitions(caller);
    inventory.driver(answer);
    answer.raw(gpus.all().size());
    for (Slot slot : gpus.all()) {
      Pointer device = head(slot, answer);
      if (device != null) {
        caller.watch().about(slot.index);
        inventory.gpu(slot, device, answer);
        inventory.peers(slot, device, gpus.all(), answer);
        partitions.profiles(device, answer);
        partitions.devices(device, answer);
        partitions.processes(device, answer);
        caller.watch().about(-1);
      }
    }
  }

  /** The GPU's index and whether it answers; its device when it does. */
  private static @Nullable Pointer head(Slot slot, Answer answer) {
    answer.raw(slot.index);
    Pointer device = slot.device;
    if (device == null) {
      if (slot.failure == NvmlLibrary.SUCCESS) {
        answer.number(Part.GPU, 0);
      } else {
        answer.refused(Part.GPU, slot.failedAt, slot.failure);
      }
      return null;
    }
    // One that is lost would say so to a hundred questions.
    if (slot.pulse == NvmlLibrary.GPU_IS_LOST) {
      answer.refused(Part.GPU, NvmlFunction.MEMORY, slot.pulse);
      return null;
    }
    answer.number(Part.GPU, 1);
    answer.text(Part.UUID, slot.uuid);
    answer.text(Part.BUS_ID, slot.busId);
    return device;
  }
}
