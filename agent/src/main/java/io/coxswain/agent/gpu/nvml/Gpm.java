package io.coxswain.agent.gpu.nvml;

import com.sun.jna.Pointer;
import io.coxswain.agent.report.GpuMetric;
import java.util.List;

/**
 * The performance monitor of one GPU (GPM of the NVML API reference): what was busy between two
 * samples, of which one is kept from round to round. Where a driver or a GPU has none, that is
 * remembered.
 */
final class Gpm {
  // Of nvmlGpmMetricsGet_t and nvmlGpmSupport_t; a plain number, without the structure's size.
  private static final int VERSION = 1;

  // NVML_GPM_METRIC_MAX of 13.x: a driver may touch the whole array, whatever number is asked for.
  private static final int ROOM = 333;

  /** A value in percent. */
  private record Wanted(int id, GpuMetric metric) {}

  private static final List<Wanted> WANTED =
      List.of(
          new Wanted(1, GpuMetric.GRAPHICS_ENGINE_ACTIVE_PPM),
          new Wanted(2, GpuMetric.SM_ACTIVE_PPM),
          new Wanted(5, GpuMetric.TENSOR_ACTIVE_PPM),
          new Wanted(10, GpuMetric.MEMORY_BANDWIDTH_PPM));

  private static final int PPM_OF_PERCENT = 10_000;

  private final long[] samples = new long[2];
  private NvmlFunction refusedBy = NvmlFunction.GPM_SUPPORT;
  private int refusal = NvmlLibrary.SUCCESS;
  private int newest;
  private boolean hasOlder;

  private Gpm() {}

  /** Asks whether the GPU has one, and makes room for two samples. */
  static Gpm of(Caller caller, Pointer device) {
    Gpm gpm = new Gpm();
    Pointer support = caller.buffer(Layouts.GPM_SUPPORT.size());
    caller.set(0, VERSION);
    int code = caller.call(NvmlFunction.GPM_SUPPORT, device, support);
    boolean isSupported =
        code == NvmlLibrary.SUCCESS
            && caller.u32(Layouts.GPM_SUPPORT.offset("isSupportedDevice")) != 0;
    if (!isSupported) {
      gpm.refusal = code == NvmlLibrary.SUCCESS ? NvmlLibrary.NOT_SUPPORTED : code;
      return gpm;
    }
    for (int i = 0; i < gpm.samples.length && gpm.refusal == NvmlLibrary.SUCCESS; i++) {
      caller.buffer(Long.BYTES);
      gpm.refuse(
          NvmlFunction.GPM_SAMPLE_ALLOC,
          caller.call(NvmlFunction.GPM_SAMPLE_ALLOC, caller.word(0)));
      gpm.samples[i] = caller.u64(0);
    }
    return gpm;
  }

  /** Takes a sample and writes what was busy since the one before. */
  void sample(Caller caller, Pointer device, Answer answer) {
    if (refusal != NvmlLibrary.SUCCESS) {
      tell(answer, refusedBy, refusal);
      return;
    }
    newest = 1 - newest;
    int code = caller.call(NvmlFunction.GPM_SAMPLE, device, new Pointer(samples[newest]));
    if (code != NvmlLibrary.SUCCESS) {
      hasOlder = false;
      if (Answer.isAbsent(code)) {
        refuse(NvmlFunction.GPM_SAMPLE, code);
      }
      tell(answer, NvmlFunction.GPM_SAMPLE, code);
    } else if (!hasOlder) {
      hasOlder = true;
      tell(answer, NvmlFunction.GPM_METRICS, NvmlLibrary.NO_DATA);
    } else {
      metrics(caller, answer);
    }
  }

  private void metrics(Caller caller, Answer answer) {
    int head = Layouts.GPM_METRICS.size();
    int size = Layouts.GPM_METRIC.size();
    Pointer buffer = caller.buffer(head + ROOM * size);
    caller.set(0, VERSION);
    caller.set(Layouts.GPM_METRICS.offset("numMetrics"), WANTED.size());
    caller.setLong(Layouts.GPM_METRICS.offset("sample1"), samples[1 - newest]);
    caller.setLong(Layouts.GPM_METRICS.offset("sample2"), samples[newest]);
    for (int i = 0; i < WANTED.size(); i++) {
      caller.set(head + i * size, WANTED.get(i).id());
    }
    int whole = caller.call(NvmlFunction.GPM_METRICS, buffer);
    for (int i = 0; i < WANTED.size(); i++) {
      int at = head + i * size;
      int code =
          whole == NvmlLibrary.SUCCESS
              ? caller.s32(at + Layouts.GPM_METRIC.offset("nvmlReturn"))
              : whole;
      double percent = Double.longBitsToDouble(caller.u64(at + Layouts.GPM_METRIC.offset("value")));
      GpuMetric metric = WANTED.get(i).metric();
      if (code != NvmlLibrary.SUCCESS) {
        answer.failed(metric, NvmlFunction.GPM_METRICS, code);
      } else if (percent >= 0 && percent <= 100) {
        answer.number(metric, Math.round(percent * PPM_OF_PERCENT));
      } else {
        // Also what is no number: a share is nothing else.
        answer.failed(metric, NvmlFunction.GPM_METRICS, NvmlLibrary.NO_DATA);
      }
    }
  }

  private void refuse(NvmlFunction function, int code) {
    refusedBy = function;
    refusal = code;
  }

  private static void tell(Answer answer, NvmlFunction function, int code) {
    WANTED.forEach(wanted -> answer.failed(wanted.metric(), function, code));
  }
}
