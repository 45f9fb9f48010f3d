package io.coxswain.agent.gpu.nvml;

import com.sun.jna.Pointer;
import io.coxswain.agent.report.GpuEvent;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Waits for what the driver raises by itself and pushes it to the parent. On a thread of its own,
 * which starts with the first GPUs it is given. A driver without events leaves it waiting for other
 * GPUs for ever: the kernel log is read besides.
 */
final class Listener implements Runnable {
  private static final long WANTED =
      GpuEvent.DOUBLE_BIT_ECC
          | GpuEvent.XID
          | GpuEvent.MIG_CHANGED
          | GpuEvent.SINGLE_BIT_STORM
          | GpuEvent.DRAM_RETIREMENT
          | GpuEvent.DRAM_RETIREMENT_FAILED
          | GpuEvent.NON_FATAL_POISON
          | GpuEvent.FATAL_POISON
          | GpuEvent.GPU_UNAVAILABLE
          | GpuEvent.RECOVERY_ACTION;
  // Between two requests; the parent sees a gap in the numbers where more came.
  private static final int MOST_PER_REQUEST = 64;
  private static final int LONGEST_WAIT_MILLIS = 1000;
  private static final long BREATH_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final FrameWriter out;
  private final int waitMillis;
  private final Watch watch = new Watch();
  private volatile List<Slot> wanted = List.of();
  private volatile boolean isMigChanged;
  private final AtomicInteger credit = new AtomicInteger();
  private boolean isStarted;
  private @Nullable Caller caller;
  private List<Slot> registered = List.of();
  private long number;

  Listener(FrameWriter out, Deadlines deadlines) {
    this.out = out;
    // Well within a call's deadline: a wait that does not come back is a driver that hangs.
    this.waitMillis = (int) Math.min(LONGEST_WAIT_MILLIS, deadlines.call().toMillis() / 3);
  }

  Watch watch() {
    return watch;
  }

  /** Said with every request: these are the GPUs now. */
  void listenTo(NvmlLibrary library, List<Slot> slots) {
    credit.set(MOST_PER_REQUEST);
    wanted = slots;
    if (!isStarted && slots.stream().anyMatch(slot -> slot.device != null)) {
      caller = new Caller(library, watch);
      isStarted = true;
      NvmlChild.start("events", this);
    }
  }

  /** Whether a GPU was cut or made whole since this was last asked. */
  boolean takeMigChanged() {
    boolean changed = isMigChanged;
    isMigChanged = false;
    return changed;
  }

  @Override
  public void run() {
    Caller calling = caller;
    if (calling == null) {
      return;
    }
    Pointer set = null;
    try {
      while (true) {
        List<Slot> now = wanted;
        if (!isSame(now, registered)) {
          set = register(calling, set, now);
          registered = now;
        }
        if (set == null || !wait(calling, set)) {
          LockSupport.parkNanos(BREATH_NANOS);
        }
      }
    } catch (IOException e) {
      System.exit(1);
    }
  }

  private static boolean isSame(List<Slot> some, List<Slot> others) {
    return some.stream()
        .map(slot -> slot.busId + slot.device)
        .toList()
        .equals(others.stream().map(slot -> slot.busId + slot.device).toList());
  }

  /** A fresh set with the events that each GPU can raise; null when the driver has none. */
  private @Nullable Pointer register(Caller calling, @Nullable Pointer old, List<Slot> slots) {
    if (old != null) {
      calling.call(NvmlFunction.EVENT_SET_FREE, old);
    }
    calling.buffer(8);
    if (calling.call(NvmlFunction.EVENT_SET_CREATE, calling.word(0)) != NvmlLibrary.SUCCESS) {
      return null;
    }
    Pointer set = new Pointer(calling.u64(0));
    for (Slot slot : slots) {
      if (slot.device == null) {
        continue;
      }
      watch.about(slot.index);
      calling.buffer(8);
      int code = calling.call(NvmlFunction.EVENT_TYPES, slot.device, calling.word(0));
      long types = code == NvmlLibrary.SUCCESS ? calling.u64(0) & WANTED : 0;
      if (types != 0) {
        // One that refuses is sampled all the same, and its Xids are in the kernel log.
        calling.call(NvmlFunction.EVENT_REGISTER, slot.device, types, set);
      }
      watch.about(-1);
    }
    return set;
  }

  /** False when waiting itself is refused. */
  private boolean wait(Caller calling, Pointer set) throws IOException {
    Pointer buffer = calling.buffer(Layouts.EVENT.size());
    int code = calling.call(NvmlFunction.EVENT_SET_WAIT, set, buffer, waitMillis);
    if (code == NvmlLibrary.TIMEOUT) {
      return true;
    }
    if (code != NvmlLibrary.SUCCESS) {
      return false;
    }
    long type = calling.u64(Layouts.EVENT.offset("eventType"));
    if (type == GpuEvent.MIG_CHANGED) {
      isMigChanged = true;
    }
    number++;
    if (credit.getAndDecrement() > 0) {
      out.send(Frame.EVENT, encoded(calling, type));
    }
    return true;
  }

  private byte[] encoded(Caller calling, long type) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream event = new DataOutputStream(bytes);
    event.writeLong(number);
    event.writeLong(type);
    event.writeLong(calling.u64(Layouts.EVENT.offset("eventData")));
    event.writeInt(calling.s32(Layouts.EVENT.offset("gpuInstanceId")));
    event.writeInt(calling.s32(Layouts.EVENT.offset("computeInstanceId")));
    event.writeUTF(busId(calling, new Pointer(calling.u64(0))));
    return bytes.toByteArray();
  }

  /** Empty for a device that is none of those registered. */
  private String busId(Caller calling, Pointer device) {
    String known = busIdOf(device);
    if (!known.isEmpty()) {
      return known;
    }
    // It may be a part of a GPU that is cut.
    calling.buffer(8);
    int code = calling.call(NvmlFunction.MIG_PARENT, device, calling.word(0));
    return code == NvmlLibrary.SUCCESS ? busIdOf(new Pointer(calling.u64(0))) : "";
  }

  private String busIdOf(Pointer device) {
    return registered.stream()
        .filter(slot -> device.equals(slot.device))
        .map(slot -> slot.busId)
        .findFirst()
        .orElse("");
  }
}
