package io.coxswain.agent.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.FakeCommands;
import io.coxswain.agent.host.FakeDriver;
import io.coxswain.agent.host.FakeFileSystem;
import io.coxswain.agent.host.FakeHost;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever would end an installation half-way is found before it begins. */
class CheckDriverFitTest {
  private static final CheckDriverFit BUILT =
      new CheckDriverFit(DriverRack.BUNDLE, List.of("nvidia-open"), true, false);
  private static final CheckDriverFit SIGNED =
      new CheckDriverFit(DriverRack.BUNDLE, List.of("nvidia-open"), false, true);
  private static final String SECURE_BOOT =
      "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";

  private final DriverRack.Machine machine = DriverRack.machine();
  private final FakeHost host = machine.host();

  private void refused(String... words) {
    assertThat(BUILT.check(host)).isInstanceOf(Check.Drift.class);
    assertThatThrownBy(() -> BUILT.apply(host))
        .isInstanceOfSatisfying(
            HostException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.CHECK_FAILED);
              assertThat(e.tail()).isNotEmpty();
            })
        .hasMessageContaining("expected")
        .hasMessageContainingAll(words);
  }

  @Test
  void aMachineThatIsWellFits() {
    assertThat(BUILT.check(host)).isEqualTo(new Check.InSync());
    assertThat(SIGNED.check(host)).isEqualTo(new Check.InSync());
  }

  @Test
  void jobsAndProgramsAreWaitedFor() {
    host.commands().on("pgrep", command -> new Result(0, "1\n", ""));
    assertThat(BUILT.check(host)).isInstanceOf(Check.Blocked.class);
    host.commands().on("pgrep", command -> new Result(1, "", ""));
    host.files().layLink("/proc/4711/fd/7", "/dev/nvidia-uvm");
    host.files().lay("/proc/4711/comm", "python3\n");
    assertThat(BUILT.check(host))
        .isInstanceOfSatisfying(
            Check.Blocked.class, blocked -> assertThat(blocked.reason()).contains("python3"));
  }

  @Test
  void aMachineThatHasTheBundleIsNotAskedWhetherItMayComeUnderItsJobs() {
    DriverRack.install("w-1").apply(host);
    host.commands().on("pgrep", command -> new Result(0, "1\n", ""));
    assertThat(BUILT.check(host)).isEqualTo(new Check.InSync());
    host.packages().change("libnvidia-ml1", DriverRack.OLD);
    assertThat(BUILT.check(host)).as("drifted").isInstanceOf(Check.Blocked.class);
  }

  @Test
  void theRunFileIsRefused() {
    host.files().lay("/usr/bin/nvidia-uninstall", "program");
    refused("/usr/bin/nvidia-uninstall", "run nvidia-uninstall");
  }

  @Test
  void secureBootTakesOnlyWhatIsSigned() {
    host.files().lay(SECURE_BOOT, "\6\0\0\0\1");
    refused("Secure Boot: on");
    assertThat(SIGNED.check(host)).isEqualTo(new Check.InSync());
    host.files().lay(SECURE_BOOT, "\6\0\0\0\0");
    assertThat(BUILT.check(host)).isEqualTo(new Check.InSync());
  }

  @Test
  void theMachinesOwnKeyWillDo() {
    host.files().lay(SECURE_BOOT, "\6\0\0\0\1");
    host.files().lay("/var/lib/dkms/mok.pub", "key");
    host.commands().install("mokutil");
    host.commands()
        .on("mokutil", command -> FakeCommands.ok("/var/lib/dkms/mok.pub is not enrolled\n"));
    refused("Secure Boot: on");
    host.commands()
        .on("mokutil", command -> FakeCommands.ok("/var/lib/dkms/mok.pub is already enrolled\n"));
    assertThat(BUILT.check(host)).isEqualTo(new Check.InSync());
  }

  @Test
  void secureBootThatCannotBeReadIsNotTakenForOff() {
    host.files().lay("/sys/firmware/efi/fw_platform_size", "64\n");
    refused("Secure Boot: cannot be read");
  }

  @Test
  void nouveauIsKeptFromTheNextBoot() {
    machine.driver().nouveau();
    host.commands().install("update-initramfs");
    host.commands().on("update-initramfs", command -> FakeCommands.error("no space"));
    assertThat(BUILT.check(host)).isInstanceOf(Check.Drift.class);
    assertThatThrownBy(() -> BUILT.apply(host)).hasMessageContaining("update-initramfs");
    assertThat(BUILT.check(host)).as("not taken for done").isInstanceOf(Check.Drift.class);
    host.commands().on("update-initramfs", command -> FakeCommands.ok(""));
    BUILT.apply(host);
    assertThat(BUILT.check(host)).isEqualTo(new Check.InSync());
    assertThat(host.files().text("/etc/modprobe.d/coxswain-nouveau.conf"))
        .contains("blacklist nouveau\n");
  }

  @Test
  void headersOfTheKernelThatBootsNextAreInstalled() {
    host.files().lay("/boot/vmlinuz-6.1.0-9-amd64", "older");
    assertThat(BUILT.check(host)).as("41 is newer than 9").isEqualTo(new Check.InSync());
    host.files().lay("/boot/vmlinuz-6.1.0-42-amd64", "newer");
    assertThat(BUILT.check(host))
        .isEqualTo(Check.Drift.of("headers: install linux-headers-6.1.0-42-amd64"));
    assertThat(SIGNED.check(host)).as("nothing is built").isEqualTo(new Check.InSync());
    BUILT.apply(host);
    assertThat(host.packages().all()).containsKey("linux-headers-6.1.0-42-amd64");
  }

  @Test
  void headersThatNobodyHasAreNamed() {
    host.files().lay("/boot/vmlinuz-6.1.0-42-amd64", "newer");
    host.packages().withdraw("linux-headers-6.1.0-42-amd64", true);
    assertThatThrownBy(() -> BUILT.apply(host))
        .isInstanceOfSatisfying(
            HostException.class, e -> assertThat(e.reason()).isEqualTo(Reason.PACKAGE_NOT_FOUND))
        .hasMessageContaining("linux-headers-6.1.0-42-amd64");
  }

  @Test
  void aBrokenModuleForTheKernelThatBootsNextIsNamed() {
    host.commands().install("dkms");
    host.commands()
        .on(
            "dkms",
            command ->
                FakeCommands.ok("nvidia/580.82.07, " + FakeDriver.KERNEL + ", x86_64: broken\n"));
    refused("dkms: nvidia/580.82.07: broken", FakeDriver.KERNEL);
  }

  @Test
  void spaceThatWouldNotDoIsCounted() {
    host.files().leave(1L << 30);
    refused("/: 1024 MiB free (expected: 4096 MiB");
    host.files().mount("/boot", new FakeFileSystem(true));
    host.files().leave(100L << 20);
    refused("/boot: 100 MiB free (expected: 200 MiB");
  }

  @Test
  void anotherPackageManagerIsRefusedPlainly() {
    host.packages().limit("package manager: no apt-get on this machine (expected: Debian …)");
    refused("no apt-get");
  }
}
