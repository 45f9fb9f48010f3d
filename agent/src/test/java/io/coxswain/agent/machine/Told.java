package io.coxswain.agent.machine;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Where one group stands, in the words of the agent's own status file. */
record Told(String state, String reason, String message, String next, List<Step> steps) {
  /** What became of a step. */
  record Step(String title, String result, Duration took) {}

  /** The text is JSON, which is YAML too. */
  static Told of(String group, String status) {
    Map<?, ?> root = (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(status);
    for (Object element : (List<?>) root.get("groups")) {
      Map<?, ?> told = (Map<?, ?>) element;
      if (group.equals(told.get("group"))) {
        return of(told);
      }
    }
    throw new AssertionError("the agent says nothing of the group " + group + ": " + status);
  }

  private static Told of(Map<?, ?> told) {
    Map<?, ?> failure = told.get("failure") instanceof Map<?, ?> map ? map : Map.of();
    List<Step> steps =
        ((List<?>) told.get("steps"))
            .stream()
                .map(step -> (Map<?, ?>) step)
                .map(
                    step ->
                        new Step(
                            word(step, "title"),
                            word(step, "result"),
                            Duration.parse(word(step, "took"))))
                .toList();
    return new Told(
        word((Map<?, ?>) told.get("progress"), "state"),
        word(failure, "reason"),
        word(failure, "message"),
        word(failure, "nextAction"),
        steps);
  }

  private static String word(Map<?, ?> map, String key) {
    return map.containsKey(key) ? String.valueOf(map.get(key)) : "";
  }

  Duration took() {
    return steps.stream().map(Step::took).reduce(Duration.ZERO, Duration::plus);
  }

  /** Titles of the steps that changed something. */
  List<String> changed() {
    return steps.stream()
        .filter(step -> !step.result().equals("UNCHANGED"))
        .map(Step::title)
        .toList();
  }
}
