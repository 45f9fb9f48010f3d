package io.coxswain.agent.step;

import io.coxswain.agent.driver.AppliedBundle;
import io.coxswain.agent.driver.DriverPackages;
import io.coxswain.agent.driver.DriverVersions;
import io.coxswain.agent.driver.Flavour;
import io.coxswain.agent.driver.GpuUsers;
import io.coxswain.agent.driver.Kernels;
import io.coxswain.agent.driver.NvidiaBus;
import io.coxswain.agent.driver.Obstacles;
import io.coxswain.agent.driver.RunningDriver;
import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import io.coxswain.agent.host.Output;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The driver that is installed is the one that runs: kernel module, library and packages of one
 * version and of the wanted kind, every GPU of the PCI bus with it, the switches' fabric complete,
 * and cuInit says 0 where CUDA's library is.
 *
 * <ul>
 *   <li>A machine on which no module is loaded gets it loaded; anything else takes a boot, once for
 *       this wish, and never while somebody uses a GPU.
 *   <li>A difference that outlives a boot since the installation is a failure: no second boot.
 *   <li>A boot that would end without a driver, for want of a module, is refused.
 *   <li>GPUs are proven once per boot and version: it may cost seconds.
 * </ul>
 *
 * @param versionPrefix the version begins so; empty: any
 * @param mayReboot without it the step waits for somebody to reboot
 */
public record LoadDriver(String id, String versionPrefix, Flavour flavour, boolean mayReboot)
    implements Step {
  private static final Duration DEADLINE = Duration.ofMinutes(2);
  private static final String CLIENT = "/usr/lib/coxswain/agent/bin/cox-node";
  // Links of switches are trained, and daemons start one after the other.
  private static final Duration AFTER_BOOT = Duration.ofMinutes(5);
  private static final Duration TRAINING = Duration.ofMinutes(10);
  private static final List<String> DAEMONS =
      List.of("nvidia-persistenced.service", "nvidia-fabricmanager.service");
  private static final String FABRIC_MANAGER = "nvidia-fabricmanager.service";

  @Override
  public Check check(Host host) {
    RunningDriver driver = RunningDriver.of(host);
    List<String> installed = wronglyInstalled(host, driver);
    if (!installed.isEmpty()) {
      throw failure(driver, installed, "apply the bundle, or another one");
    }
    List<String> loaded = driver.wronglyLoaded(flavour);
    if (loaded.isEmpty()) {
      return unproven(host, driver);
    }
    Optional<Check> underWay = reboot().underWay(host);
    if (underWay.isPresent()) {
      return underWay.get();
    }
    return new GpuUsers(host)
        .any()
        .map(busy -> (Check) new Check.Blocked(busy))
        .orElseGet(() -> unloaded(host, driver, loaded));
  }

  private Check unloaded(Host host, RunningDriver driver, List<String> wrong) {
    if (isLoadable(host, driver)) {
      return Check.Drift.of("load the kernel module nvidia");
    }
    if (hasBooted(host)) {
      if (isJustUp(host)) {
        return new Check.Pending("after the boot: " + String.join("; ", wrong), AFTER_BOOT);
      }
      throw failure(driver, wrong, "read the kernel's log for NVRM; roll back, or mend by hand");
    }
    demandModule(host, driver);
    String text = String.join("; ", wrong);
    return mayReboot
        ? Check.Drift.of("reboot the machine: " + text)
        : new Check.Blocked(
            "a boot is needed and was not allowed: "
                + text
                + " (expected: somebody reboots the machine)");
  }

  /** Whether the driver is proven; what is loaded is right. */
  private Check unproven(Host host, RunningDriver driver) {
    // Without a module nothing is installed either, and that was wanted.
    if (driver.module().isEmpty() || driver.cards().isEmpty() || isProven(host, driver)) {
      return new Check.InSync();
    }
    Optional<Check> fabric = fabric(host);
    return fabric.orElseGet(() -> Check.Drift.of("prove the driver: " + driver.text()));
  }

  @Override
  public void apply(Host host) {
    RunningDriver driver = RunningDriver.of(host);
    if (!driver.wronglyLoaded(flavour).isEmpty()) {
      if (!isLoadable(host, driver)) {
        reboot().ask(host);
        return;
      }
      load(host);
      driver = RunningDriver.of(host);
    }
    boolean isReady = driver.wronglyLoaded(flavour).isEmpty() && fabric(host).isEmpty();
    if (isReady && !driver.cards().isEmpty() && !isProven(host, driver)) {
      demandAnswers(host, driver);
      demandCuda(host, driver);
      proof().write(host, proofText(host, driver));
    }
  }

  private List<String> wronglyInstalled(Host host, RunningDriver driver) {
    if (flavour == Flavour.ANY && driver.isAbsent()) {
      return List.of();
    }
    List<String> wrong = new ArrayList<>(driver.wronglyInstalled(versionPrefix, flavour));
    if (flavour == Flavour.ANY && !driver.hasLibrary()) {
      // A driver whose packages are gone is still in the kernel: a boot ends it.
      return wrong;
    }
    String library = driver.library().orElse("");
    String major = library.replaceFirst("\\..*", "");
    AppliedBundle.of(host)
        .ifPresent(
            applied ->
                applied.packages().keySet().stream()
                    .sorted()
                    .forEach(
                        name ->
                            host.packages()
                                .installed(name)
                                .flatMap(version -> DriverPackages.driverVersion(name, version))
                                .filter(version -> version.startsWith(major + "."))
                                .filter(version -> !version.equals(library))
                                .ifPresent(
                                    version ->
                                        wrong.add(
                                            "%s: %s (expected: %s, as the library)"
                                                .formatted(name, version, library)))));
    return wrong;
  }

  private boolean isLoadable(Host host, RunningDriver driver) {
    if (driver.module().isPresent() || new Obstacles(host).isNouveauLoaded()) {
      return false;
    }
    Kernels kernels = new Kernels(host);
    return host.commands().find("modprobe").isPresent()
        && kernels.running().flatMap(kernels::module).filter(m -> fits(m, driver)).isPresent();
  }

  private boolean fits(Kernels.Module module, RunningDriver driver) {
    boolean isKind =
        flavour == Flavour.ANY || module.flavour().filter(is -> is == flavour).isPresent();
    return isKind && driver.library().equals(Optional.of(module.version()));
  }

  private static void load(Host host) {
    for (String module : List.of("nvidia", "nvidia-uvm")) {
      Result result = host.commands().run(Command.of(DEADLINE, "modprobe", module));
      if (!result.isSuccess()) {
        throw new HostException(
            Reason.COMMAND_FAILED,
            "modprobe " + module + ": exit status " + result.status(),
            Output.tail(result));
      }
    }
    for (String unit : DAEMONS) {
      if (host.units().state(unit).loaded()) {
        host.units().restart(unit);
      }
    }
  }

  // Since the driver was changed, by whomever; or for this wish.
  private boolean hasBooted(Host host) {
    String bootId = host.identity().bootId();
    return reboot().isDone(host)
        || AppliedBundle.changedInBoot(host).filter(boot -> !boot.equals(bootId)).isPresent();
  }

  private static boolean isJustUp(Host host) {
    if (host.files().stat("/proc/uptime").isEmpty()) {
      return false;
    }
    String text =
        new String(host.files().read("/proc/uptime"), java.nio.charset.StandardCharsets.US_ASCII);
    return Double.parseDouble(text.split(" ", 2)[0]) < AFTER_BOOT.toSeconds();
  }

  private void demandModule(Host host, RunningDriver driver) {
    Kernels kernels = new Kernels(host);
    Optional<String> next = kernels.next();
    if (next.isEmpty() || driver.cards().isEmpty() || !driver.hasLibrary()) {
      return;
    }
    Optional<Kernels.Module> module = kernels.module(next.get());
    if (module.filter(m -> fits(m, driver)).isEmpty()) {
      throw new HostException(
          Reason.CHECK_FAILED,
          "kernel %s, which boots next: %s (expected: NVIDIA's module %s, %s; read `dkms status`, or"
                  .formatted(
                      next.get(),
                      module
                          .map(
                              m ->
                                  "module "
                                      + m.version()
                                      + m.flavour().map(f -> ", " + f).orElse(""))
                          .orElse("no module of NVIDIA's"),
                      driver.library().orElse("of the library's version"),
                      flavour)
              + " install the module for that kernel)",
          List.of(driver.text()));
    }
  }

  /** What the switches' fabric still lacks; empty when it is complete or there is none. */
  private static Optional<Check> fabric(Host host) {
    if (!new NvidiaBus(host.files()).hasSwitch() || host.commands().find("nvidia-smi").isEmpty()) {
      return Optional.empty();
    }
    Result answer = host.commands().run(Command.of(DEADLINE, "nvidia-smi", "-q"));
    List<String> states = Fabric.states(answer.out());
    if (states.stream().allMatch(state -> state.equals("Completed") || state.equals("N/A"))) {
      return Optional.empty();
    }
    if (states.contains("In Progress") || isJustUp(host)) {
      return Optional.of(new Check.Pending("fabric: " + states, TRAINING));
    }
    throw new HostException(
        Reason.CHECK_FAILED,
        "fabric: %s of the GPUs (expected: Completed; %s runs and is of the driver's version)"
            .formatted(states, FABRIC_MANAGER),
        host.units().journal(FABRIC_MANAGER));
  }

  private void demandAnswers(Host host, RunningDriver driver) {
    if (host.commands().find("nvidia-smi").isEmpty()) {
      return;
    }
    Result answer = host.commands().run(Command.of(DEADLINE, "nvidia-smi", "-L"));
    long answering = answer.out().lines().filter(line -> line.startsWith("GPU ")).count();
    if (!answer.isSuccess() || answering < driver.cards().size()) {
      throw new HostException(
          Reason.CHECK_FAILED,
          "GPUs: %d answer (expected: %d, as on the PCI bus); %s"
              .formatted(answering, driver.cards().size(), driver.text()),
          Output.tail(answer));
    }
  }

  private static void demandCuda(Host host, RunningDriver driver) {
    if (new DriverVersions(host.files()).library(DriverVersions.CUDA).isEmpty()) {
      return;
    }
    Result answer = host.commands().run(Command.of(DEADLINE, CLIENT, "cuda"));
    if (!answer.isSuccess()) {
      throw new HostException(
          Reason.CHECK_FAILED,
          "cuInit: %s (expected: 0); %s".formatted(answer.out().strip(), driver.text()),
          Output.tail(answer));
    }
  }

  private static HostException failure(RunningDriver driver, List<String> wrong, String remedy) {
    return new HostException(
        Reason.CHECK_FAILED, String.join("; ", wrong) + "; " + remedy, List.of(driver.text()));
  }

  @Override
  public Disruption disruption() {
    return Disruption.ENDS_JOBS;
  }

  @Override
  public Optional<String> evidence(Host host) {
    return Optional.of(RunningDriver.of(host).text());
  }

  private Reboot reboot() {
    return new Reboot("driver-" + id);
  }

  private static boolean isProven(Host host, RunningDriver driver) {
    return proof().read(host).equals(Optional.of(proofText(host, driver)));
  }

  private static String proofText(Host host, RunningDriver driver) {
    return host.identity().bootId() + " " + driver.text() + "\n";
  }

  private static Stamp proof() {
    return new Stamp("driver-proven");
  }
}
