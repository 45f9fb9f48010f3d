package io.coxswain.agent.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.FakeCommands;
import io.coxswain.agent.host.FakeHost;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import io.coxswain.agent.host.Users.Account;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Volumes on one machine: mounted, proven, looked at, held, dead, and gone without a trace. */
class VolumeStepsTest {
  private static final MountVolume MOUNT = VolumeRack.mount("data");
  private static final UnmountVolume UNMOUNT =
      new UnmountVolume("c-7f3a", "data", UnmountVolume.Policy.REFUSE);
  private static final UnmountVolume FORCE =
      new UnmountVolume("c-7f3a", "", UnmountVolume.Policy.FORCE);
  private static final String UNIT = "/etc/systemd/system/mnt-data.mount";

  private final FakeHost host = VolumeRack.bare();

  @Test
  void systemdsNamesOfUnitsAreMade() {
    assertThat(MountUnit.name("/mnt/data")).isEqualTo("mnt-data.mount");
    assertThat(MountUnit.name("/mnt/my-data")).isEqualTo("mnt-my\\x2ddata.mount");
    assertThat(MountUnit.name("/home/c-7f3a")).isEqualTo("home-c\\x2d7f3a.mount");
    assertThat(MountUnit.name("/data_1.2")).isEqualTo("data_1.2.mount");
  }

  @Test
  void theUnitSaysWhatIsMountedWithADeadlineAndHoldsUpNoBoot() {
    MOUNT.apply(host);
    assertThat(host.files().text(UNIT))
        .contains(
            "# Volume: data\n# Clusters: c-7f3a\n",
            "What=files.site:/export/data\nWhere=/mnt/data\nType=nfs\nOptions=soft,nofail,_netdev\n",
            "TimeoutSec=15",
            "DefaultDependencies=no",
            "WantedBy=multi-user.target");
    assertThat(host.mounts().points()).containsExactly("/mnt/data");
    assertThat(MOUNT.evidence(host).orElseThrow())
        .startsWith("files.site:/export/data at /mnt/data, a file written and read in ");
    assertThat(host.files().list("/mnt/data")).isEmpty();
  }

  @Test
  void theProofIsANewFileThatNoLinkLeadsElsewhere() {
    MOUNT.apply(host);
    assertThat(ran("dd"))
        .containsExactly(
            "dd if=/etc/machine-id of=/mnt/data/.cox-proof-m-1 conv=excl,fsync oflag=nofollow");
  }

  @Test
  void whereRootMayNotWriteTheClustersUserProvesIt() {
    host.mounts().squash("/mnt/data");
    MOUNT.apply(host);
    assertThat(MOUNT.check(host)).isEqualTo(new Check.InSync());
    assertThat(MOUNT.evidence(host).orElseThrow()).endsWith(" as c-7f3a");
    assertThat(host.commands().ran().stream().map(Command::user)).contains(Optional.of("c-7f3a"));
  }

  @Test
  void aMachineWithoutTheHelperIsToldThePackageAndStaysAsItIs() {
    FakeHost bare = new FakeHost("gpu02");
    List<String> before = bare.snapshot();
    assertThatThrownBy(() -> MOUNT.apply(bare))
        .isInstanceOfSatisfying(
            HostException.class, e -> assertThat(e.reason()).isEqualTo(Reason.HELPER_MISSING))
        .hasMessageContaining(
            "mount.nfs is not on this machine (expected: the package nfs-common)");
    assertThat(bare.snapshot()).isEqualTo(before);
  }

  @Test
  void aServerThatDoesNotAnswerIsAClearFailureAndLeavesNothingBehind() {
    host.units().breakUnit("mnt-data.mount", "mnt-data.mount: Mounting timed out. Terminating.");
    MOUNT.apply(host);
    assertThatThrownBy(() -> MOUNT.check(host))
        .isInstanceOfSatisfying(
            HostException.class, e -> assertThat(e.reason()).isEqualTo(Reason.MOUNT_FAILED))
        .hasMessageContaining("could not be mounted at /mnt/data within 15 s: mnt-data.mount");
    assertThat(MOUNT.check(host)).isInstanceOf(Check.Drift.class);
    FORCE.apply(host);
    assertThat(host.files().stat(UNIT)).isEmpty();
    assertThat(host.mounts().points()).isEmpty();
  }

  @Test
  void whileItIsMountedInTheBackgroundOthersMayGoOn() {
    Runnable background = host.holdBackground();
    MOUNT.apply(host);
    assertThat(MOUNT.check(host)).isInstanceOf(Check.Pending.class);
    background.run();
    assertThat(MOUNT.check(host)).isEqualTo(new Check.InSync());
  }

  @Test
  void aServerThatDiesLaterIsStaleAndNotMountedAnew() {
    MOUNT.apply(host);
    host.mounts().die("/mnt/data");
    assertThatThrownBy(() -> MOUNT.check(host))
        .isInstanceOfSatisfying(
            HostException.class, e -> assertThat(e.reason()).isEqualTo(Reason.MOUNT_STALE))
        .hasMessageContaining("no answer within 3 s");
  }

  @Test
  void aLookThatNeverCameBackIsNotRepeated() {
    MOUNT.apply(host);
    long before = ran("stat").size();
    host.commands().on("pgrep", command -> FakeCommands.ok("4711\n"));
    assertThatThrownBy(() -> MOUNT.check(host)).hasMessageContaining("has not come back");
    assertThat(ran("stat")).hasSize((int) before);
  }

  @Test
  void aMountOfSomebodyElseAndAFullDirectoryAreLeftAlone() {
    host.mounts().mountByHand("/mnt/data");
    assertThatThrownBy(() -> MOUNT.apply(host)).hasMessageContaining("did not mount");
    host.files().lay("/mnt/full/precious", "x");
    assertThatThrownBy(() -> VolumeRack.mount("full").apply(host))
        .hasMessageContaining("not empty");
  }

  @Test
  void anotherVolumesPlaceIsRefused() {
    MOUNT.apply(host);
    MountVolume other = VolumeRack.mountAt("other", "/mnt/data", "c-9999");
    assertThatThrownBy(() -> other.check(host)).hasMessageContaining("volume data of c-7f3a");
  }

  @Test
  void severalClustersOnOneMachineShareAMountAndTheLastOneEndsIt() {
    MOUNT.apply(host);
    MountVolume second = VolumeRack.mountAt("data", "/mnt/data", "c-9999");
    assertThat(second.check(host)).isInstanceOf(Check.Drift.class);
    second.apply(host);
    assertThat(second.check(host)).isEqualTo(new Check.InSync());
    assertThat(MOUNT.check(host)).isEqualTo(new Check.InSync());
    hold("4711", "/mnt/data/x");
    UNMOUNT.apply(host);
    assertThat(UNMOUNT.check(host)).isEqualTo(new Check.InSync());
    assertThat(host.mounts().points()).containsExactly("/mnt/data");
    host.files().take("/proc/4711");
    new UnmountVolume("c-9999", "data", UnmountVolume.Policy.REFUSE).apply(host);
    assertThat(host.mounts().points()).isEmpty();
  }

  @Test
  void unmountingLeavesNoTraceAndNoDataAreRemoved() {
    List<String> before = host.snapshot();
    MOUNT.apply(host);
    host.files().lay("/mnt/data/precious", "x");
    UNMOUNT.apply(host);
    assertThat(host.files().text("/mnt/data/precious")).isEqualTo("x");
    assertThat(ran("rm")).allMatch(line -> line.contains("/.cox-"));
    host.files().take("/mnt");
    assertThat(host.snapshot().stream().filter(line -> !line.contains("coxswain-agent")))
        .containsExactlyElementsOf(
            before.stream().filter(line -> !line.contains("coxswain-agent")).toList());
  }

  @Test
  void whoeverHasAFileOpenIsNamedByJobAndNothingIsUnmounted() {
    MOUNT.apply(host);
    hold("4711", "/mnt/data/model.pt");
    host.files().lay("/proc/4711/cgroup", "0::/system.slice/slurmstepd.scope/job_17/step_0\n");
    UnmountVolume look = new UnmountVolume("c-7f3a", "data", UnmountVolume.Policy.LOOK);
    assertThat(look.check(host))
        .isEqualTo(new Check.Blocked("open below /mnt/data: job 17 of root (python 4711)"));
    assertThat(UNMOUNT.check(host)).isInstanceOf(Check.Blocked.class);
    assertThat(FORCE.check(host)).isInstanceOf(Check.Drift.class);
    host.files().take("/proc/4711");
    assertThat(look.check(host)).isEqualTo(new Check.InSync());
    assertThat(host.mounts().points()).containsExactly("/mnt/data");
  }

  @Test
  void aNeighbourOfTheMountPointHoldsNothing() {
    MOUNT.apply(host);
    hold("4711", "/mnt/data2/model.pt");
    assertThat(UNMOUNT.check(host)).isInstanceOf(Check.Drift.class);
  }

  @Test
  void whereSlurmHasNoCgroupsTheJobIsKnownFromItsEnvironmentAndMapsCount() {
    MOUNT.apply(host);
    host.files().lay("/proc/4711/comm", "python\n");
    host.files().lay("/proc/4711/fd/0", "");
    host.commands()
        .on(
            "grep",
            command ->
                command.argv().contains("--null-data")
                    ? new Result(0, "/proc/4711/environ:SLURM_JOB_ID=23\0", "")
                    : new Result(0, "/proc/4711/maps\n", ""));
    hold("4711", "/lib/elsewhere");
    host.files().lay("/proc/4711", "");
    assertThat(UNMOUNT.check(host).toString()).contains("job 23 of root (python 4711)");
  }

  @Test
  void aDeadOneIsTakenOutOfTheTreeWithoutAskingItsServer() {
    MOUNT.apply(host);
    host.mounts().die("/mnt/data");
    UNMOUNT.apply(host);
    assertThat(UNMOUNT.check(host)).isEqualTo(new Check.InSync());
    assertThat(ran("umount"))
        .containsExactly("umount --lazy --force --internal-only --no-canonicalize /mnt/data");
    assertThat(host.mounts().points()).isEmpty();
    assertThat(host.files().stat(UNIT)).isEmpty();
  }

  @Test
  void theEndOfAClusterUnmountsAllOfItsVolumesAndNoOthers() {
    MOUNT.apply(host);
    VolumeRack.mount("more").apply(host);
    VolumeRack.mountAt("theirs", "/mnt/theirs", "c-9999").apply(host);
    FORCE.apply(host);
    assertThat(FORCE.check(host)).isEqualTo(new Check.InSync());
    assertThat(host.mounts().points()).containsExactly("/mnt/theirs");
  }

  @Test
  void aMachineThatBootsMountsItByItselfAndProvesItAnew() {
    MOUNT.apply(host);
    host.reboot();
    assertThat(host.mounts().points()).containsExactly("/mnt/data");
    assertThat(MOUNT.check(host)).isInstanceOf(Check.Drift.class);
    MOUNT.apply(host);
    assertThat(MOUNT.check(host)).isEqualTo(new Check.InSync());
  }

  @Test
  void aHomeOnADeadServerStopsNobodyWhoLooksAtTheUser() {
    AddUser user =
        new AddUser(
            new Account("c-7f3a", 20_001, 20_001, "/home/c-7f3a", "/bin/bash"),
            List.of("ssh-ed25519 AAAA team"));
    VolumeRack.mountAt("data", "/home/c-7f3a", "c-7f3a").apply(host);
    host.mounts().die("/home/c-7f3a");
    assertThatThrownBy(() -> user.check(host))
        .isInstanceOfSatisfying(
            HostException.class, e -> assertThat(e.reason()).isEqualTo(Reason.MOUNT_STALE));
  }

  @Test
  void aDirectoryIsMadeForItsOwnerAndOneOfSomebodyElseIsRefused() {
    new VolumeDirectory(host, "/mnt/data/c-7f3a").make("c-7f3a", 0700);
    assertThat(host.files().stat("/mnt/data/c-7f3a").orElseThrow().owner()).isEqualTo("c-7f3a");
    new VolumeDirectory(host, "/mnt/data/c-7f3a").make("c-7f3a", 0700);
    host.files().layLink("/mnt/data/c-8888", "/etc");
    assertThatThrownBy(() -> new VolumeDirectory(host, "/mnt/data/c-8888").make("root", 0700))
        .hasMessageContaining("symbolic link");
  }

  @Test
  void aMeasurementIsInMegabytesASecondAndLeavesNoFile() {
    MOUNT.apply(host);
    MeasureVolume measure = new MeasureVolume("op-1", "data", "/mnt/data", "c-7f3a", 64);
    measure.apply(host);
    assertThat(measure.evidence(host).orElseThrow())
        .isEqualTo("measured write 134.22 MB/s\nmeasured read 134.22 MB/s");
    assertThat(host.files().list("/mnt/data")).isEmpty();
    assertThat(host.files().list("/var/tmp")).isEmpty();
    assertThatThrownBy(() -> new MeasureVolume("op-2", "gone", "/mnt/gone", "", 64).apply(host))
        .hasMessageContaining("not mounted");
  }

  private void hold(String pid, String path) {
    host.files().lay("/proc/" + pid + "/comm", "python\n");
    host.files().layLink("/proc/" + pid + "/fd/3", path);
  }

  private List<String> ran(String program) {
    return host.commands().ran().stream()
        .map(command -> String.join(" ", command.argv()))
        .filter(line -> line.startsWith(program + " "))
        .toList();
  }
}
