package io.coxswain.controller.simulation;

import org.junit.jupiter.api.Test;

/** An end that is refused after it has begun leaves the cluster as it was. */
class RefusedEndTest {
  @Test
  void aJobBetweenTheDrainsRefusesTheEndAndNothingStaysDrained() {
    Simulation.refuseByJob(new LateJob());
  }
}
