package io.coxswain.controller.slurm;

import static io.coxswain.controller.slurm.Confinement.CGROUP;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.controller.Golden;
import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.spec.Shape;
import io.coxswain.controller.spec.Want.ElasticNodes.Slot;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A slot promises no more than each machine that fits, and its worker joins once. */
class CloudNodeTest {
  private static final String FEATURE = "c_7f3a_burst";
  private static final MachineFacts.Slurm LARGE =
      new MachineFacts.Slurm("22.05.8", 192, 1, 2, 48, 2, 2_063_000);
  private static final MachineFacts.Slurm LESS_MEMORY =
      new MachineFacts.Slurm("22.05.8", 192, 1, 2, 48, 2, 2_060_000);
  private static final MachineFacts.Slurm FEWER_CPUS =
      new MachineFacts.Slurm("22.05.8", 128, 1, 2, 32, 2, 2_064_000);

  @Test
  void aSlotIsTheLeastOfTheMachinesThatFit() {
    assertThat(CloudNode.least(List.of(LARGE, LESS_MEMORY), SlurmFilesTest.GPUS, FEATURE))
        .contains(NodeOptions.of(LESS_MEMORY, SlurmFilesTest.GPUS, FEATURE));
    assertThat(CloudNode.least(List.of(LARGE, FEWER_CPUS), SlurmFilesTest.GPUS, FEATURE))
        .contains(NodeOptions.of(FEWER_CPUS, SlurmFilesTest.GPUS, FEATURE));
    assertThat(CloudNode.least(List.of(), SlurmFilesTest.GPUS, FEATURE)).isEmpty();
  }

  @Test
  void aSlotIsWhatItsMachineWouldSayOfItself() {
    assertThat(CloudNode.slot("c-7f3a-5", NodeOptions.of(LARGE, SlurmFilesTest.GPUS, FEATURE)))
        .isEqualTo(new Slot("c-7f3a-5", FEATURE, "gpu:h200:8", 192, 1, 2, 48, 2, 1_959_850));
    assertThat(CloudNode.slot("c-7f3a-5", NodeOptions.of(LARGE, Shape.CPU, FEATURE)).gres())
        .isEmpty();
  }

  @Test
  void aMachineFitsWhereSlurmctldWouldTakeIt() {
    Slot large = CloudNode.slot("c-7f3a-5", NodeOptions.of(LARGE, Shape.CPU, FEATURE));
    Slot small = CloudNode.slot("c-7f3a-5", NodeOptions.of(FEWER_CPUS, Shape.CPU, FEATURE));
    assertThat(CloudNode.fits(LARGE, large)).isTrue();
    // Its memory is less than that of the machine that was measured, but not than what is promised.
    assertThat(CloudNode.fits(LESS_MEMORY, large)).isTrue();
    assertThat(CloudNode.fits(FEWER_CPUS, large)).isFalse();
    assertThat(CloudNode.fits(LARGE, small)).isTrue();
    assertThat(CloudNode.fits(new MachineFacts.Slurm("22.05.8", 192, 1, 2, 48, 2, 1_000), large))
        .isFalse();
  }

  @Test
  void theDropInOfASlotsWorkerIsAsReviewed() {
    for (String version : List.of("22.05.8", "24.11.5")) {
      Golden.resource("slurm/" + version + "-slot.txt", slot(version));
    }
  }

  @Test
  void onlyTheWordForJoiningIsAddedAndItRestartsNothing() {
    SlurmSettings settings = SlurmFilesTest.gpus("22.05.8", CGROUP);
    String other = render(settings, false);
    assertThat(
            slot("22.05.8")
                .replace("EnvironmentFile=-" + CloudNode.JOINS_FILE + "\n", "")
                .replace(" $COX_JOINS", ""))
        .isEqualTo(other);
    assertThat(slot("22.05.8").lines().filter(line -> line.startsWith("#")))
        .noneMatch(line -> line.contains("joins") || line.contains("JOINS"));
    assertThat(CloudNode.JOINS).startsWith("COX_JOINS=");
  }

  private static String slot(String version) {
    SlurmSettings settings = SlurmFilesTest.gpus(version, CGROUP);
    return render(settings, true);
  }

  private static String render(SlurmSettings settings, boolean isElastic) {
    return SlurmdDropIn.render(
        settings,
        new SlurmdDropIn.Node("c-7f3a-5", settings.version(), options(), List.of(0, 1), isElastic));
  }

  private static String options() {
    return NodeOptions.of(LARGE, SlurmFilesTest.GPUS, FEATURE).render();
  }
}
