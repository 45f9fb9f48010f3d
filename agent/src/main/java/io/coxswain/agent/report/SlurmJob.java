package io.coxswain.agent.report;

import java.util.List;

/** A job that has not ended; nodes is empty while it waits. */
public record SlurmJob(long id, String user, String name, String state, List<String> nodes) {
  public SlurmJob {
    nodes = List.copyOf(nodes);
  }
}
