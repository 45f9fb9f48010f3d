package io.coxswain.agent.step;

import io.coxswain.agent.driver.DriverVersions;
import io.coxswain.agent.driver.RunningDriver;
import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.Files.FileStat;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import io.coxswain.agent.host.Output;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What containers are given of the GPUs (CDI) describes the driver and the GPUs of now. The
 * toolkit's own service does not notice when a driver is removed or a GPU is cut otherwise, so it
 * is asked. Nothing where there is no nvidia-ctk, no library or no module.
 */
public record WriteCdiSpecification() implements Step {
  private static final Duration DEADLINE = Duration.ofMinutes(2);
  // By its real name; /var/run is a link to it.
  private static final String DIRECTORY = "/run/cdi";
  private static final String FILE = DIRECTORY + "/nvidia.yaml";
  private static final String REFRESH = "nvidia-cdi-refresh.service";
  private static final String GPUS = "/proc/driver/nvidia/gpus";
  private static final String PARTS = "/proc/driver/nvidia/capabilities";

  @Override
  public Check check(Host host) {
    Optional<String> wanted = wanted(host);
    if (wanted.isEmpty()) {
      return new Check.InSync();
    }
    if (host.files().stat(FILE).isEmpty()) {
      return Check.Drift.of(FILE + ": write");
    }
    return stamp().read(host).equals(wanted)
        ? new Check.InSync()
        : Check.Drift.of(FILE + ": write again, the driver, the GPUs or the toolkit changed");
  }

  @Override
  public void apply(Host host) {
    Optional<String> wanted = wanted(host);
    if (wanted.isEmpty()) {
      return;
    }
    if (host.units().state(REFRESH).loaded()) {
      run(host, "systemctl", "restart", REFRESH);
    } else {
      run(host, "nvidia-ctk", "cdi", "generate", "--output=" + FILE);
    }
    if (host.files().stat(FILE).isEmpty()) {
      throw new HostException(
          Reason.CHECK_FAILED,
          FILE + ": not there after it was generated (expected: the file); " + REFRESH,
          host.units().journal(REFRESH));
    }
    stamp().write(host, wanted.get());
  }

  private static void run(Host host, String... argv) {
    Result result = host.commands().run(Command.of(DEADLINE, argv));
    if (!result.isSuccess()) {
      throw new HostException(
          Reason.COMMAND_FAILED,
          String.join(" ", argv) + ": exit status " + result.status(),
          Output.tail(result));
    }
  }

  // What the specification depends on.
  private static Optional<String> wanted(Host host) {
    Optional<String> program = host.commands().find("nvidia-ctk");
    RunningDriver driver = RunningDriver.of(host);
    if (program.isEmpty() || !driver.hasLibrary() || driver.module().isEmpty()) {
      return Optional.empty();
    }
    TreeSet<String> parts = new TreeSet<>(host.files().list(GPUS));
    for (String gpu : host.files().list(PARTS)) {
      host.files().list(PARTS + "/" + gpu + "/mig").forEach(part -> parts.add(gpu + "/" + part));
    }
    FileStat toolkit = host.files().stat(program.get()).orElseThrow();
    String cuda = new DriverVersions(host.files()).library(DriverVersions.CUDA).orElse("no CUDA");
    return Optional.of(
        String.join(
                " ",
                driver.text(),
                cuda,
                String.join(",", parts),
                toolkit.size() + "/" + toolkit.modifiedMillis())
            + "\n");
  }

  private static Stamp stamp() {
    return new Stamp("cdi-specification");
  }
}
