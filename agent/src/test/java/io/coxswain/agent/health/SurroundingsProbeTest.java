package io.coxswain.agent.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.agent.health.Surroundings.FileSystem;
import io.coxswain.agent.host.DiskSpace;
import io.coxswain.agent.host.FakeCommands;
import io.coxswain.agent.host.FakeHost;
import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.report.Health;
import io.coxswain.agent.report.Reading;
import io.coxswain.agent.report.Verdict;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Disks and the clock, from what the machine shows to the verdict. */
class SurroundingsProbeTest {
  private static final long GIB = 1L << 30;

  private final FakeHost host = new FakeHost("gpu01");
  private final Map<String, DiskSpace> space = new HashMap<>();

  SurroundingsProbeTest() {
    host.files().createDirectory("/proc/self", new Access(0555, "root", "root"));
    mounts(
        "30 1 259:2 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p2 rw,errors=remount-ro",
        "31 30 259:3 / /var rw - xfs /dev/nvme0n1p3 rw",
        "32 30 0:50 / /home rw - nfs4 nas:/home rw",
        "33 30 7:1 / /snap/core ro - squashfs /dev/loop1 ro",
        "34 31 0:61 / /var/lib/docker/overlay2/1/merged rw - overlay overlay ro",
        "35 30 259:2 /srv /mnt rw - ext4 /dev/nvme0n1p2 rw");
    space.put("/", new DiskSpace(400 * GIB, 200 * GIB));
    space.put("/var", new DiskSpace(4000 * GIB, 2000 * GIB));
  }

  @Test
  void disksOfThisMachineAreLookedAtOnceEach() {
    assertThat(disks())
        .containsExactly(
            new FileSystem("/", 400 * GIB, 200 * GIB, false),
            new FileSystem("/var", 4000 * GIB, 2000 * GIB, false));
  }

  @Test
  void aDiskThatRunsFullIsToldEarlyAndDrainsLate() {
    space.put("/var", new DiskSpace(4000 * GIB, 11 * GIB));
    assertThat(judged()).as("little of a large disk is still much").isEmpty();
    space.put("/var", new DiskSpace(4000 * GIB, 9 * GIB));
    assertThat(judged()).extracting("check", "subject").containsExactly(row("disk-low", "/var"));
    space.put("/var", new DiskSpace(4000 * GIB, GIB / 2));
    List<Verdict> full = judged();
    assertThat(full).extracting("check").containsExactly("disk-full", "disk-low");
    assertThat(full.getFirst().level()).isEqualTo(Health.CRITICAL);
    assertThat(full.getFirst().drain()).isTrue();
  }

  @Test
  void aDiskThatTheKernelMadeReadOnlyIsCritical() {
    mounts("30 1 259:2 / / ro,relatime - ext4 /dev/nvme0n1p2 ro,errors=remount-ro");
    List<Verdict> verdicts = judged();
    assertThat(verdicts).extracting("check", "subject").containsExactly(row("disk-read-only", "/"));
    assertThat(verdicts.getFirst().drain()).isTrue();
  }

  @Test
  void aDiskThatIsReadOnlyByWishIsWell() {
    mounts("30 1 259:2 / / ro,relatime - ext4 /dev/nvme0n1p2 ro");
    host.files().put("/etc/fstab", "# <fs> <point>\n/dev/nvme0n1p2 / ext4 ro,noatime 0 1\n");
    assertThat(judged()).isEmpty();
  }

  @Test
  void mountsThatCannotBeReadAreUnknown() {
    host.files().delete("/proc/self/mountinfo");
    assertThat(judged()).isNotEmpty().allMatch(v -> v.level() == Health.UNKNOWN && !v.drain());
  }

  @Test
  void chronySaysHowFarTheClockIsOff() {
    chrony("-0.000001201", "Normal");
    assertThat(judged()).isEmpty();
    chrony("-75.2", "Normal");
    List<Verdict> verdicts = judged();
    assertThat(verdicts).extracting("check").containsExactly("clock-skew");
    assertThat(verdicts.getFirst().message()).contains("-75.20 s");
    chrony("0.0", "Not synchronised");
    assertThat(judged()).extracting("check").containsExactly("clock-unsynchronized");
  }

  @Test
  void systemdSaysWhetherThereIsATimeSource() {
    timedatectl("no");
    assertThat(judged()).extracting("check").containsExactly("clock-unsynchronized");
    timedatectl("yes");
    assertThat(judged()).isEmpty();
  }

  @Test
  void aContainerHasItsHostsClock() {
    timedatectl("no");
    host.files().createDirectory("/run/systemd", new Access(0755, "root", "root"));
    host.files().put("/run/systemd/container", "podman\n");
    assertThat(judged()).isEmpty();
  }

  private void mounts(String... lines) {
    host.files().put("/proc/self/mountinfo", String.join("\n", lines) + "\n");
  }

  // Form of chrony 4.3's "chronyc -c tracking".
  private void chrony(String offset, String leap) {
    host.commands().install("chronyc");
    host.commands()
        .on(
            "chronyc",
            command ->
                FakeCommands.ok(
                    "C0A80001,192.168.0.1,3,1763798400.1,"
                        + offset
                        + ",0.000000112,0.000021,-12.1,0.0,0.01,0.0004,0.0008,64.5,"
                        + leap
                        + "\n"));
  }

  private void timedatectl(String answer) {
    host.commands().install("timedatectl");
    host.commands()
        .on("timedatectl", command -> FakeCommands.ok("NTPSynchronized=" + answer + "\n"));
  }

  private static org.assertj.core.groups.Tuple row(Object... values) {
    return org.assertj.core.groups.Tuple.tuple(values);
  }

  private DiskSpace space(String point) {
    return Objects.requireNonNull(space.get(point), point);
  }

  private List<FileSystem> disks() {
    return new SurroundingsProbe(host, this::space).read().fileSystems().known().orElseThrow();
  }

  /** After twenty minutes like this. */
  private List<Verdict> judged() {
    SurroundingsProbe probe = new SurroundingsProbe(host, this::space);
    Conditions conditions = Conditions.NONE;
    Policy policy = PolicyFile.own();
    Reading<List<FileSystem>> last = new Reading.Unsupported<>("not yet");
    for (int i = 0; i < 20; i++) {
      host.clock().advance(Duration.ofMinutes(1));
      Surroundings around = probe.read();
      assertThat(around.fileSystems()).isNotEqualTo(last);
      Machine machine = new Machine();
      Facts facts =
          new Facts(
              host.clock().instant(),
              "gpu01",
              machine.hardware(host.clock().instant()),
              around,
              Baseline.NONE,
              Trend.NONE);
      conditions = conditions.next(facts, policy);
    }
    return Judge.judge(
            new Judge.Situation(
                "gpu01",
                host.clock().instant(),
                java.util.Optional.of(host.clock().instant()),
                conditions,
                Faults.NONE,
                List.of()),
            policy,
            host.clock().instant())
        .verdicts();
  }
}
