package io.coxswain.agent.metrics;

import io.coxswain.agent.report.GroupOutcome;
import java.util.List;

/**
 * Where the agent stands.
 *
 * @param isConnected whether the controller has welcomed it
 * @param generation of the assignment that it holds; 0 when none
 */
public record Standing(
    String version, boolean isConnected, long generation, List<GroupOutcome> groups) {
  public Standing {
    groups = List.copyOf(groups);
  }
}
