package io.coxswain.controller.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.controller.spec.ClusterSpec.Intent;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * A cluster is made and destroyed while one side is killed once, at each point in turn: it ends
 * RUNNING, then DESTROYED, without help.
 */
class CrashPointsTest {
  private static final int MOST = 400;

  @Test
  void bothSidesComeBackFromEveryPoint() {
    OnePoint clean = new OnePoint(OnePoint.NOWHERE, false);
    Simulation.createAndDestroy(clean, Intent.DESTROY);
    List<String> points = clean.points();
    assertThat(
            points.stream()
                .map(point -> point.substring(0, point.indexOf(':')))
                .collect(Collectors.toSet()))
        .containsExactlyInAnyOrder("controller", "jumphost", "gpu1", "gpu2");
    List<String> failures = new ArrayList<>();
    for (int i = 0; i < sample(points.size()); i++) {
      int at = (int) ((long) i * points.size() / sample(points.size()));
      // Every third kill of an agent takes its machine along.
      attempt(at, at % 3 == 0, points.get(at), failures);
    }
    assertThat(failures).isEmpty();
  }

  private static void attempt(int at, boolean losesPower, String point, List<String> failures) {
    try {
      Simulation.createAndDestroy(
          new OnePoint(at, losesPower), at % 2 == 0 ? Intent.DESTROY : Intent.DESTROY_WITH_JOBS);
    } catch (AssertionError e) {
      failures.add("point " + at + " (" + point + "): " + e.getMessage());
    }
  }

  private static int sample(int points) {
    return Math.min(points, MOST);
  }
}
