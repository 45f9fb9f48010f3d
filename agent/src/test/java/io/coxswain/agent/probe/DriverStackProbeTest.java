package io.coxswain.agent.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.agent.driver.AppliedBundle;
import io.coxswain.agent.driver.KeptDriver;
import io.coxswain.agent.host.FakeCommands;
import io.coxswain.agent.host.FakeDriver;
import io.coxswain.agent.host.FakeHost;
import io.coxswain.agent.report.DriverStack;
import io.coxswain.agent.report.Reading;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What decides about a driver is read, and nothing is where there is no GPU. */
final class DriverStackProbeTest {
  private static final String VERSION = "535.261.03-1";

  private final FakeHost host = new FakeHost("gpu01");

  private DriverStack read() {
    return new DriverStackProbe(host).read().known().orElseThrow();
  }

  private FakeDriver driver() {
    FakeDriver driver = new FakeDriver(host, 2);
    host.packages().change("libnvidia-ml1", VERSION);
    host.packages().change("nvidia-open", VERSION);
    host.packages().change("nvidia-cuda-toolkit", "11.8.89");
    host.packages().change("munge", "1");
    driver.boot();
    return driver;
  }

  @Test
  void aMachineWithoutNvidiaIsNotAsked() {
    host.packages().change("munge", "1");
    assertThat(new DriverStackProbe(host).read()).isInstanceOf(Reading.Unsupported.class);
    host.files().lay("/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1", "a library of nobody's");
    assertThat(read().packages()).isEmpty();
  }

  @Test
  void packagesOfTheDriverAreToldWithTheirHolds() {
    driver();
    host.packages().hold(List.of("nvidia-open"));
    assertThat(read().packages())
        .containsExactly(
            new DriverStack.PackageVersion("libnvidia-ml1", VERSION, false),
            new DriverStack.PackageVersion("nvidia-open", VERSION, true));
    assertThat(read().bundle().rebootRequired()).isEmpty();
    assertThat(read().bundle().canRestore()).isFalse();
    assertThat(read().space().rootFreeBytes()).isPositive();
  }

  @Test
  void kernelsAreToldWithWhatDkmsSaysOfThem() {
    driver();
    host.files().lay("/boot/vmlinuz-6.1.0-9-amd64", "older");
    host.commands().install("dkms");
    host.commands()
        .on(
            "dkms",
            command ->
                FakeCommands.ok(
                    """
                    nvidia-current-open/535.261.03, 6.1.0-41-amd64, x86_64: installed
                    zfs/2.1.11, 6.1.0-41-amd64, x86_64: installed
                    """));
    assertThat(read().kernels())
        .containsExactly(
            new DriverStack.Kernel("6.1.0-9-amd64", false, false, ""),
            new DriverStack.Kernel(
                FakeDriver.KERNEL, true, true, "nvidia-current-open/535.261.03: installed"));
  }

  @Test
  void obstaclesAreTold() {
    FakeDriver driver = driver();
    assertThat(read().isSecureBoot()).contains(false);
    driver.nouveau();
    driver.addSwitch();
    host.files().lay("/usr/bin/nvidia-uninstall", "program");
    host.files().lay("/sys/firmware/efi/efivars/SecureBoot-8be4df61", "\6\0\0\0\1");
    host.commands().install("podman");
    DriverStack stack = read();
    assertThat(stack.isSecureBoot()).isEqualTo(Optional.of(true));
    assertThat(stack.isNouveauLoaded()).isTrue();
    assertThat(stack.isForeign()).isTrue();
    assertThat(stack.hasSwitch()).isTrue();
    assertThat(stack.containerRuntimes()).containsExactly("podman");
    assertThat(stack.bundle().rebootRequired()).contains("nouveau");
  }

  @Test
  void aBundleItsDriftAndTheNeedOfABootAreTold() {
    driver();
    KeptDriver kept = KeptDriver.keep(host, "w-1", List.of());
    new AppliedBundle(
            "w-1", "nvidia-535-open 1", kept.name(), Map.of("libnvidia-ml1", VERSION), Map.of())
        .write(host);
    host.packages().change("libnvidia-ml1", "580.82.07-1");
    DriverStack stack = read();
    assertThat(stack.bundle().name()).isEqualTo("nvidia-535-open 1");
    assertThat(stack.bundle().canRestore()).isTrue();
    assertThat(stack.bundle().drift())
        .containsExactly(
            "libnvidia-ml1: 580.82.07-1 (expected: 535.261.03-1 of nvidia-535-open 1)");
    assertThat(stack.bundle().rebootRequired())
        .isEqualTo("kernel module: 535.261.03 is loaded (expected: 580.82.07)");
  }

  @Test
  void whatIsReadIsReadAgainWhenThePackagesChange() {
    DriverStackProbe probe = new DriverStackProbe(host);
    host.files().lay("/var/lib/dpkg/status", "one");
    var before = probe.stamp();
    assertThat(probe.stamp()).isEqualTo(before);
    host.files().lay("/var/lib/dpkg/status", "another");
    assertThat(probe.stamp()).isNotEqualTo(before);
  }
}
