package io.coxswain.agent.host;

import io.coxswain.agent.host.HostException.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Programs as functions; one that no package brought is not there. */
public final class FakeCommands implements Commands {
  private final Effects effects;
  private final FakeFiles files;
  private final Map<String, Function<Command, Result>> programs = new HashMap<>();
  private final List<Command> ran = new ArrayList<>();

  FakeCommands(Effects effects, FakeFiles files) {
    this.effects = effects;
    this.files = files;
  }

  /** What the program does from now on; it must be installed to be found. */
  public void on(String program, Function<Command, Result> behaviour) {
    programs.put(program, behaviour);
  }

  /** Something happens on the machine just before the program runs. */
  public void before(String program, Consumer<Command> what) {
    Function<Command, Result> behaviour =
        Objects.requireNonNull(programs.get(program), program + " does nothing yet");
    programs.put(
        program,
        command -> {
          what.accept(command);
          return behaviour.apply(command);
        });
  }

  /** Puts the program on the machine. */
  public void install(String program) {
    files.put("/usr/bin/" + program, "program");
  }

  /** All that ran, in order. */
  public List<Command> ran() {
    return List.copyOf(ran);
  }

  public static Result ok(String out) {
    return new Result(0, out, "");
  }

  public static Result error(String err) {
    return new Result(1, "", err);
  }

  @Override
  public Result run(Command command) {
    String program = command.argv().getFirst();
    Function<Command, Result> behaviour = programs.get(program);
    if (behaviour == null || find(program).isEmpty()) {
      throw new HostException(Reason.COMMAND_FAILED, program + ": not on this machine");
    }
    ran.add(command);
    List<Result> result = new ArrayList<>();
    effects.around(
        "run " + String.join(" ", command.argv()), () -> result.add(behaviour.apply(command)));
    return result.getFirst();
  }

  @Override
  public Optional<String> find(String program) {
    String place = program.startsWith("/") ? program : "/usr/bin/" + program;
    return Optional.of(place).filter(path -> files.stat(path).isPresent());
  }
}
