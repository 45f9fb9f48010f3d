package io.coxswain.agent.step;

import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.host.Files.FileStat;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import io.coxswain.agent.host.Output;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * A plugin of Slurm is there, compiled from this source for the Slurm that the machine has now:
 * Slurm loads none that was made for another version.
 */
public record CompileSlurmPlugin(String path, String source) implements Step {
  private static final Duration DEADLINE = Duration.ofMinutes(2);
  private static final String BUILD = "/var/lib/coxswain-agent/build";
  private static final Access PLUGIN = new Access(0755, "root", "root");
  private static final String HEADER = "/usr/include/slurm/slurm_version.h";

  @Override
  public Check check(Host host) {
    Optional<FileStat> plugin = host.files().stat(path);
    if (plugin.isEmpty()) {
      return Check.Drift.of(path + ": compile");
    }
    boolean fresh = stamp().read(host).equals(Optional.of(wanted(host)));
    return fresh
        ? Check.Drift.of(Ownership.drift(path, plugin.get(), PLUGIN))
        : Check.Drift.of(path + ": compile again, the source or Slurm changed");
  }

  @Override
  public void apply(Host host) {
    String wanted = wanted(host);
    String name = path.substring(path.lastIndexOf('/') + 1);
    String input = BUILD + "/" + name + ".c";
    String output = BUILD + "/" + name;
    host.files().createDirectory(BUILD, new Access(0700, "root", "root"));
    host.files()
        .write(input, source.getBytes(StandardCharsets.UTF_8), new Access(0600, "root", "root"));
    Result result =
        host.commands()
            .run(Command.of(DEADLINE, "gcc", "-O2", "-shared", "-fPIC", "-o", output, input));
    if (!result.isSuccess()) {
      throw new HostException(
          Reason.COMMAND_FAILED,
          "gcc " + name + ".c: exit status " + result.status(),
          Output.tail(result));
    }
    String parent = path.substring(0, Math.max(1, path.lastIndexOf('/')));
    if (host.files().stat(parent).isEmpty()) {
      host.files().createDirectory(parent, PLUGIN);
    }
    // By content, not by rename: the build directory may lie on another file system.
    host.files().write(path, host.files().read(output), PLUGIN);
    stamp().write(host, wanted);
    host.files().delete(input);
    host.files().delete(output);
  }

  private Stamp stamp() {
    return new Stamp("slurm-plugin-" + path);
  }

  private String wanted(Host host) {
    return Stamp.hash(source) + " " + slurm(host);
  }

  // Size and time of Slurm's header of its version, which the plugin carries.
  private static String slurm(Host host) {
    return host.files()
        .stat(HEADER)
        .map(stat -> stat.size() + " " + stat.modifiedMillis())
        .orElse("none");
  }
}
