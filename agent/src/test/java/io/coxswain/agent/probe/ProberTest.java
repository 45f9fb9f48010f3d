package io.coxswain.agent.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.agent.gpu.FakeGpus;
import io.coxswain.agent.gpu.Fleet;
import io.coxswain.agent.host.LinuxHost;
import io.coxswain.agent.report.Cpu;
import io.coxswain.agent.report.Observation;
import io.coxswain.agent.report.ObservationLines;
import io.coxswain.agent.report.Reading;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ProberTest {
  private final FakeGpus gpus = new FakeGpus(Fleet.dgxH200("a"));

  @Test
  void thisMachineIsMeasuredAsItsKernelSaysIt() throws Exception {
    Observation seen = new Prober(new LinuxHost(), gpus, "0.1.0").observe();

    Cpu cpu = seen.hardware().cpu().known().orElseThrow();
    assertThat(cpu.threads())
        .isEqualTo(
            (int)
                Files.readString(Path.of("/proc/cpuinfo"))
                    .lines()
                    .filter(line -> line.startsWith("processor"))
                    .count());
    assertThat(cpu.sockets()).isBetween(1, cpu.cores());
    assertThat(cpu.cores()).isBetween(1, cpu.threads());
    String total = Files.readString(Path.of("/proc/meminfo")).lines().findFirst().orElseThrow();
    assertThat(seen.hardware().memoryBytes().known())
        .hasValue(Long.parseLong(total.replaceAll("\\D", "")) * 1024);
    assertThat(seen.hardware().disks()).isInstanceOf(Reading.Known.class);
    assertThat(seen.hardware().interfaces()).isInstanceOf(Reading.Known.class);
    assertThat(seen.software().os().known().orElseThrow().kernel())
        .isEqualTo(Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip());
    assertThat(seen.software().cgroups()).isInstanceOf(Reading.Known.class);
    assertThat(seen.machine().bootId()).isNotBlank();
    assertThat(ObservationLines.of(seen)).anyMatch(line -> line.startsWith("cpu "));
  }

  @Test
  void aFactThatFailsHidesNoOther() {
    PaperHost host = card(new PaperHost());

    Observation seen = new Prober(host, gpus, "0.1.0").observe();

    assertThat(seen.software().os()).isInstanceOf(Reading.Failed.class);
    assertThat(seen.software().cgroups()).isInstanceOf(Reading.Failed.class);
    assertThat(seen.hardware().gpus()).isEqualTo(Fleet.dgxH200("a"));
    assertThat(seen.machine().hostName()).isEqualTo("gpu07");
  }

  @Test
  void gpusAreAskedOnceAMinuteAndWhenSomebodyAsks() {
    PaperHost host = card(new PaperHost());
    Prober prober = new Prober(host, gpus, "0.1.0");

    prober.observe();
    prober.observe();
    assertThat(gpus.asked()).isEqualTo(1);
    prober.observeAfresh();
    assertThat(gpus.asked()).isEqualTo(2);
    host.pass(Duration.ofMinutes(1));
    prober.observe();
    assertThat(gpus.asked()).isEqualTo(3);
  }

  @Test
  void slurmIsMeasuredAgainAsSoonAsItsProgramAppears() {
    PaperHost host = new PaperHost();
    Prober prober = new Prober(host, gpus, "0.1.0");
    assertThat(prober.observe().software().slurm()).isInstanceOf(Reading.Unsupported.class);

    host.file("/usr/sbin/slurmd", "program")
        .prints("slurmd -V", Captured.text("slurm-22.05.8/slurmd-v.txt"))
        .prints("slurmd -C", Captured.text("slurm-22.05.8/slurmd-c.txt"));

    assertThat(prober.observe().software().slurm()).isInstanceOf(Reading.Known.class);
  }

  private static PaperHost card(PaperHost host) {
    return host.file("/sys/bus/pci/devices/0000:18:00.0/vendor", "0x10de\n")
        .file("/sys/bus/pci/devices/0000:18:00.0/class", "0x030200\n");
  }
}
