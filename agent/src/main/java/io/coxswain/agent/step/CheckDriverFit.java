package io.coxswain.agent.step;

import io.coxswain.agent.driver.AppliedBundle;
import io.coxswain.agent.driver.DriverPackages;
import io.coxswain.agent.driver.GpuUsers;
import io.coxswain.agent.driver.Kernels;
import io.coxswain.agent.driver.Obstacles;
import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import io.coxswain.agent.host.Output;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The machine can take the driver of a bundle now, or has it. Two things are put right here: the
 * kernel's own driver is kept from the next boot on, and the headers of the kernel that boots next
 * are installed when the module is built. Everything else that would make an installation fail
 * half-way is for people, and each such thing is named.
 *
 * @param packages that are to be installed
 * @param buildsModule the module is built on the machine, by DKMS
 * @param signed the module comes signed by the distribution, so Secure Boot takes it
 */
public record CheckDriverFit(
    String bundle, List<String> packages, boolean buildsModule, boolean signed) implements Step {
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  // The initial file systems of all kernels are made anew.
  private static final Duration REBUILD = Duration.ofMinutes(15);
  private static final String FENCE = "/etc/modprobe.d/coxswain-nouveau.conf";
  private static final String FENCES =
      """
      # Kept by Coxswain: NVIDIA's driver and the kernel's own exclude each other.
      blacklist nouveau
      options nouveau modeset=0
      """;
  private static final String BOOT = "/boot";
  private static final long MEBIBYTE = 1L << 20;
  // NVIDIA's packages unpacked, their files for the way back, and DKMS's build.
  private static final long ROOT_FREE = 4096 * MEBIBYTE;
  // An initial file system with NVIDIA's firmware in it, beside the one it replaces.
  private static final long BOOT_FREE = 200 * MEBIBYTE;
  private static final List<String> MACHINE_KEYS =
      List.of("/var/lib/dkms/mok.pub", "/var/lib/shim-signed/mok/MOK.der");

  public CheckDriverFit {
    packages = List.copyOf(packages);
  }

  @Override
  public Check check(Host host) {
    if (isThere(host)) {
      return new Check.InSync();
    }
    Optional<String> busy = new GpuUsers(host).any();
    if (busy.isPresent()) {
      return new Check.Blocked(busy.get());
    }
    List<String> changes = new ArrayList<>(refusals(host));
    if (isNouveauToFence(host)) {
      changes.add("nouveau: keep it from being loaded at the next boot, by " + FENCE);
    }
    headersToInstall(host).ifPresent(name -> changes.add("headers: install " + name));
    return Check.Drift.of(changes);
  }

  @Override
  public void apply(Host host) {
    List<String> refusals = refusals(host);
    if (!refusals.isEmpty()) {
      throw new HostException(
          Reason.CHECK_FAILED,
          bundle + " does not fit this machine: " + String.join("; ", refusals),
          refusals);
    }
    if (isNouveauToFence(host)) {
      fenceNouveau(host);
    }
    headersToInstall(host).ifPresent(name -> host.packages().install(List.of(name)));
  }

  // What runs is not asked whether it may come: jobs have the GPUs then.
  private boolean isThere(Host host) {
    Optional<AppliedBundle> applied = AppliedBundle.of(host);
    return applied.isPresent()
        && applied.get().bundle().equals(bundle)
        && applied.get().drift(host, DriverPackages.installed(host)).isEmpty();
  }

  private List<String> refusals(Host host) {
    List<String> refusals = new ArrayList<>();
    host.packages().limitation().ifPresent(refusals::add);
    Obstacles obstacles = new Obstacles(host);
    obstacles
        .runFile()
        .ifPresent(
            path ->
                refusals.add(
                    "driver: "
                        + path
                        + " is there, of NVIDIA's .run file (expected: a driver from packages or"
                        + " none; run nvidia-uninstall, then reboot)"));
    secureBoot(host, obstacles).ifPresent(refusals::add);
    brokenModule(host).ifPresent(refusals::add);
    tooSmall(host, "/", ROOT_FREE).ifPresent(refusals::add);
    if (host.files().isOnOtherMount(BOOT)) {
      tooSmall(host, BOOT, BOOT_FREE).ifPresent(refusals::add);
    }
    return refusals;
  }

  private Optional<String> secureBoot(Host host, Obstacles obstacles) {
    if (signed) {
      return Optional.empty();
    }
    Optional<Boolean> isOn = obstacles.isSecureBoot();
    if (isOn.isEmpty()) {
      return Optional.of(
          "Secure Boot: cannot be read (expected: off, or a module that the distribution signed;"
              + " mount efivarfs)");
    }
    return !isOn.get() || isOwnKeyEnrolled(host)
        ? Optional.empty()
        : Optional.of(
            "Secure Boot: on, and the kernel would refuse the module (expected: off, a bundle whose"
                + " module the distribution signed, or the machine's own key enrolled: mokutil"
                + " --import, then confirm at the console)");
  }

  private static boolean isOwnKeyEnrolled(Host host) {
    if (host.commands().find("mokutil").isEmpty()) {
      return false;
    }
    for (String key : MACHINE_KEYS) {
      if (host.files().stat(key).isPresent()) {
        Result answer = host.commands().run(Command.of(DEADLINE, "mokutil", "--test-key", key));
        // Its exit status says the opposite in some versions.
        if (answer.out().contains("is already enrolled")) {
          return true;
        }
      }
    }
    return false;
  }

  private static Optional<String> brokenModule(Host host) {
    return new Kernels(host)
        .installed().stream()
            .filter(Kernels.Kernel::bootsNext)
            .filter(kernel -> kernel.dkms().contains("broken"))
            .findFirst()
            .map(
                kernel ->
                    "dkms: %s for the kernel %s, which boots next (expected: built, or nothing; dkms"
                            .formatted(kernel.dkms(), kernel.release())
                        + " remove it)");
  }

  private static Optional<String> tooSmall(Host host, String point, long wanted) {
    long free = host.files().space(point).freeBytes();
    return free >= wanted
        ? Optional.empty()
        : Optional.of(
            "%s: %d MiB free (expected: %d MiB; free space)"
                .formatted(point, free / MEBIBYTE, wanted / MEBIBYTE));
  }

  private static boolean isNouveauToFence(Host host) {
    Obstacles obstacles = new Obstacles(host);
    return obstacles.isNouveauLoaded() && !obstacles.isNouveauFenced();
  }

  private static void fenceNouveau(Host host) {
    host.files().createDirectory("/etc/modprobe.d", new Access(0755, "root", "root"));
    byte[] fence = FENCES.getBytes(StandardCharsets.UTF_8);
    host.files().write(FENCE, fence, new Access(0644, "root", "root"));
    if (host.commands().find("update-initramfs").isPresent()) {
      Result result = host.commands().run(Command.of(REBUILD, "update-initramfs", "-u"));
      if (!result.isSuccess()) {
        // Else the next look would take the file for the deed.
        host.files().delete(FENCE);
        throw new HostException(
            Reason.COMMAND_FAILED,
            "update-initramfs -u: exit status " + result.status(),
            Output.tail(result));
      }
    }
  }

  private Optional<String> headersToInstall(Host host) {
    if (!buildsModule) {
      return Optional.empty();
    }
    Kernels kernels = new Kernels(host);
    return kernels
        .next()
        .filter(release -> !kernels.hasHeaders(release))
        .map("linux-headers-"::concat);
  }
}
