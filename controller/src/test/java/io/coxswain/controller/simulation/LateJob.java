package io.coxswain.controller.simulation;

/** Nothing goes wrong, and a user's job starts just before the first node is drained. */
final class LateJob implements Faults {
  private Runnable submit = () -> {};

  /** What starts the job; until it is known nothing does. */
  void submits(Runnable next) {
    submit = next;
  }

  @Override
  public Fate message() {
    return Fate.ARRIVES;
  }

  @Override
  public void point(String who, String point) {
    if (point.startsWith("before run scontrol") && point.contains("state=drain")) {
      Runnable once = submit;
      submit = () -> {};
      once.run();
    }
  }

  @Override
  public boolean losesPower() {
    return false;
  }
}
