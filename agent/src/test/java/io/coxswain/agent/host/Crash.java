package io.coxswain.agent.host;

/** The agent's process dies here: nothing catches it, and what the machine holds by now stays. */
public final class Crash extends Error {
  public Crash(String point) {
    super("killed at " + point);
  }
}
