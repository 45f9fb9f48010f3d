package io.coxswain.controller.slurm;

import io.coxswain.controller.slurm.SlurmSettings.Worker;
import io.coxswain.controller.spec.Shape;
import java.util.List;
import java.util.Locale;

/**
 * gres.conf: which device files are the GPUs. AutoDetect is never used: slurmctld refuses it for
 * nodes that join by themselves, and Debian's NVML plugin cannot be installed.
 */
public final class GresConf {
  private GresConf() {}

  public static String render(SlurmSettings settings) {
    StringBuilder text = new StringBuilder(SlurmConf.header(settings));
    lines(settings).forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }

  /**
   * One line for all nodes where their devices are alike, so that a node can join without a change
   * here.
   */
  static List<String> lines(SlurmSettings settings) {
    List<Worker> measured =
        settings.workers().stream().filter(worker -> !worker.gpuMinors().isEmpty()).toList();
    if (!settings.shape().hasGpus()) {
      return List.of();
    }
    if (measured.stream().map(Worker::gpuMinors).distinct().count() <= 1) {
      return measured.stream().limit(1).map(worker -> gpus(settings.shape(), worker)).toList();
    }
    return measured.stream()
        .map(worker -> "NodeName=" + worker.instance() + " " + gpus(settings.shape(), worker))
        .toList();
  }

  private static String gpus(Shape shape, Worker worker) {
    return "Name=gpu Type="
        + shape.model().toLowerCase(Locale.ROOT)
        + " File=/dev/nvidia"
        + ranges(worker.gpuMinors());
  }

  /**
   * Minors as Slurm's host list: {@code [0-3,6]}; sorted, as Slurm wants the files; a single one
   * stands alone.
   */
  static String ranges(List<Integer> minors) {
    List<Integer> sorted = minors.stream().sorted().toList();
    if (sorted.size() == 1) {
      return sorted.getFirst().toString();
    }
    StringBuilder text = new StringBuilder("[");
    for (int first = 0, last; first < sorted.size(); first = last + 1) {
      last = first;
      while (last + 1 < sorted.size() && sorted.get(last + 1) == sorted.get(last) + 1) {
        last++;
      }
      text.append(first == 0 ? "" : ",")
          .append(sorted.get(first))
          .append(last == first ? "" : "-" + sorted.get(last));
    }
    return text.append(']').toString();
  }
}
