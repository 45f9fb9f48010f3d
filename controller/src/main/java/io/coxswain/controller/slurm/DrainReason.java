package io.coxswain.controller.slurm;

import java.util.Arrays;

/** The reason on a drained node, by which our drains are told from everybody else's. */
public final class DrainReason {
  public static final String PREFIX = "cox:";

  private DrainReason() {}

  /** Our reason: one line, the prefix first. */
  public static String ours(String text) {
    return PREFIX + " " + text.replaceAll("\\s+", " ").strip();
  }

  /**
   * Whether nobody but us gave a reason. Since 23.02 Slurm puts a further one behind " : "; a drain
   * that somebody else also has a reason for is not ours to end.
   */
  public static boolean isOurs(String reason) {
    return Arrays.stream(reason.strip().split(" : ", -1))
        .allMatch(part -> part.strip().startsWith(PREFIX));
  }
}
