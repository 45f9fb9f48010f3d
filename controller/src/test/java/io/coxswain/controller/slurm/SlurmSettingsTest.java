package io.coxswain.controller.slurm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlurmSettingsTest {
  @ParameterizedTest
  @CsvSource({"0, 64", "1, 64", "32, 64", "33, 128", "64, 128", "65, 256", "4096, 8192"})
  void headroomGrowsInPowersOfTwo(int size, int slots) {
    assertThat(SlurmSettings.headroom(size)).isEqualTo(slots).isGreaterThanOrEqualTo(2 * size);
  }

  @Test
  void refusesAVersionWithoutDynamicNodes() {
    assertThatThrownBy(() -> SlurmFilesTest.gpus("21.08.8", Confinement.CGROUP))
        .hasMessage("slurm version: 21.08.8 (expected: at least 22.05.0)");
  }

  @Test
  void refusesAPartitionThatCouldBreakOutOfItsLine() {
    assertThatThrownBy(() -> SlurmSettings.feature(SlurmFilesTest.CLUSTER, "main State=DOWN"))
        .hasMessageContaining("nodepool: ");
    assertThatThrownBy(() -> SlurmSettings.feature(SlurmFilesTest.CLUSTER, "a\nb"))
        .hasMessageContaining("nodepool: ");
  }

  @Test
  void jobsAreConfinedOnlyWhereAllWorkersCan() {
    assertThat(Confinement.of(true, 2)).isEqualTo(Confinement.CGROUP);
    assertThat(Confinement.of(true, 0)).isEqualTo(Confinement.NONE);
    assertThat(Confinement.of(false, 2)).isEqualTo(Confinement.NONE);
    assertThat(Confinement.CGROUP.and(Confinement.NONE)).isEqualTo(Confinement.NONE);
    assertThat(Confinement.CGROUP.and(Confinement.CGROUP)).isEqualTo(Confinement.CGROUP);
  }
}
