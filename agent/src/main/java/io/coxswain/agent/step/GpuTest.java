package io.coxswain.agent.step;

import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.Output;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Host to GPU and GPU memory bandwidth, with nvbandwidth or else with bandwidthTest of the CUDA
 * samples, and NCCL's all-reduce with nccl-tests: each on every node at once, by itself, where the
 * tool is there. Where none is, the answer is "unsupported", not a number and not a failure.
 */
record GpuTest(TestJob job, String runtool, int gpus) {
  private static final Duration DEADLINE = Duration.ofMinutes(2);
  private static final String PLACES = "on PATH or beside CUDA";
  static final String HOST_TO_DEVICE = "host-to-device";
  static final String GPU_MEMORY = "gpu-memory";
  static final String NCCL = "nccl-all-reduce";

  List<String> run(List<String> nodes) {
    List<String> lines = new ArrayList<>();
    if (gpus == 0) {
      for (String kind : List.of(HOST_TO_DEVICE, GPU_MEMORY, NCCL)) {
        nodes.forEach(node -> lines.add(unsupported(kind, node, "the cluster's shape has no GPU")));
      }
      return lines;
    }
    List<String> rest = copies(nodes, lines);
    if (!rest.isEmpty()) {
      samples(rest, lines);
    }
    nccl(nodes, lines);
    return lines;
  }

  /** Nodes without nvbandwidth are given back. */
  private List<String> copies(List<String> nodes, List<String> lines) {
    List<String> rest = new ArrayList<>();
    Map<String, ToolOutput> answers =
        ask(nodes, List.of("nvbandwidth", "-t", "host_to_device_memcpy_ce", "device_local_copy"));
    answers.forEach(
        (node, answer) -> {
          if (answer.isAbsent()) {
            rest.add(node);
            return;
          }
          lines.add(
              line(
                  HOST_TO_DEVICE,
                  node,
                  answer,
                  GpuFigures.nvbandwidth(answer.lines(), "host_to_device_memcpy_ce")));
          lines.add(
              line(
                  GPU_MEMORY,
                  node,
                  answer,
                  GpuFigures.nvbandwidth(answer.lines(), "device_local_copy")));
        });
    return rest;
  }

  // One GPU at a time: with several, bandwidthTest prints their sum, in which a slow one hides.
  private void samples(List<String> nodes, List<String> lines) {
    Map<String, List<ToolOutput>> all = new LinkedHashMap<>();
    List<String> left = nodes;
    for (int gpu = 0; gpu < gpus && !left.isEmpty(); gpu++) {
      Map<String, ToolOutput> answers =
          ask(left, List.of("bandwidthTest", "--device=" + gpu, "--htod", "--dtod"));
      answers.forEach(
          (node, answer) -> all.computeIfAbsent(node, n -> new ArrayList<>()).add(answer));
      left =
          answers.entrySet().stream()
              .filter(e -> e.getValue().isGood())
              .map(Map.Entry::getKey)
              .toList();
    }
    all.forEach(
        (node, answers) -> {
          ToolOutput last = answers.getLast();
          if (last.isAbsent()) {
            String why = "neither nvbandwidth nor bandwidthTest is there, " + PLACES;
            lines.add(unsupported(HOST_TO_DEVICE, node, why));
            lines.add(unsupported(GPU_MEMORY, node, why));
            return;
          }
          lines.add(
              line(HOST_TO_DEVICE, node, last, GpuFigures.samples(answers, "Host to Device")));
          lines.add(line(GPU_MEMORY, node, last, GpuFigures.samples(answers, "Device to Device")));
        });
  }

  private void nccl(List<String> nodes, List<String> lines) {
    List<String> tool =
        List.of(
            "all_reduce_perf", "-b", "8M", "-e", "256M", "-f", "2", "-g", Integer.toString(gpus));
    ask(nodes, tool)
        .forEach(
            (node, answer) ->
                lines.add(
                    answer.isAbsent()
                        ? unsupported(
                            NCCL, node, "all_reduce_perf of nccl-tests is not there, " + PLACES)
                        : line(NCCL, node, answer, GpuFigures.allReduce(answer.lines()))));
  }

  /** What each of the nodes answered, in their order. */
  private Map<String, ToolOutput> ask(List<String> nodes, List<String> tool) {
    List<String> argv = new ArrayList<>(List.of("--gres=gpu:" + gpus, runtool));
    argv.addAll(tool);
    String trouble;
    Map<String, ToolOutput> told = Map.of();
    try {
      Result result = job.run(nodes, 1, DEADLINE, argv);
      told = ToolOutput.parseAll(result.out());
      List<String> tail = Output.tail(result.out(), result.err());
      trouble =
          "no answer; srun: " + (tail.isEmpty() ? "status " + result.status() : tail.getLast());
    } catch (HostException e) {
      trouble = String.valueOf(e.getMessage());
    }
    Map<String, ToolOutput> answers = new LinkedHashMap<>();
    for (String node : nodes) {
      answers.put(node, told.getOrDefault(node, ToolOutput.lost(trouble)));
    }
    return answers;
  }

  private static String line(String kind, String node, ToolOutput answer, Optional<String> figure) {
    if (answer.isGood() && figure.isPresent()) {
      return "measured " + kind + " " + node + " - " + figure.get();
    }
    return "failed " + kind + " " + node + " - " + answer.trouble();
  }

  private static String unsupported(String kind, String node, String why) {
    return "unsupported " + kind + " " + node + " - " + why;
  }
}
