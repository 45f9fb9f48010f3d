package io.coxswain.agent.host;

import io.coxswain.agent.host.HostException.Reason;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Programs started directly, each in a session of its own so that its whole process group can be
 * ended.
 */
final class LinuxCommands implements Commands {
  private static final List<String> PATH =
      List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");
  private static final int OUTPUT_LIMIT = 1 << 20;
  // srun and apt give back what they hold when they are asked to end; what is killed does not.
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final Duration DRAIN = Duration.ofSeconds(2);

  @Override
  public Optional<String> find(String program) {
    return PATH.stream()
        .map(directory -> Path.of(directory, program))
        .filter(java.nio.file.Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }

  @Override
  public Result run(Command command) {
    Process process = start(command);
    Tail out = new Tail(process.getInputStream());
    Tail err = new Tail(process.getErrorStream());
    try {
      if (!process.waitFor(command.deadline().toMillis(), TimeUnit.MILLISECONDS)) {
        end(process);
        throw new HostException(
            Reason.DEADLINE_EXCEEDED,
            "%s: still running after %d s".formatted(name(command), command.deadline().toSeconds()),
            Output.tail(out.text(), err.text()));
      }
      return new Result(process.exitValue(), out.text(), err.text());
    } catch (InterruptedException e) {
      end(process);
      Thread.currentThread().interrupt();
      throw new HostException(Reason.COMMAND_FAILED, name(command) + ": interrupted");
    }
  }

  private Process start(Command command) {
    String program = command.argv().getFirst();
    String path =
        program.startsWith("/")
            ? program
            : find(program)
                .orElseThrow(
                    () ->
                        new HostException(
                            Reason.COMMAND_FAILED,
                            program + ": not on this machine (expected: in " + PATH + ")"));
    List<String> argv = new ArrayList<>();
    // Becomes leader of a session and executes the rest in the same process.
    argv.add("setsid");
    command.user().ifPresent(user -> argv.addAll(List.of("runuser", "-u", user, "--")));
    argv.add(path);
    argv.addAll(command.argv().subList(1, command.argv().size()));
    ProcessBuilder builder =
        new ProcessBuilder(argv)
            .directory(new File("/"))
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("PATH", String.join(":", PATH));
    environment.put("LC_ALL", "C.UTF-8");
    String user = command.user().orElse("root");
    environment.put("USER", user);
    environment.put("LOGNAME", user);
    environment.put("HOME", home(user));
    environment.put("SHELL", "/bin/sh");
    environment.putAll(command.environment());
    try {
      return builder.start();
    } catch (IOException e) {
      throw new HostException(Reason.COMMAND_FAILED, name(command) + ": " + e.getMessage());
    }
  }

  private static String home(String user) {
    return Accounts.local("/etc/passwd").stream()
        .filter(account -> account.name().equals(user))
        .map(Users.Account::home)
        .findFirst()
        .orElse("/");
  }

  private static void end(Process process) {
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    signalGroup(process.pid(), "-TERM");
    try {
      if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        signalGroup(process.pid(), "-KILL");
      }
    } catch (InterruptedException e) {
      signalGroup(process.pid(), "-KILL");
      Thread.currentThread().interrupt();
    }
    // Those that left the group.
    all.forEach(ProcessHandle::destroyForcibly);
  }

  private static void signalGroup(long leader, String signal) {
    try {
      new ProcessBuilder("/bin/kill", signal, "--", "-" + leader)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (IOException e) {
      // The handles of the descendants are killed one by one after this.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String name(Command command) {
    return command.argv().stream().limit(3).reduce((a, b) -> a + " " + b).orElse("");
  }

  /** Reads a stream to its end on a thread of its own and keeps the last part. */
  private static final class Tail {
    private final InputStream stream;
    private final Thread reader;
    private byte[] kept = new byte[512];
    private int length;

    Tail(InputStream stream) {
      this.stream = stream;
      this.reader = Thread.ofPlatform().daemon().name("command output").start(this::read);
    }

    private void read() {
      byte[] chunk = new byte[8192];
      try (stream) {
        for (int count = stream.read(chunk); count >= 0; count = stream.read(chunk)) {
          append(chunk, count);
        }
      } catch (IOException e) {
        // Closed under us because a daemon kept the pipe open; what was read counts.
      }
    }

    private synchronized void append(byte[] chunk, int count) {
      if (length + count > 2 * OUTPUT_LIMIT) {
        System.arraycopy(kept, length - OUTPUT_LIMIT, kept, 0, OUTPUT_LIMIT);
        length = OUTPUT_LIMIT;
      }
      if (length + count > kept.length) {
        kept = Arrays.copyOf(kept, Math.max(length + count, kept.length * 2));
      }
      System.arraycopy(chunk, 0, kept, length, count);
      length += count;
    }

    String text() throws InterruptedException {
      // A daemon that inherited the pipe must not hold us.
      reader.join(DRAIN);
      synchronized (this) {
        int from = Math.max(0, length - OUTPUT_LIMIT);
        return new String(kept, from, length - from, StandardCharsets.UTF_8);
      }
    }
  }
}
