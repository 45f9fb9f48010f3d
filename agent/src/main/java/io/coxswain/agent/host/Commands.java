package io.coxswain.agent.host;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Programs run with fixed arguments, never through a shell. */
public interface Commands {
  /**
   * Runs to the end or to the deadline, when the whole process group is killed and
   * DEADLINE_EXCEEDED thrown. A non-zero status is a result, not an exception. Output beyond 1 MiB
   * is dropped from the front.
   */
  Result run(Command command);

  /** Absolute path of a program on root's PATH; empty when there is none. */
  Optional<String> find(String program);

  /** What to run. With a user, as that user with a login's groups and a clean environment. */
  record Command(
      List<String> argv,
      Duration deadline,
      Map<String, String> environment,
      Optional<String> user) {
    public Command {
      argv = List.copyOf(argv);
      environment = Map.copyOf(environment);
    }

    public static Command of(Duration deadline, String... argv) {
      return new Command(List.of(argv), deadline, Map.of(), Optional.empty());
    }

    public Command with(Map<String, String> more) {
      return new Command(argv, deadline, more, user);
    }

    public Command as(String name) {
      return new Command(argv, deadline, environment, Optional.of(name));
    }

    /** Without what stands in the environment, which may be a password. */
    @Override
    public String toString() {
      return argv + environment.keySet().toString() + user.map(name -> " as " + name).orElse("");
    }
  }

  /** Exit status (128 + signal when killed by one) and what was printed. */
  record Result(int status, String out, String err) {
    public boolean isSuccess() {
      return status == 0;
    }
  }
}
