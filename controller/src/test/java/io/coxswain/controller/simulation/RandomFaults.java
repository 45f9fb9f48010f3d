package io.coxswain.controller.simulation;

import io.coxswain.agent.host.Crash;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Everything now and then, until it is stopped. How often is drawn for each seed: some worlds are
 * calm, some are not.
 */
final class RandomFaults implements Faults {
  private final SplittableRandom random;
  private final double messages;
  private final double agentCrash;
  private final double controllerCrash;
  private final double deed;
  // By machine: deeds whose names hold the text fail there.
  private final Map<String, String> sick = new HashMap<>();
  private boolean isStopped;

  RandomFaults(SplittableRandom random) {
    this.random = random;
    this.messages = often(0.01);
    this.agentCrash = often(0.004);
    this.controllerCrash = often(0.02);
    this.deed = often(0.003);
  }

  private double often(double most) {
    return random.nextInt(3) == 0 ? 0 : random.nextDouble() * most;
  }

  void stop() {
    isStopped = true;
    sick.clear();
  }

  /** From now on deeds with this in their names fail on the machine; empty: no more. */
  void sicken(String machine, String deeds) {
    if (deeds.isEmpty()) {
      sick.remove(machine);
    } else {
      sick.put(machine, deeds);
    }
  }

  @Override
  public Fate message() {
    if (isStopped || random.nextDouble() >= messages) {
      return Fate.ARRIVES;
    }
    return switch (random.nextInt(3)) {
      case 0 -> Fate.LOST;
      case 1 -> Fate.DOUBLED;
      default -> Fate.LATE;
    };
  }

  @Override
  public void point(String who, String point) {
    if (isStopped) {
      return;
    }
    boolean isController = who.equals(ControllerProcess.NAME);
    if (random.nextDouble() < (isController ? controllerCrash : agentCrash)) {
      throw new Crash(point);
    }
    if (!isController && point.startsWith("before ")) {
      String illness = sick.get(who);
      // An assignment that is not on the disk may be forgotten; that is another story than the ones
      // told here.
      boolean mayFail = !point.contains("/coxswain-agent/assignment");
      if (mayFail && ((illness != null && point.contains(illness)) || random.nextDouble() < deed)) {
        throw new HostException(Reason.IO_ERROR, "injected " + point);
      }
    }
  }

  @Override
  public boolean losesPower() {
    return !isStopped && random.nextInt(4) == 0;
  }
}
