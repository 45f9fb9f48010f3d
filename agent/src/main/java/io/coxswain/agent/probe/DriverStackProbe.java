package io.coxswain.agent.probe;

import io.coxswain.agent.driver.AppliedBundle;
import io.coxswain.agent.driver.DriverPackages;
import io.coxswain.agent.driver.DriverVersions;
import io.coxswain.agent.driver.Flavour;
import io.coxswain.agent.driver.KeptDriver;
import io.coxswain.agent.driver.Kernels;
import io.coxswain.agent.driver.NvidiaBus;
import io.coxswain.agent.driver.Obstacles;
import io.coxswain.agent.driver.RunningDriver;
import io.coxswain.agent.host.Files.FileStat;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.Packages.Installed;
import io.coxswain.agent.report.DriverStack;
import io.coxswain.agent.report.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The driver as the package manager and the kernel see it. Read where there is a card, a switch, a
 * library or a package of NVIDIA's; the package manager's list is megabytes, so that the stamp
 * decides when.
 */
final class DriverStackProbe {
  // What the facts depend on, and is not read again for ten minutes otherwise.
  private static final List<String> FILES =
      List.of(
          "/var/lib/dpkg/status",
          "/var/lib/coxswain-agent/driver/applied",
          "/var/lib/coxswain-agent/driver/newest-kept",
          "/sys/module/nvidia/version",
          "/sys/module/nouveau",
          "/usr/bin/nvidia-uninstall",
          "/boot");
  private static final List<String> RUNTIMES =
      List.of("docker", "podman", "containerd", "crio", "apptainer", "enroot");

  private final Host host;

  DriverStackProbe(Host host) {
    this.host = host;
  }

  /** Changes when what the facts depend on changes. */
  List<Optional<FileStat>> stamp() {
    return FILES.stream().map(host.files()::stat).toList();
  }

  Reading<DriverStack> read() {
    NvidiaBus bus = new NvidiaBus(host.files());
    List<Installed> packages =
        host.packages().limitation().isEmpty() ? DriverPackages.installed(host) : List.of();
    boolean hasSwitch = bus.hasSwitch();
    boolean hasLibrary =
        new DriverVersions(host.files()).library(DriverVersions.LIBRARY).isPresent();
    Optional<AppliedBundle> applied = AppliedBundle.of(host);
    boolean hasSoftware = hasLibrary || applied.isPresent() || !packages.isEmpty();
    if (!hasSoftware && !hasSwitch && bus.gpus().isEmpty()) {
      return new Reading.Unsupported<>("no NVIDIA device on the PCI bus and no driver for one");
    }
    Obstacles obstacles = new Obstacles(host);
    DriverStack stack =
        new DriverStack(
            packages.stream()
                .map(one -> new DriverStack.PackageVersion(one.name(), one.version(), one.held()))
                .toList(),
            new Kernels(host).installed().stream().map(DriverStackProbe::kernel).toList(),
            obstacles.isSecureBoot(),
            obstacles.isNouveauLoaded(),
            obstacles.runFile().isPresent(),
            RUNTIMES.stream().filter(name -> host.commands().find(name).isPresent()).toList(),
            hasSwitch,
            bundle(applied, packages),
            new DriverStack.Space(free("/"), free(bootOrRoot())));
    return new Reading.Known<>(stack, host.clock().instant());
  }

  private static DriverStack.Kernel kernel(Kernels.Kernel kernel) {
    return new DriverStack.Kernel(
        kernel.release(), kernel.hasHeaders(), kernel.bootsNext(), kernel.dkms());
  }

  private DriverStack.Bundle bundle(Optional<AppliedBundle> applied, List<Installed> packages) {
    return new DriverStack.Bundle(
        applied.map(AppliedBundle::bundle).orElse(""),
        applied.map(one -> one.drift(host, packages)).orElse(List.of()),
        rebootRequired(),
        KeptDriver.newest(host).isPresent());
  }

  private String rebootRequired() {
    RunningDriver driver = RunningDriver.of(host);
    List<String> why = new ArrayList<>();
    if (new Obstacles(host).isNouveauLoaded() && driver.hasLibrary()) {
      why.add("nouveau is loaded");
    }
    Stream.of(driver)
        .filter(is -> is.module().isPresent())
        .flatMap(is -> is.wronglyLoaded(Flavour.ANY).stream())
        .filter(text -> text.startsWith("kernel module"))
        .forEach(why::add);
    return String.join("; ", why);
  }

  private String bootOrRoot() {
    return host.files().stat("/boot").isPresent() ? "/boot" : "/";
  }

  private long free(String path) {
    return host.files().space(path).freeBytes();
  }
}
