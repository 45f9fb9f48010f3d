package io.coxswain.agent.runner;

import io.coxswain.agent.host.Host;
import io.coxswain.agent.step.Check;
import java.util.ArrayList;
import java.util.List;

/** What an assignment would change, found by looking alone. */
public final class DryRun {
  private DryRun() {}

  /** One line of a plan; without changes the step is true already. */
  public record Line(
      String group, String title, List<String> changes, boolean isBlocked, String disruption) {
    public Line {
      changes = List.copyOf(changes);
    }
  }

  /**
   * Every step in order. A step that builds on an earlier one may not be able to tell yet, and says
   * so.
   */
  public static List<Line> of(Host host, Assignment assignment) {
    List<Line> lines = new ArrayList<>();
    for (Group group : assignment.groups()) {
      for (PlannedStep planned : group.steps()) {
        lines.add(line(host, group, planned));
      }
    }
    return lines;
  }

  private static Line line(Host host, Group group, PlannedStep planned) {
    List<String> changes;
    boolean isBlocked = false;
    try {
      switch (planned.step().check(host)) {
        case Check.InSync() -> changes = List.of();
        case Check.Drift(List<String> drift) -> changes = drift;
        case Check.Pending(String what, var _) -> changes = List.of("would wait: " + what);
        case Check.Blocked(String reason) -> {
          changes = List.of("blocked: " + reason);
          isBlocked = true;
        }
      }
    } catch (RuntimeException e) {
      changes = List.of("cannot tell yet: " + e.getMessage());
    }
    return new Line(
        group.name(), planned.title(), changes, isBlocked, planned.step().disruption().name());
  }
}
