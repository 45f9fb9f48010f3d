package io.coxswain.agent.probe;

import io.coxswain.agent.host.Background;
import io.coxswain.agent.host.Commands;
import io.coxswain.agent.host.Files;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.Identity;
import io.coxswain.agent.host.Packages;
import io.coxswain.agent.host.Units;
import io.coxswain.agent.host.Users;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A machine that is only written down: texts by path, what programs print by command line, and a
 * clock moved by hand. Whatever would change it throws, so a probe that writes is found.
 */
final class PaperHost implements Host {
  private final TreeMap<String, byte[]> texts = new TreeMap<>();
  private final Map<String, String> links = new HashMap<>();
  private final Map<String, Commands.Result> printed = new HashMap<>();
  private final List<String> ran = new ArrayList<>();
  private Instant now = Instant.parse("2026-11-22T12:00:00Z");
  private long modified = 1;

  PaperHost file(String path, String text) {
    return file(path, text.getBytes(StandardCharsets.UTF_8));
  }

  PaperHost file(String path, byte[] bytes) {
    texts.put(path, bytes);
    modified++;
    return this;
  }

  PaperHost symbolicLink(String path, String target) {
    links.put(path, target);
    return file(path, "");
  }

  PaperHost remove(String path) {
    texts.remove(path);
    links.remove(path);
    return this;
  }

  /** The program is on the PATH as /usr/bin/NAME and prints this when run so. */
  PaperHost prints(String commandLine, String out) {
    return ends(commandLine, new Commands.Result(0, out, ""));
  }

  PaperHost ends(String commandLine, Commands.Result result) {
    printed.put(commandLine, result);
    return this;
  }

  PaperHost pass(Duration time) {
    now = now.plus(time);
    return this;
  }

  /** Command lines in the order they were run. */
  List<String> ran() {
    return ran;
  }

  @Override
  public Files files() {
    return new PaperFiles(texts, links, modified);
  }

  @Override
  public Commands commands() {
    return new PaperCommands();
  }

  @Override
  public Identity identity() {
    return new Identity() {
      @Override
      public String hostName() {
        return "gpu07";
      }

      @Override
      public void setHostName(String name) {
        throw PaperFiles.refused();
      }

      @Override
      public String bootId() {
        return "boot-1";
      }
    };
  }

  @Override
  public InstantSource clock() {
    return () -> now;
  }

  @Override
  public Background background() {
    throw new AssertionError("a probe begins nothing");
  }

  @Override
  public Packages packages() {
    throw PaperFiles.refused();
  }

  @Override
  public Units units() {
    throw PaperFiles.refused();
  }

  @Override
  public Users users() {
    throw PaperFiles.refused();
  }

  /**
   * Programs are known by name or by /usr/bin/name; a line that nobody wrote down runs into its
   * deadline.
   */
  private final class PaperCommands implements Commands {
    @Override
    public Result run(Command command) {
      String line = String.join(" ", command.argv()).replaceFirst("^/usr/bin/", "");
      String conf = command.environment().get("SLURM_CONF");
      String key = conf == null ? line : conf + " " + line;
      ran.add(key);
      Result result = printed.get(key);
      if (result == null) {
        now = now.plus(command.deadline());
        throw new HostException(HostException.Reason.DEADLINE_EXCEEDED, line + ": still running");
      }
      return result;
    }

    @Override
    public Optional<String> find(String program) {
      return printed.keySet().stream().anyMatch(line -> line.startsWith(program + " "))
          ? Optional.of("/usr/bin/" + program)
          : Optional.empty();
    }
  }
}
