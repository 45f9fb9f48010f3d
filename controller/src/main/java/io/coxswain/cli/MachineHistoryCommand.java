package io.coxswain.cli;

import io.coxswain.v1.GetMachineHistoryRequest;
import io.coxswain.v1.GpuSeries;
import io.coxswain.v1.MachineHistory;
import java.util.Iterator;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cox machine history}. */
@Command(
    name = "history",
    header = "Show the last day of a machine's GPUs, in steps of five minutes.",
    description = {
      "",
      "The chart shows the means, from the oldest to now; a blank is a time without a report.",
      "The machine itself has its last hour at the full rate: cox-agent history."
    },
    footer = {
      "",
      "Examples:",
      "  cox machine history gpu07",
      "  cox machine history gpu07 --metric temperature",
      "  cox machine history gpu07 --metric power -o json"
    })
final class MachineHistoryCommand extends PrintingCommand {
  private static final String LEVELS = "▁▂▃▄▅▆▇█";
  private static final int COLUMNS = 48;
  private static final long DAY_SECONDS = 86_400;

  @Parameters(paramLabel = "MACHINE", description = "Name or id.")
  String machine = "";

  @Option(
      names = "--metric",
      paramLabel = "METRIC",
      description = "busy, memory, temperature, power or clock. Default: all.",
      completionCandidates = Metrics.class)
  String metric = "";

  /** The metrics as people type them. */
  static final class Metrics implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("busy", "memory", "temperature", "power", "clock").iterator();
    }
  }

  @Override
  int run() {
    MachineHistory history =
        controller()
            .call(
                "Histories/GetMachineHistory",
                GetMachineHistoryRequest.newBuilder().setName(machine).setMetric(metric).build(),
                MachineHistory.parser());
    if (isPrinted(history, history.getMachine())) {
      return ExitCode.DONE;
    }
    long now = terminal().time().clock().instant().getEpochSecond();
    Table table = new Table("GPU", "METRIC", "LAST DAY", "NOW", "MEAN", "MAX", "UNIT");
    for (GpuSeries series : history.getSeriesList()) {
      double sum = 0;
      double max = Double.NEGATIVE_INFINITY;
      for (GpuSeries.Point point : series.getPointsList()) {
        sum += point.getMean();
        max = Math.max(max, point.getMax());
      }
      int count = series.getPointsCount();
      if (count > 0) {
        table.add(
            String.valueOf(series.getGpu()),
            series.getMetric(),
            chart(series, now),
            whole(series.getPoints(count - 1).getMean()),
            whole(sum / count),
            whole(max),
            series.getUnit());
      }
    }
    return print(table, "no history yet: it begins with the controller's start");
  }

  private static String whole(double value) {
    return String.valueOf(Math.round(value));
  }

  /** Half an hour a column, between nothing and the highest. */
  private static String chart(GpuSeries series, long now) {
    double[] sums = new double[COLUMNS];
    int[] counts = new int[COLUMNS];
    double highest = 0;
    for (GpuSeries.Point point : series.getPointsList()) {
      long ago = now - point.getAt().getSeconds();
      int column = (int) Math.max(0, COLUMNS - 1 - Math.max(0, ago) * COLUMNS / DAY_SECONDS);
      sums[column] += point.getMean();
      counts[column]++;
      highest = Math.max(highest, point.getMean());
    }
    StringBuilder chart = new StringBuilder();
    for (int i = 0; i < COLUMNS; i++) {
      if (counts[i] == 0) {
        chart.append(' ');
      } else {
        double share = highest <= 0 ? 0 : sums[i] / counts[i] / highest;
        long level = Math.round(share * (LEVELS.length() - 1));
        chart.append(LEVELS.charAt((int) Math.max(0, Math.min(LEVELS.length() - 1, level))));
      }
    }
    return chart.toString();
  }
}
