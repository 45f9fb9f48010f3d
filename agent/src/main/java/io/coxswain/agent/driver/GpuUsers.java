package io.coxswain.agent.driver;

import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.Files;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import io.coxswain.agent.host.Output;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Who would lose a GPU if the driver were changed now. */
public record GpuUsers(Host host) {
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final String DEVICE = "/dev/nvidia";
  private static final String OURS = "/usr/lib/coxswain/agent/";
  // Daemons of the driver itself and of monitoring, by the kernel's 15 letters: none computes, and
  // all come back with the driver.
  private static final Set<String> DAEMONS =
      Set.of(
          "nvidia-persiste",
          "nv-fabricmanage",
          "nv-hostengine",
          "nvidia-imex",
          "nvidia-gridd",
          "nvidia-topologyd",
          "nvlsm",
          "dcgm-exporter",
          "nvidia-smi");
  private static final int SHOWN = 5;

  /** Job steps of Slurm and programs that hold a GPU's device; empty when there are none. */
  public Optional<String> any() {
    return jobs().or(this::programs);
  }

  /** Says that jobs run here; empty when none does. */
  public Optional<String> jobs() {
    // One slurmstepd for each step; pgrep(1): 1 says that nothing matched.
    Result result = host.commands().run(Command.of(DEADLINE, "pgrep", "--exact", "slurmstepd"));
    if (result.status() == 1) {
      return Optional.empty();
    }
    if (!result.isSuccess()) {
      throw new HostException(
          Reason.COMMAND_FAILED, "pgrep: exit status " + result.status(), Output.tail(result));
    }
    return Optional.of(
        "jobs: " + result.out().lines().count() + " steps run here (expected: none)");
  }

  private Optional<String> programs() {
    List<String> holders = new ArrayList<>();
    for (String pid : host.files().list("/proc")) {
      if (pid.chars().allMatch(Character::isDigit) && holdsDevice("/proc/" + pid)) {
        String name = text("/proc/" + pid + "/comm");
        if (!DAEMONS.contains(name)
            && link("/proc/" + pid + "/exe").filter(exe -> exe.startsWith(OURS)).isEmpty()) {
          holders.add(name + " (" + pid + ")");
        }
      }
    }
    if (holders.isEmpty()) {
      return Optional.empty();
    }
    String more = holders.size() > SHOWN ? " and " + (holders.size() - SHOWN) + " more" : "";
    return Optional.of(
        "programs with /dev/nvidia* open: "
            + String.join(", ", holders.subList(0, Math.min(SHOWN, holders.size())))
            + more
            + " (expected: none; end them)");
  }

  private boolean holdsDevice(String process) {
    Files files = host.files();
    try {
      return files.list(process + "/fd").stream()
          .anyMatch(
              fd -> link(process + "/fd/" + fd).filter(to -> to.startsWith(DEVICE)).isPresent());
    } catch (HostException e) {
      // The process has ended meanwhile.
      return false;
    }
  }

  private Optional<String> link(String path) {
    try {
      return Optional.of(host.files().readLink(path));
    } catch (HostException e) {
      // Closed meanwhile, or a thread of the kernel, which has no program.
      return Optional.empty();
    }
  }

  private String text(String path) {
    try {
      return new String(host.files().read(path), StandardCharsets.UTF_8).strip();
    } catch (HostException e) {
      return "a program that has ended";
    }
  }
}
