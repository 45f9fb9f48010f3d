package io.coxswain.agent.step;

import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.host.Files.FileStat;
import io.coxswain.agent.host.Files.Kind;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import io.coxswain.agent.host.Output;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A C program with MPI is there, compiled from this source by the mpicc that the machine has now.
 */
public record CompileMpiProgram(String path, String source) implements Step {
  private static final Duration DEADLINE = Duration.ofMinutes(2);
  private static final String BUILD = "/var/lib/coxswain-agent/build";
  private static final Access PROGRAM = new Access(0755, "root", "root");
  private static final int LINKS = 8;

  @Override
  public Check check(Host host) {
    Optional<FileStat> program = host.files().stat(path);
    if (program.isEmpty()) {
      return Check.Drift.of(path + ": compile");
    }
    boolean fresh = stamp().read(host).equals(Optional.of(wanted(host)));
    return fresh
        ? Check.Drift.of(Ownership.drift(path, program.get(), PROGRAM))
        : Check.Drift.of(path + ": compile again, the source or the compiler changed");
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
    Result result = host.commands().run(Command.of(DEADLINE, "mpicc", "-O2", "-o", output, input));
    if (!result.isSuccess()) {
      throw new HostException(
          Reason.COMMAND_FAILED,
          "mpicc " + name + ".c: exit status " + result.status(),
          Output.tail(result));
    }
    String parent = path.substring(0, Math.max(1, path.lastIndexOf('/')));
    if (host.files().stat(parent).isEmpty()) {
      host.files().createDirectory(parent, PROGRAM);
    }
    // By content, not by rename: the build directory may lie on another file system.
    host.files().write(path, host.files().read(output), PROGRAM);
    stamp().write(host, wanted);
    host.files().delete(input);
    host.files().delete(output);
  }

  private Stamp stamp() {
    return new Stamp("mpi-program-" + path);
  }

  private String wanted(Host host) {
    return Stamp.hash(source) + " " + compiler(host);
  }

  // Size and time of the file that "mpicc" leads to, through Debian's alternatives: a new version
  // changes them, and asking costs
  // no process.
  private static String compiler(Host host) {
    Optional<String> found = host.commands().find("mpicc");
    if (found.isEmpty()) {
      return "none";
    }
    String file = found.get();
    for (int i = 0; i < LINKS; i++) {
      Optional<FileStat> stat = host.files().stat(file);
      if (stat.isEmpty() || stat.get().kind() != Kind.LINK) {
        return file + stat.map(s -> " " + s.size() + " " + s.modifiedMillis()).orElse("");
      }
      String target = host.files().readLink(file);
      file = Path.of(file).resolveSibling(target).normalize().toString();
    }
    return file;
  }
}
