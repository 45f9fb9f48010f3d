package io.coxswain.agent.step;

import static io.coxswain.agent.step.DriverRack.NEW;
import static io.coxswain.agent.step.DriverRack.OLD;
import static io.coxswain.agent.step.DriverRack.PINS;
import static io.coxswain.agent.step.DriverRack.SOURCES;
import static io.coxswain.agent.step.DriverRack.install;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.agent.driver.AppliedBundle;
import io.coxswain.agent.driver.DriverPackages;
import io.coxswain.agent.driver.KeptDriver;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.Crash;
import io.coxswain.agent.host.FakeHost;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A bundle comes, and what was before it comes back, whatever happens in between. */
class DriverStepsTest {
  private static final Map<String, String> BEFORE =
      Map.of("libnvidia-ml1", OLD, "nvidia-kernel", OLD);

  private final FakeHost host = DriverRack.old();
  private final RestoreDriver restore = new RestoreDriver("r-1", "");

  private List<String> drift() {
    return AppliedBundle.of(host).orElseThrow().drift(host, DriverPackages.installed(host));
  }

  private static void at(FakeHost host, String point) {
    host.effects()
        .listen(
            name -> {
              if (name.equals(point)) {
                throw new Crash(name);
              }
            });
  }

  private void crashesAt(String point, Step step) {
    at(host, point);
    assertThatThrownBy(() -> step.apply(host)).isInstanceOf(Crash.class);
    host.effects().listen(name -> {});
  }

  @Test
  void aBundleIsInstalledHeldAndRemembered() {
    install("w-1").apply(host);
    assertThat(host.packages().all())
        .containsEntry("nvidia-open", NEW)
        .containsEntry("libnvidia-ml1", NEW)
        .containsEntry("nvidia-container-toolkit", "1.0")
        .containsEntry("dkms", "3.0.10-8")
        .doesNotContainKey("nvidia-kernel");
    assertThat(host.packages().held())
        .containsExactlyInAnyOrder("nvidia-open", "libnvidia-ml1", "nvidia-container-toolkit");
    assertThat(host.files().text(SOURCES)).isEqualTo("URIs: new\n");
    assertThat(host.packages().refreshes()).isOne();
    AppliedBundle applied = AppliedBundle.of(host).orElseThrow();
    assertThat(applied.bundle()).isEqualTo("nvidia-580-open 1");
    assertThat(applied.packages()).containsEntry("libnvidia-ml1", NEW);
    assertThat(drift()).isEmpty();
    assertThat(install("w-1").check(host)).isEqualTo(new Check.InSync());
    assertThat(install("w-1").evidence(host).orElseThrow()).contains(NEW);
  }

  @Test
  void whatWasThereComesBackExactly() {
    host.packages().hold(List.of("nvidia-kernel"));
    install("w-1").apply(host);
    restore.apply(host);
    assertThat(host.packages().all()).isEqualTo(BEFORE);
    assertThat(host.packages().held()).containsExactly("nvidia-kernel");
    assertThat(host.files().text(SOURCES)).isEqualTo("URIs: old\n");
    assertThat(host.files().stat(PINS)).isEmpty();
    assertThat(AppliedBundle.of(host)).isEmpty();
    assertThat(KeptDriver.newest(host)).isEmpty();
    assertThat(restore.check(host)).isEqualTo(new Check.InSync());
  }

  @Test
  void aWishIsFulfilledOnceAndAnotherOneAgain() {
    install("w-1").apply(host);
    host.packages().change("libnvidia-ml1", OLD);
    assertThat(install("w-1").check(host)).as("told, not mended").isEqualTo(new Check.InSync());
    assertThat(install("w-2").check(host)).isInstanceOf(Check.Drift.class);
    install("w-2").apply(host);
    assertThat(host.packages().installed("libnvidia-ml1")).contains(NEW);
  }

  @Test
  void whateverElseChangesTheDriverIsNamed() {
    install("w-1").apply(host);
    host.packages().change("libnvidia-ml1", "590.1-1");
    host.packages().release(List.of("nvidia-open"));
    host.files().lay(PINS, "somebody's\n");
    assertThat(drift())
        .containsExactly(
            "libnvidia-ml1: 590.1-1 (expected: " + NEW + " of nvidia-580-open 1)",
            "nvidia-open: not held (expected: held at " + NEW + ")",
            PINS + ": changed or gone (expected: as nvidia-580-open 1 wrote it)");
  }

  @Test
  void eachBundleIsTakenBackToTheOneBeforeIt() {
    install("w-1").apply(host);
    host.packages().offer("nvidia-open", OLD, NEW, "590.1-1");
    host.packages().offer("libnvidia-ml1", OLD, NEW, "590.1-1");
    new InstallDriver(
            "w-2",
            "nvidia-590-open 1",
            List.of(),
            List.of(
                new InstallDriver.WantedPackage("nvidia-open", "590.*"),
                new InstallDriver.WantedPackage("libnvidia-ml1", "590.*")))
        .apply(host);
    restore.apply(host);
    assertThat(AppliedBundle.of(host).orElseThrow().bundle()).isEqualTo("nvidia-580-open 1");
    assertThat(drift()).isEmpty();
    new RestoreDriver("r-2", "").apply(host);
    assertThat(host.packages().all()).isEqualTo(BEFORE);
  }

  @Test
  void aWishThatChangedNothingHasNothingThatCouldBeTakenBack() {
    install("w-1").apply(host);
    List<String> after = host.snapshot();
    assertThat(new RestoreDriver("r-9", "w-9").check(host)).isEqualTo(new Check.InSync());
    assertThat(host.snapshot()).isEqualTo(after);
    RestoreDriver ours = new RestoreDriver("r-8", "w-1");
    assertThat(ours.check(host)).isInstanceOf(Check.Drift.class);
    ours.apply(host);
    assertThat(ours.check(host)).isEqualTo(new Check.InSync());
    assertThat(host.packages().all()).isEqualTo(BEFORE);
  }

  @Test
  void aCrashBetweenKeepingAndInstallingKeepsTheTrueBefore() {
    crashesAt("before refresh", install("w-1"));
    assertThat(host.files().text(SOURCES)).isEqualTo("URIs: new\n");
    install("w-1").apply(host);
    restore.apply(host);
    assertThat(host.packages().all()).isEqualTo(BEFORE);
    assertThat(host.files().text(SOURCES)).isEqualTo("URIs: old\n");
  }

  @Test
  void aCrashInTheMiddleOfTheTransactionIsTakenBack() {
    crashesAt("after install nvidia-open", install("w-1"));
    assertThat(host.packages().all()).containsKey("nvidia-open").doesNotContainKey("nvidia-kernel");
    assertThat(AppliedBundle.of(host)).isEmpty();
    restore.apply(host);
    assertThat(host.packages().all()).isEqualTo(BEFORE);
    assertThat(host.packages().held()).isEmpty();
  }

  @Test
  void aWishAfterOneThatFailedSharesItsBefore() {
    host.packages().breakPackage("libnvidia-ml1", true);
    assertThatThrownBy(() -> install("w-1").apply(host)).isInstanceOf(HostException.class);
    host.packages().breakPackage("libnvidia-ml1", false);
    install("w-2").apply(host);
    restore.apply(host);
    assertThat(host.packages().all()).isEqualTo(BEFORE);
    assertThat(host.files().text(SOURCES)).isEqualTo("URIs: old\n");
  }

  @Test
  void aSecondTryOfAReturnGoesOnWithTheSameBundle() {
    install("w-1").apply(host);
    new InstallDriver("w-2", "nvidia-580-open 2", List.of(), List.of()).apply(host);
    crashesAt("after write /var/lib/coxswain-agent/driver/newest-kept", restore);
    restore.apply(host);
    assertThat(AppliedBundle.of(host).orElseThrow().bundle())
        .as("one step back, not two")
        .isEqualTo("nvidia-580-open 1");
  }

  @Test
  void packagesThatNobodyHasAnyMoreAreNamedAndNothingIsForgotten() {
    host.packages().offer("nvidia-kernel");
    install("w-1").apply(host);
    assertThatThrownBy(() -> restore.apply(host))
        .isInstanceOfSatisfying(
            HostException.class, e -> assertThat(e.reason()).isEqualTo(Reason.PACKAGE_NOT_FOUND))
        .hasMessageContaining("nvidia-kernel=" + OLD)
        .hasMessageContaining("expected");
    assertThat(KeptDriver.newest(host)).isPresent();
    host.packages().offer("nvidia-kernel", OLD);
    restore.apply(host);
    assertThat(host.packages().all()).isEqualTo(BEFORE);
  }

  @Test
  void keptFilesBringBackWhatTheSourcesHaveForgotten() {
    install("w-1").apply(host);
    host.packages().offer("libnvidia-ml1", NEW);
    host.packages().offer("nvidia-kernel");
    restore.apply(host);
    assertThat(host.packages().all()).isEqualTo(BEFORE);
    assertThat(host.packages().refreshes()).as("no sources were asked").isOne();
  }

  @Test
  void whatSomebodyElseInstalledMeanwhileStays() {
    install("w-1").apply(host);
    host.packages().change("vim", "9");
    restore.apply(host);
    assertThat(host.packages().all()).containsEntry("vim", "9").doesNotContainKey("dkms");
  }

  @Test
  void whatSomebodyElsesPackageNeedsByNowStays() {
    install("w-1").apply(host);
    host.packages().need("zfs-dkms", "dkms");
    host.packages().change("zfs-dkms", "2.1");
    restore.apply(host);
    assertThat(host.packages().all())
        .containsKeys("zfs-dkms", "dkms")
        .containsAllEntriesOf(BEFORE)
        .doesNotContainKey("nvidia-open");
  }

  @Test
  void whyTheModuleWasNotBuiltIsToldInTheCompilersWords() {
    FakeHost host = DriverRack.old();
    host.packages().breakPackage("nvidia-open", true);
    host.files()
        .lay(
            "/var/lib/dkms/nvidia-current-open/580.82.07/build/make.log",
            """
            DKMS make.log for nvidia-current-open-580.82.07 for kernel 6.1.0-56-amd64 (x86_64)
            KBUILD_CFLAGS=-Wall -Werror=strict-prototypes -Werror=return-type
            /var/lib/dkms/nvidia/nv-pci.c:223:9: error: too few arguments to function 'pci_resize_resource'
            /var/lib/dkms/nvidia/nv-pci.c:230:1: error: another
            """);
    assertThatThrownBy(() -> DriverRack.install("w-1").apply(host))
        .hasMessageStartingWith(
            "dkms could not build nvidia-current-open 580.82.07 for kernel 6.1.0-56-amd64:"
                + " nv-pci.c:223:9: error: too few arguments to function 'pci_resize_resource'");
  }

  @Test
  void aBuildThatFailedLongAgoIsNotBlamed() {
    FakeHost host = DriverRack.old();
    host.packages().breakPackage("nvidia-open", true);
    host.files().lay("/var/lib/dkms/nvidia/1/build/make.log", "x.c:1:1: error: long ago\n");
    host.clock().advance(Duration.ofHours(1));
    assertThatThrownBy(() -> DriverRack.install("w-1").apply(host))
        .isInstanceOf(HostException.class)
        .hasMessageNotContaining("long ago");
  }

  @Test
  void aBundleThatWouldRemoveSomethingElseIsRefused() {
    host.packages().change("slurmd", "22.05.8");
    host.packages().conflict("libnvidia-ml1", "slurmd");
    assertThatThrownBy(() -> install("w-1").apply(host))
        .hasMessageContaining("would remove slurmd (expected: NVIDIA's packages alone)");
    assertThat(host.packages().installed("slurmd")).isPresent();
    restore.apply(host);
    assertThat(host.files().text(SOURCES)).isEqualTo("URIs: old\n");
  }

  @Test
  void nothingIsToBeBroughtBackWhereNoBundleWasApplied() {
    assertThat(restore.check(host)).isEqualTo(new Check.InSync());
  }

  @Test
  void nothingIsBroughtBackWhereWhatWasKeptIsGone() {
    install("w-1").apply(host);
    host.files().deleteTree("/var/lib/coxswain-agent/driver/kept");
    assertThat(restore.check(host)).isInstanceOf(Check.Drift.class);
    assertThatThrownBy(() -> restore.apply(host))
        .isInstanceOfSatisfying(
            HostException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CHECK_FAILED))
        .hasMessageContaining("nothing is kept");
  }

  @Test
  void noDriverIsChangedUnderAJobOrAProgram() {
    install("w-1").apply(host);
    host.commands().on("pgrep", command -> new Result(0, "4711\n", ""));
    assertThat(install("w-2").check(host))
        .isEqualTo(new Check.Blocked("jobs: 1 steps run here (expected: none)"));
    assertThat(restore.check(host)).isInstanceOf(Check.Blocked.class);
    assertThat(install("w-1").check(host)).as("done is done").isEqualTo(new Check.InSync());
    host.commands().on("pgrep", command -> new Result(1, "", ""));
    host.files().layLink("/proc/4711/fd/7", "/dev/nvidia0");
    host.files().lay("/proc/4711/comm", "python3\n");
    assertThat(install("w-2").check(host))
        .isEqualTo(
            new Check.Blocked(
                "programs with /dev/nvidia* open: python3 (4711) (expected: none; end them)"));
  }

  @Test
  void theDriversOwnDaemonsAndOursDoNotCount() {
    host.files().layLink("/proc/41/fd/7", "/dev/nvidiactl");
    host.files().lay("/proc/41/comm", "nvidia-persiste\n");
    host.files().layLink("/proc/42/fd/7", "/dev/nvidia0");
    host.files().lay("/proc/42/comm", "java\n");
    host.files().layLink("/proc/42/exe", "/usr/lib/coxswain/agent/runtime/bin/java");
    assertThat(install("w-1").check(host)).isInstanceOf(Check.Drift.class);
  }

  @Test
  void aMachineWithoutAptIsRefusedPlainly() {
    host.packages().limit("package manager: no apt-get on this machine (expected: Debian …)");
    assertThatThrownBy(() -> install("w-1").apply(host)).hasMessageContaining("no apt-get");
    assertThat(host.files().text(SOURCES)).isEqualTo("URIs: old\n");
  }

  @Test
  void oldRemainsAreNotKeptForEver() {
    for (int i = 1; i < 5; i++) {
      install("w-" + i).apply(host);
    }
    assertThat(host.files().list("/var/lib/coxswain-agent/driver/kept"))
        .containsExactly("before-w-3", "before-w-4");
  }
}
