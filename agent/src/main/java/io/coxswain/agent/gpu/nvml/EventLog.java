package io.coxswain.agent.gpu.nvml;

import io.coxswain.agent.report.GpuEvent;
import io.coxswain.agent.report.GpuSamples;
import java.io.DataInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last events, over the lives of several children: each counts its own from 1. */
final class EventLog {
  private final Deque<GpuEvent> last = new ArrayDeque<>();
  private long base;
  private long highest;

  /** A new child counts from 1 again. */
  void nextChild() {
    base = highest;
  }

  void add(DataInputStream in, Instant at) throws IOException {
    long number = base + in.readLong();
    long type = in.readLong();
    long detail = in.readLong();
    int gpuInstance = in.readInt();
    int computeInstance = in.readInt();
    highest = Math.max(highest, number);
    if (last.size() == GpuSamples.KEPT_EVENTS) {
      last.removeFirst();
    }
    last.addLast(
        new GpuEvent(number, at, type, detail, in.readUTF(), gpuInstance, computeInstance));
  }

  List<GpuEvent> events() {
    return List.copyOf(last);
  }
}
