package io.coxswain.agent;

import io.coxswain.agent.metrics.GpuHistory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** The last hour of the GPUs as the running agent answers it at its socket, one line of JSON. */
final class ToldHistory {
  /** The question. */
  static final String QUESTION = "history";

  private ToldHistory() {}

  static String answer(List<GpuHistory.Series> all) {
    List<Map<String, Object>> gpus = new ArrayList<>();
    for (GpuHistory.Series series : all) {
      Map<String, Object> gpu = new LinkedHashMap<>();
      gpu.put("index", series.index());
      gpu.put("pciBusId", series.pciBusId());
      gpu.put("samples", series.samples().stream().map(ToldHistory::sample).toList());
      gpus.add(gpu);
    }
    return Json.of(Map.of("gpus", gpus));
  }

  // What was not told is left out.
  private static Map<String, Object> sample(GpuHistory.Sample sample) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("at", sample.at().toString());
    put(told, "busyPercent", sample.busyPercent());
    put(told, "memoryUsedMebibytes", sample.memoryUsedMebibytes());
    put(told, "celsius", sample.celsius());
    put(told, "watts", sample.watts());
    put(told, "smClockMhz", sample.smClockMhz());
    return told;
  }

  private static void put(Map<String, Object> told, String name, OptionalLong value) {
    if (value.isPresent()) {
      told.put(name, value.getAsLong());
    }
  }
}
