package io.coxswain.agent.gpu.nvml;

import java.time.Duration;
import java.util.List;

/**
 * How long things may take.
 *
 * @param start until the child greets
 * @param init for nvmlInit
 * @param handle for a GPU's handle: an idle GPU without a persistence daemon takes 1 to 3 seconds
 *     to start up
 * @param call for every other call: a GPU that hangs is to be known within 5 seconds
 * @param whole for one question with all its calls
 */
public record Deadlines(
    Duration start, Duration init, Duration handle, Duration call, Duration whole) {
  public static final Deadlines PRODUCTION =
      new Deadlines(
          Duration.ofSeconds(15),
          Duration.ofSeconds(20),
          Duration.ofSeconds(10),
          Duration.ofMillis(2500),
          Duration.ofSeconds(60));

  Duration of(NvmlFunction function) {
    return switch (function) {
      case INIT -> init;
      case HANDLE -> handle;
      default -> call;
    };
  }

  /**
   * How long the child may say nothing at all while it works: it speaks eight times as often, and a
   * machine with more to do than it can may hold it up.
   */
  Duration silence() {
    return call.multipliedBy(2);
  }

  List<String> arguments() {
    return List.of(
        String.valueOf(init.toMillis()),
        String.valueOf(handle.toMillis()),
        String.valueOf(call.toMillis()));
  }

  /** The part that the child watches over, from its command line. */
  static Deadlines of(String[] arguments) {
    if (arguments.length != 3) {
      throw new IllegalArgumentException(
          arguments.length + " arguments (expected: milliseconds for init, handle and call)");
    }
    return new Deadlines(
        PRODUCTION.start,
        Duration.ofMillis(Long.parseLong(arguments[0])),
        Duration.ofMillis(Long.parseLong(arguments[1])),
        Duration.ofMillis(Long.parseLong(arguments[2])),
        PRODUCTION.whole);
  }
}
