package io.coxswain.agent.step;

import java.util.Optional;

/** One line of squeue. */
record SlurmJob(String id, String user, String state, String reservation) {
  static final String FORMAT = "%i|%u|%T|%v";

  static Optional<SlurmJob> parse(String line) {
    String[] fields = line.strip().split("\\|", -1);
    return fields.length == 4
        ? Optional.of(new SlurmJob(fields[0], fields[1], fields[2], fields[3]))
        : Optional.empty();
  }

  /** A test of ours: nobody's work is lost with it. */
  boolean isTest(String clusterId) {
    return reservation.equals(TestJob.reservation(clusterId));
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
