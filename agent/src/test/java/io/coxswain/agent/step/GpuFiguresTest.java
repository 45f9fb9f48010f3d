package io.coxswain.agent.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What the tools print is read as printed; what is not there is no number. */
class GpuFiguresTest {
  @Test
  void theSlowestGpuOfNvbandwidthCounts() {
    List<String> lines =
        """
        nvbandwidth Version: v0.10.0
        Device 0: NVIDIA H100

        Running host_to_device_memcpy_ce.
        memcpy CE CPU(row) -> GPU(column) bandwidth (GB/s)
                   0         1         2
         0     55.59     54.01     55.60

        SUM host_to_device_memcpy_ce 165.20
        COEFFICIENT_OF_VARIATION host_to_device_memcpy_ce 0.00
        """
            .lines()
            .toList();
    assertThat(GpuFigures.nvbandwidth(lines, "host_to_device_memcpy_ce"))
        .contains("54.01 GB/s GPU 1, the slowest of 3");
    assertThat(GpuFigures.nvbandwidth(lines, "device_local_copy")).isEmpty();
    assertThat(GpuFigures.nvbandwidth(lines.subList(0, 5), "host_to_device_memcpy_ce")).isEmpty();
  }

  @Test
  void samplesOfBothAgesAreReadInTheSameUnit() {
    ToolOutput modern =
        sample("Host to Device Bandwidth, 1 Device(s)", "GB/s", "   32000000\t\t\t12.3");
    ToolOutput old =
        sample(" Host to Device Bandwidth, 1 Device(s)", "MB/s", "   33554432     11953.1");
    assertThat(GpuFigures.samples(List.of(modern), "Host to Device")).contains("12.30 GB/s");
    assertThat(GpuFigures.samples(List.of(modern, old), "Host to Device"))
        .contains("11.95 GB/s GPU 1, the slowest of 2");
    assertThat(GpuFigures.samples(List.of(modern), "Device to Device")).isEmpty();
  }

  @Test
  void wrongValuesOfNcclAreNoFigure() {
    assertThat(
            GpuFigures.allReduce(
                List.of("# Out of bounds values : 0 OK", "# Avg bus bandwidth    : 458.452 ")))
        .contains("458.45 GB/s bus bandwidth");
    assertThat(
            GpuFigures.allReduce(
                List.of("# Out of bounds values : 3 FAILED", "# Avg bus bandwidth    : 458.452 ")))
        .isEmpty();
    assertThat(GpuFigures.allReduce(List.of("# Avg bus bandwidth    : 458.452 "))).isEmpty();
  }

  @Test
  void anAnswerThatWasCutOffIsNone() {
    assertThat(ToolOutput.parseAll("n1|a line\nn2#exit 0\nn3#absent\nsrun: error: x\n"))
        .containsOnlyKeys("n2", "n3");
  }

  private static ToolOutput sample(String head, String unit, String row) {
    return new ToolOutput(
        List.of(
            head,
            "PINNED Memory Transfers",
            "   Transfer Size (Bytes)\tBandwidth(" + unit + ")",
            row,
            "",
            "Result = PASS"),
        "exit 0");
  }
}
