package io.coxswain.agent.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.agent.report.FailureReason;
import io.coxswain.agent.report.Gpu;
import io.coxswain.agent.report.GpuInventory;
import io.coxswain.agent.report.Reading;
import org.junit.jupiter.api.Test;

/** What every implementation of the port keeps. */
public abstract class GpusContract {
  /** A machine with eight H200. */
  protected abstract Gpus eightH200();

  /** The same with GPU 3 fallen off the bus. */
  protected abstract Gpus eightH200WithNumber3Lost();

  /** A machine without a driver library. */
  protected abstract Gpus noLibrary();

  @Test
  void eightGpusAreEightDifferentOnes() {
    GpuInventory inventory = known(eightH200());

    assertThat(inventory.gpus()).hasSize(8);
    assertThat(inventory.gpus()).extracting(Gpu::model).containsOnly("H200");
    assertThat(inventory.gpus()).extracting(Gpu::index).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    assertThat(inventory.gpus()).extracting(Gpu::uuid).doesNotHaveDuplicates();
    assertThat(inventory.gpus()).extracting(Gpu::minor).doesNotHaveDuplicates();
    assertThat(inventory.gpus())
        .extracting(Gpu::pciBusId)
        .doesNotHaveDuplicates()
        .allMatch(id -> id.matches("[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\\.0"));
    assertThat(inventory.troubles()).isEmpty();
  }

  @Test
  void aLostGpuIsMissingAndNamed() {
    GpuInventory inventory = known(eightH200WithNumber3Lost());

    assertThat(inventory.gpus()).extracting(Gpu::index).containsExactly(0, 1, 2, 4, 5, 6, 7);
    assertThat(inventory.troubles())
        .singleElement()
        .satisfies(
            trouble -> {
              assertThat(trouble.index()).isEqualTo(3);
              assertThat(trouble.reason()).isEqualTo(FailureReason.GPU_LOST);
              assertThat(trouble.message()).contains("15");
            });
  }

  @Test
  void aMachineWithoutALibraryIsUnsupportedAndNotEmpty() {
    assertThat(noLibrary().inventory()).isInstanceOf(Reading.Unsupported.class);
  }

  protected static GpuInventory known(Gpus gpus) {
    Reading<GpuInventory> reading = gpus.inventory();
    assertThat(reading).isInstanceOf(Reading.Known.class);
    return reading.known().orElseThrow();
  }
}
