package io.coxswain.controller.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many worlds by their seeds. {@code -Dsimulation.seeds=N} asks for more of them, {@code
 * -Dsimulation.seed=K} replays exactly one and prints its trace.
 */
class SimulationTest {
  private static final int SEEDS = 500;

  // Minutes of processor time: on a busy machine longer than other tests may take.
  @Test
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  @SuppressWarnings("SystemOut")
  void everyWorldEndsWell() {
    Long one = Long.getLong("simulation.seed");
    if (one != null) {
      Timeline replayed = Simulation.random(one, true);
      replayed.lines().forEach(System.out::println);
      return;
    }
    // Each world has one thread; several worlds at once disturb each other in nothing.
    LongStream.rangeClosed(1, Long.getLong("simulation.seeds", SEEDS))
        .parallel()
        .forEach(seed -> Simulation.random(seed, false));
  }

  @Test
  void theSameSeedIsTheSameWorld() {
    Timeline first = Simulation.random(17, true);
    Timeline second = Simulation.random(17, true);
    assertThat(second.lines()).isEqualTo(first.lines());
    assertThat(second.events()).isEqualTo(first.events());
  }
}
