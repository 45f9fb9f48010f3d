package io.coxswain.controller.observed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Lines of an agent are read as the contract has them, or not at all. */
class TestResultTest {
  @Test
  void everyKindOfLineIsRead() {
    assertThat(
            TestResult.parseAll(
                """
                measured mpi-latency n-0 n-1 1.83 us
                measured host-to-device n-0 - 55.1 GB/s GPU 3, the slowest of 8
                unsupported gpu-memory n-0 - neither tool is there
                failed mpi-latency n-0 - exit status 1
                skipped - n-1 - drained: fan
                """))
        .containsExactly(
            new TestResult(TestResult.State.MEASURED, "mpi-latency", "n-0", "n-1", 1.83, "us", ""),
            new TestResult(
                TestResult.State.MEASURED,
                "host-to-device",
                "n-0",
                "",
                55.1,
                "GB/s",
                "GPU 3, the slowest of 8"),
            new TestResult(
                TestResult.State.UNSUPPORTED,
                "gpu-memory",
                "n-0",
                "",
                0,
                "",
                "neither tool is there"),
            new TestResult(
                TestResult.State.FAILED, "mpi-latency", "n-0", "", 0, "", "exit status 1"),
            new TestResult(TestResult.State.SKIPPED, "", "n-1", "", 0, "", "drained: fan"));
  }

  @Test
  void whatIsNoNumberIsNoResult() {
    assertThat(
            TestResult.parseAll(
                """
                measured mpi-latency n-0 n-1 NaN us
                measured mpi-latency n-0 n-1 -1 us
                measured mpi-latency n-0 n-1 1.0 furlong
                something else
                """))
        .isEmpty();
  }
}
