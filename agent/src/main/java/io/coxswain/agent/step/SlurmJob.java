package io.coxswain.agent.step;

import java.util.Optional;

/** One line of squeue. */
record SlurmJob(String id, String user, String state) {
  static final String FORMAT = "%i|%u|%T";

  static Optional<SlurmJob> parse(String line) {
    String[] fields = line.strip().split("\\|", -1);
    return fields.length == 3
        ? Optional.of(new SlurmJob(fields[0], fields[1], fields[2]))
        : Optional.empty();
  }

  boolean isWaiting() {
    return state.equals("PENDING");
  }

  /** Its processes are being ended; nothing can be cancelled any more. */
  boolean isCompleting() {
    return state.equals("COMPLETING");
  }

  @Override
  public String toString() {
    return id + " of " + user;
  }
}
