package io.coxswain.agent.step;

import io.coxswain.agent.host.FakeCommands;
import io.coxswain.agent.host.FakeDriver;
import io.coxswain.agent.host.FakeHost;
import io.coxswain.agent.step.InstallDriver.ConfigurationFile;
import io.coxswain.agent.step.InstallDriver.WantedPackage;
import java.util.List;

/** Machines with two cards on which bundles come and go. */
final class DriverRack {
  static final String OLD = "535.261.03-1";
  static final String NEW = "580.82.07-1";
  static final String BUNDLE = "nvidia-580-open 1";
  static final String SOURCES = "/etc/apt/sources.list.d/coxswain-nvidia.sources";
  static final String PINS = "/etc/apt/preferences.d/coxswain-nvidia";

  private DriverRack() {}

  static InstallDriver install(String id) {
    return new InstallDriver(
        id,
        BUNDLE,
        List.of(
            new ConfigurationFile(SOURCES, Content.of("URIs: new\n")),
            new ConfigurationFile(PINS, Content.of("Pin: version 580.*\n"))),
        List.of(
            new WantedPackage("nvidia-open", "580.*"),
            new WantedPackage("libnvidia-ml1", NEW),
            new WantedPackage("nvidia-container-toolkit", "")));
  }

  /** Runs 535, proprietary, from sources that still have it. */
  static FakeHost old() {
    return machine().host();
  }

  record Machine(FakeHost host, FakeDriver driver) {}

  static Machine machine() {
    FakeHost host = new FakeHost("gpu01");
    FakeDriver driver = new FakeDriver(host, 2);
    host.packages().offer("libnvidia-ml1", OLD, NEW);
    host.packages().offer("nvidia-open", OLD, NEW);
    host.packages().offer("nvidia-kernel", OLD);
    host.packages().offer("dkms", "3.0.10-8");
    host.packages().need("nvidia-open", "dkms");
    host.packages().conflict("nvidia-open", "nvidia-kernel");
    host.packages().conflict("nvidia-kernel", "nvidia-open");
    host.packages().change("libnvidia-ml1", OLD);
    host.packages().change("nvidia-kernel", OLD);
    host.files().lay(SOURCES, "URIs: old\n");
    driver.boot();
    return new Machine(host, driver);
  }

  static FakeHost withNouveau() {
    FakeHost host = new FakeHost("gpu01");
    new FakeDriver(host, 2).nouveau();
    return host;
  }

  /** The new driver is installed on a machine on which none was. */
  static FakeHost unloaded() {
    FakeHost host = new FakeHost("gpu01");
    FakeDriver driver = new FakeDriver(host, 2);
    driver.cuInit(0);
    host.packages().change("nvidia-open", NEW);
    host.packages().change("libnvidia-ml1", NEW);
    return host;
  }

  static FakeHost installed() {
    FakeHost host = old();
    install("w-1").apply(host);
    return host;
  }

  static FakeHost withToolkit() {
    FakeHost host = old();
    host.commands().install("nvidia-ctk");
    host.commands()
        .on(
            "nvidia-ctk",
            command -> {
              host.files().lay("/run/cdi/nvidia.yaml", "cdiVersion: 0.5.0\n");
              return FakeCommands.ok("");
            });
    return host;
  }
}
