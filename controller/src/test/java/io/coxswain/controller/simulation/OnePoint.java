package io.coxswain.controller.simulation;

import io.coxswain.agent.host.Crash;
import java.util.ArrayList;
import java.util.List;

/** Nothing goes wrong but one crash, at exactly one of the points that a run comes by. */
final class OnePoint implements Faults {
  /** No crash: the run that tells which points there are. */
  static final int NOWHERE = -1;

  private final int crashAt;
  private final boolean losesPower;
  private final List<String> points = new ArrayList<>();

  OnePoint(int crashAt, boolean losesPower) {
    this.crashAt = crashAt;
    this.losesPower = losesPower;
  }

  /** Who came by which point, in order. */
  List<String> points() {
    return List.copyOf(points);
  }

  @Override
  public Fate message() {
    return Fate.ARRIVES;
  }

  @Override
  public void point(String who, String point) {
    points.add(who + ": " + point);
    if (points.size() - 1 == crashAt) {
      throw new Crash(point);
    }
  }

  @Override
  public boolean losesPower() {
    return losesPower;
  }
}
