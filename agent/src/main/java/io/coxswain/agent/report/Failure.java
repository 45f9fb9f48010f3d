package io.coxswain.agent.report;

import java.util.List;

/**
 * Why a group of steps failed.
 *
 * @param reason a word for programs: "PACKAGE_NOT_FOUND"
 * @param tail the last lines of the command that failed; empty when none ran
 */
public record Failure(String reason, String message, List<String> tail, String nextAction) {
  public Failure {
    tail = List.copyOf(tail);
  }
}
