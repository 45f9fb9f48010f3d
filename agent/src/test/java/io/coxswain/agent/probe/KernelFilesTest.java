package io.coxswain.agent.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.agent.report.CgroupFacts;
import io.coxswain.agent.report.InfinibandPort;
import io.coxswain.agent.report.OperatingSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The probes that read what the kernel shows as text. */
final class KernelFilesTest {
  private final PaperHost host = new PaperHost();

  @Test
  void gpusAreNvidiaDevicesOfADisplayClass() {
    device("0000:18:00.0", "0x10de", "0x030200");
    device("0000:2a:00.0", "0x10de", "0x030000");
    device("0000:2a:00.1", "0x10de", "0x040300");
    device("0000:07:00.0", "0x10de", "0x068000");
    device("0000:03:00.0", "0x1a03", "0x030000");

    assertThat(new PciGpuProbe(new Sysfs(host.files())).ids())
        .containsExactly("0000:18:00.0", "0000:2a:00.0");
  }

  @Test
  void aMachineWithoutAPciBusHasNoGpus() {
    assertThat(new PciGpuProbe(new Sysfs(host.files())).ids()).isEmpty();
  }

  @Test
  void infinibandPortsAreReadWithStateAndRate() {
    String port = "/sys/class/infiniband/mlx5_0/ports/1/";
    host.file(port + "state", "4: ACTIVE\n")
        .file(port + "link_layer", "InfiniBand\n")
        .file(port + "rate", "400 Gb/sec (4X NDR)\n");

    assertThat(new InfinibandProbe(new Sysfs(host.files())).read())
        .containsExactly(new InfinibandPort("mlx5_0", 1, "ACTIVE", "InfiniBand", 400));
    assertThat(InfinibandProbe.rate("2.5 Gb/sec (1X SDR)")).isEqualTo(2);
    assertThat(InfinibandProbe.rate("")).isZero();
  }

  @Test
  void theFirmwaresIdentityIsTakenWhereThereIsOne() {
    host.file("/sys/class/dmi/id/product_uuid", "4C4C4544-0037-3510-8052-B4C04F4A3533\n")
        .file("/sys/class/dmi/id/board_serial", ".7QRJ53.CNFCP0012300AB.\n");

    SystemProbe system = new SystemProbe(new Sysfs(host.files()));
    assertThat(system.systemUuid()).isEqualTo("4c4c4544-0037-3510-8052-b4c04f4a3533");
    assertThat(system.boardSerial()).isEqualTo(".7QRJ53.CNFCP0012300AB.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "To be filled by O.E.M.",
        "",
        "  ",
        "Default string",
        "0000000000",
        "None",
        "N/A",
        "........"
      })
  void aPlaceholderIsNoSerial(String text) {
    host.file("/sys/class/dmi/id/board_serial", text + "\n")
        .file("/sys/class/dmi/id/product_serial", "S452392X2A14477\n");

    assertThat(new SystemProbe(new Sysfs(host.files())).boardSerial()).isEqualTo("S452392X2A14477");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00000000-0000-0000-0000-000000000000",
        "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
        "03000200-0400-0500-0006-000700080009",
        "Not Settable",
      })
  void aPlaceholderIsNoUuid(String text) {
    host.file("/sys/class/dmi/id/product_uuid", text);

    assertThat(new SystemProbe(new Sysfs(host.files())).systemUuid()).isEmpty();
  }

  @Test
  void aMachineThatShowsNoFirmwareHasNoIdentity() {
    SystemProbe system = new SystemProbe(new Sysfs(host.files()));

    assertThat(system.systemUuid()).isEmpty();
    assertThat(system.boardSerial()).isEmpty();
  }

  @Test
  void cgroupsAreWhatIsMounted() {
    assertThat(CgroupProbe.parse(Captured.text("cgroup/host-v1.txt")))
        .isEqualTo(new CgroupFacts(1, true));
    assertThat(CgroupProbe.parse(Captured.text("cgroup/container-hybrid-read-only.txt")))
        .isEqualTo(new CgroupFacts(1, false));
    assertThat(CgroupProbe.parse("cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid,nodev,noexec 0 0\n"))
        .isEqualTo(new CgroupFacts(2, true));
    assertThat(CgroupProbe.parse("cgroup2 /sys/fs/cgroup cgroup2 ro,nosuid,nodev,noexec 0 0\n"))
        .isEqualTo(new CgroupFacts(2, false));
    assertThat(CgroupProbe.parse("proc /proc proc rw 0 0\n")).isEqualTo(new CgroupFacts(0, false));
  }

  @Test
  void ofTwoMountsAtOnePlaceTheLaterCounts() {
    String twice =
        "cgroup2 /sys/fs/cgroup cgroup2 ro 0 0\ncgroup2 /sys/fs/cgroup cgroup2 rw,relatime 0 0\n";

    assertThat(CgroupProbe.parse(twice)).isEqualTo(new CgroupFacts(2, true));
  }

  @Test
  void theSystemIsWhatOsReleaseAndUnameSay() {
    host.file(
            "/etc/os-release",
            "# a comment\nNAME=\"Debian GNU/Linux\"\nID=debian\nVERSION_ID=\"12\"\n")
        .prints("uname -r -m", "6.1.0-28-amd64 x86_64\n");

    assertThat(new OsProbe(host).read())
        .isEqualTo(new OperatingSystem("debian", "12", "6.1.0-28-amd64", "x86_64"));
  }

  @ParameterizedTest
  @CsvSource({
    "loop0,true",
    "dm-3,true",
    "md127,true",
    "zram0,true",
    "nvme0n1,false",
    "sda,false",
    "vdb,false"
  })
  void madeUpDevicesAreNoDisks(String name, boolean isMadeUp) {
    assertThat(DiskProbe.isMadeUp(name)).isEqualTo(isMadeUp);
  }

  private void device(String id, String vendor, String type) {
    host.file("/sys/bus/pci/devices/" + id + "/vendor", vendor + "\n")
        .file("/sys/bus/pci/devices/" + id + "/class", type + "\n");
  }
}
