package io.coxswain.agent.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.agent.gpu.Fleet;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ObservationLinesTest {
  private static final Instant AT = Fleet.SEEN_AT;

  @Test
  void everyFactHasItsLines() {
    assertThat(ObservationLines.of(observation(Fleet.oneL40s("a"))))
        .containsExactly(
            "machine       gpu07",
            "system uuid   none (the firmware gives none)",
            "board serial  S45",
            "boot id       boot-1",
            "agent         0.1.0",
            "os            debian 12, 6.1.0 x86_64",
            "cgroups       v1, read-only",
            "slurm         22.05.8, slurmd sees 2 CPUs (1 boards, 1 sockets, 2 cores, 1 threads),"
                + " 24103 MiB",
            "mpi           Open MPI 4.1.4, pmix not loadable by Slurm",
            "cpu           Xeon, 2 sockets, 96 cores, 192 threads",
            "memory        2048.0 GiB",
            "disk          nvme0n1 1024.0 GiB SAMSUNG",
            "network       eth0 up 10000 Mb/s aa:bb:cc:dd:ee:ff 10.0.0.11/24",
            "infiniband    none",
            "pci gpus      1: 0000:18:00.0 H200",
            "gpus          1, driver 570.124.06",
            "              0 L40S 45.0 GiB 0000:18:00.0 /dev/nvidia0"
                + " GPU-00000061-0000-0000-0000-000000000000",
            "gpu readings  none (not sampled)",
            "driver        none (not read)",
            "slurmctld     c-1: unreachable: no answer in 5 s",
            "slurmctld     c-2: 1 nodes, 1 jobs",
            "              c-2-0 IDLE+DRAIN (cox: x) gpu:h200:8",
            "              job 7 RUNNING ann train c-2-0");
  }

  @Test
  void whatIsNotKnownSaysWhy() {
    assertThat(ObservationLines.of(observation(Fleet.driverUnresponsive())))
        .contains(
            "gpus          FAILED: driver unresponsive (nvmlDeviceGetName of GPU 2 did not come"
                + " back in 5000 ms)");
    assertThat(ObservationLines.of(observation(Fleet.none())))
        .contains("gpus          none (no NVIDIA GPU on the PCI bus and no driver library)");
    assertThat(ObservationLines.of(observation(Fleet.oneGpuLost("a"))))
        .contains("              GPU 3: nvmlDeviceGetHandleByIndex_v2 gave 15 (GPU is lost)");
  }

  private static Observation observation(Reading<GpuInventory> gpus) {
    Hardware hardware =
        new Hardware(
            known(new Cpu("Xeon", 2, 96, 192)),
            known(2L << 40),
            known(List.of(new Disk("nvme0n1", "SAMSUNG", 1L << 40))),
            known(
                List.of(
                    new NetworkInterface(
                        "eth0",
                        "aa:bb:cc:dd:ee:ff",
                        List.of("10.0.0.11/24"),
                        10_000_000_000L,
                        true))),
            known(List.of()),
            known(Fleet.pciBus(1)),
            gpus);
    Software software =
        new Software(
            known(new OperatingSystem("debian", "12", "6.1.0", "x86_64")),
            known(new CgroupFacts(1, false)),
            known(
                new SlurmFacts(
                    "22.05.8", Optional.of(new SlurmFacts.Layout(2, 1, 1, 2, 1, 24_103)))),
            known(new MpiFacts("4.1.4", false)));
    return new Observation(
        AT,
        new MachineIdentity("gpu07", "", "S45", "boot-1", "0.1.0"),
        hardware,
        software,
        List.of(
            new SlurmCluster.Unreachable("c-1", "no answer in 5 s"),
            new SlurmCluster.Reachable(
                "c-2",
                List.of(new SlurmNode("c-2-0", "IDLE+DRAIN", "cox: x", "gpu:h200:8")),
                List.of(new SlurmJob(7, "ann", "train", "RUNNING", List.of("c-2-0"))))));
  }

  private static <T> Reading<T> known(T value) {
    return new Reading.Known<>(value, AT);
  }
}
