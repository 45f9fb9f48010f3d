package io.coxswain.controller.slurm;

import static io.coxswain.controller.slurm.SlurmFilesTest.GPUS;
import static io.coxswain.controller.slurm.SlurmFilesTest.settings;
import static io.coxswain.controller.slurm.SlurmFilesTest.worker;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.controller.slurm.SlurmSettings.Worker;
import io.coxswain.controller.spec.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class GresConfTest {
  @Test
  void oneLineForNodesThatAreAlike() {
    assertThat(lines(GPUS, worker(0, 0, 1, 2, 3), worker(1, 0, 1, 2, 3)))
        .containsExactly("Name=gpu Type=h200 File=/dev/nvidia[0-3]");
  }

  @Test
  void aLineForEachNodeWhereOneDiffers() {
    assertThat(lines(GPUS, worker(1, 0, 1, 3, 4), worker(0, 0, 1, 2, 3)))
        .containsExactly(
            "NodeName=c-7f3a-0 Name=gpu Type=h200 File=/dev/nvidia[0-3]",
            "NodeName=c-7f3a-1 Name=gpu Type=h200 File=/dev/nvidia[0-1,3-4]");
  }

  @Test
  void aNodeThatIsNotMeasuredYetHasNoLine() {
    assertThat(lines(GPUS, worker(0, 0, 1), worker(1)))
        .containsExactly("Name=gpu Type=h200 File=/dev/nvidia[0-1]");
    assertThat(lines(GPUS, worker(0), worker(1))).isEmpty();
  }

  @Test
  void noLinesWithoutGpus() {
    assertThat(lines(Shape.CPU, worker(0), worker(1))).isEmpty();
  }

  @Test
  void devicesAreSortedAsSlurmWantsThem() {
    assertThat(GresConf.ranges(List.of(7, 0, 2, 1, 5))).isEqualTo("[0-2,5,7]");
    assertThat(GresConf.ranges(List.of(3))).isEqualTo("3");
    assertThat(GresConf.ranges(List.of(8, 9, 10))).isEqualTo("[8-10]");
  }

  private static List<String> lines(Shape shape, Worker... workers) {
    return GresConf.lines(settings("22.05.8", Confinement.CGROUP, shape, workers));
  }
}
