package io.coxswain.controller.slurm;

import io.coxswain.controller.slurm.SlurmSettings.Worker;
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
   * One line for all nodes where there is one nodepool and their devices are alike, so that a node
   * can join without a change here. A line without names would make nodes of another pool look for
   * devices that they do not have.
   */
  static List<String> lines(SlurmSettings settings) {
    List<Worker> measured = measured(settings);
    if (isOneForAll(settings)) {
      return measured.stream().limit(1).map(worker -> gpus(settings, worker)).toList();
    }
    return measured.stream()
        .map(worker -> "NodeName=" + worker.instance() + " " + gpus(settings, worker))
        .toList();
  }

  /** Of those the lines that a node itself reads: that another joins does not concern it. */
  static List<String> linesOf(SlurmSettings settings, String instance) {
    return isOneForAll(settings)
        ? lines(settings)
        : measured(settings).stream()
            .filter(worker -> worker.instance().equals(instance))
            .map(worker -> gpus(settings, worker))
            .toList();
  }

  private static List<Worker> measured(SlurmSettings settings) {
    return settings.workers().stream()
        .filter(worker -> !worker.gpuMinors().isEmpty())
        .filter(worker -> settings.shape(worker.pool()).hasGpus())
        .toList();
  }

  private static boolean isOneForAll(SlurmSettings settings) {
    return settings.pools().size() == 1
        && measured(settings).stream().map(Worker::gpuMinors).distinct().count() <= 1;
  }

  private static String gpus(SlurmSettings settings, Worker worker) {
    return "Name=gpu Type="
        + settings.shape(worker.pool()).model().toLowerCase(Locale.ROOT)
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
