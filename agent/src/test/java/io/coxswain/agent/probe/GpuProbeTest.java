package io.coxswain.agent.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.agent.gpu.FakeGpus;
import io.coxswain.agent.gpu.Fleet;
import io.coxswain.agent.report.FailureReason;
import io.coxswain.agent.report.GpuInventory;
import io.coxswain.agent.report.GpuTrouble;
import io.coxswain.agent.report.Reading;
import org.junit.jupiter.api.Test;

final class GpuProbeTest {
  private final PaperHost host = new PaperHost();
  private final FakeGpus gpus = new FakeGpus(Fleet.dgxH200("a"));

  @Test
  void aMachineWithoutCardOrLibraryIsNeverAsked() {
    assertThat(read()).isInstanceOf(Reading.Unsupported.class);
    assertThat(gpus.asked()).isZero();
  }

  @Test
  void aCardOrALibraryIsEnoughToAsk() {
    card();
    assertThat(read()).isEqualTo(Fleet.dgxH200("a"));

    host.remove("/sys/bus/pci/devices/0000:18:00.0/class")
        .file("/etc/ld.so.cache", "\0libnvidia-ml.so.1\0");
    assertThat(read()).isEqualTo(Fleet.dgxH200("a"));
  }

  @Test
  void cardsWithoutALibraryAreNamed() {
    card();
    gpus.become(new Reading.Unsupported<>("no driver library"));

    assertThat(read())
        .isEqualTo(
            new Reading.Unsupported<GpuInventory>(
                "1 NVIDIA GPUs on the PCI bus, but no driver library"));
  }

  @Test
  void sevenOfEightNamesTheEighthsAddress() {
    Fleet.pciBus(8).forEach(card -> card(card.busId()));
    gpus.become(Fleet.oneGpuLost("a"));

    // One card missing and one index that does not answer are the same card.
    assertThat(read().known().orElseThrow().troubles())
        .extracting(GpuTrouble::line)
        .containsExactly(
            "GPU 3 (0000:5d:00.0): nvmlDeviceGetHandleByIndex_v2 gave 15 (GPU is lost)");
  }

  @Test
  void aCardThatTheDriverDoesNotEvenCountIsNamed() {
    Fleet.pciBus(8).forEach(card -> card(card.busId()));
    gpus.become(Fleet.oneGpuUncounted("a"));

    assertThat(read().known().orElseThrow().troubles())
        .extracting(GpuTrouble::line)
        .containsExactly(
            "0000:db:00.0: on the PCI bus and not answering the driver (7 of 8 answer)");
  }

  @Test
  void aDriverThatIsNotLoadedIsAFailureOnlyWhereThereIsACard() {
    gpus.become(new Reading.Failed<>(FailureReason.DRIVER_NOT_LOADED, "nvmlInit_v2 gave 9"));
    host.file("/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1", "x");
    assertThat(read()).isInstanceOf(Reading.Unsupported.class);

    card();
    assertThat(read()).isInstanceOf(Reading.Failed.class);
  }

  private void card() {
    card("0000:18:00.0");
  }

  private void card(String busId) {
    host.file("/sys/bus/pci/devices/" + busId + "/vendor", "0x10de\n")
        .file("/sys/bus/pci/devices/" + busId + "/class", "0x030200\n");
  }

  private Reading<GpuInventory> read() {
    return new GpuProbe(host.files(), gpus, new PciGpuProbe(new Sysfs(host.files()))).read();
  }
}
