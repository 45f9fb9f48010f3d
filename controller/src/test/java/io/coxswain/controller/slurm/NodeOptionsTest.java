package io.coxswain.controller.slurm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.spec.Nodepool;
import io.coxswain.controller.spec.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeOptionsTest {
  private static final MachineFacts.Slurm MEASURED =
      new MachineFacts.Slurm("22.05.8", 192, 1, 2, 48, 2, 2_063_000);

  @Test
  void saysWhatWasMeasuredLessTheReserve() {
    assertThat(
            NodeOptions.of(
                    MEASURED,
                    SlurmFilesTest.GPUS,
                    SlurmSettings.feature(SlurmFilesTest.CLUSTER, Nodepool.MAIN))
                .render())
        .isEqualTo(
            "Feature=c_7f3a_main Gres=gpu:h200:8 CPUs=192 Boards=1 SocketsPerBoard=2 CoresPerSocket=48 ThreadsPerCore=2"
                + " RealMemory=1959850");
  }

  @Test
  void namesNoGresWithoutGpus() {
    assertThat(NodeOptions.of(MEASURED, Shape.CPU, "f").render()).startsWith("Feature=f CPUs=192 ");
  }

  @ParameterizedTest
  @CsvSource({
    "2063000, 1959850",
    "24103, 22897",
    "20480, 19456",
    "16000, 14976",
    "2049, 1025",
    "2000, 1000",
    "500, 250",
    "1, 1"
  })
  void keepsFivePercentAndAtLeastAGibibyte(long measured, long usable) {
    assertThat(NodeOptions.usable(measured)).isEqualTo(usable);
  }

  @Test
  void readsWhatItWrote() {
    NodeOptions options = NodeOptions.of(MEASURED, SlurmFilesTest.GPUS, "f");
    assertThat(NodeOptions.parse(options.render())).isEqualTo(options);
    assertThat(options.memoryPerCpuMib()).isEqualTo(10_207);
  }

  @Test
  void refusesWhatItDidNotWrite() {
    assertThatThrownBy(() -> NodeOptions.parse("CPUs=2 nonsense"))
        .hasMessageContaining("'nonsense'");
    assertThatThrownBy(() -> NodeOptions.parse("CPUs=0")).hasMessageContaining("CPUs='0'");
    assertThatThrownBy(() -> NodeOptions.parse("")).isInstanceOf(IllegalArgumentException.class);
  }
}
