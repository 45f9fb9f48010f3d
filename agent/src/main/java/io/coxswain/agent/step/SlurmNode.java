package io.coxswain.agent.step;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** One line of scontrol -o show node: base state and flags as Slurm prints them, and why. */
record SlurmNode(String name, Set<String> flags, String reason, String reasonBy) {
  /** Begins every reason that Coxswain gives; what does not begin so is a person's or Slurm's. */
  static final String OURS = "cox: ";

  private static final Pattern NAME = Pattern.compile("(?:^| )NodeName=(\\S+)");
  private static final Pattern STATE = Pattern.compile(" State=(\\S+)");
  // Who and when follow in brackets; the text itself may hold brackets too.
  private static final Pattern REASON =
      Pattern.compile(" Reason=(.*?)(?: \\[([^\\[\\]@]*)@[^\\[\\]]*\\]| Comment=|$)");
  private static final String SLURM_USER = "slurm";
  // The marks that sinfo(1) puts behind a state.
  private static final Pattern MARKS = Pattern.compile("[*~#!%$@^+-]*$");

  // What Slurm writes by itself when a node registers badly or not at all (facts of slurmctld 22.05
  // to 25.11).
  private static final Pattern BY_SLURM =
      Pattern.compile(
          "Prolog error|Epilog error|Not responding|ResumeTimeout reached|Node unexpectedly rebooted|Node silently"
              + " failed and came back|gres/.*"
              + " count reported lower than configured.*|Low"
              + " (RealMemory|TmpDisk|CPUs|socket\\*core).*|CoreSpec differ.*|.*hostname"
              + " mismatch.*");

  static Optional<SlurmNode> parse(String line) {
    Matcher name = NAME.matcher(line);
    Matcher state = STATE.matcher(line);
    if (!name.find() || !state.find()) {
      return Optional.empty();
    }
    Matcher reason = REASON.matcher(line);
    Set<String> flags =
        Arrays.stream(state.group(1).split("\\+", -1))
            .map(flag -> MARKS.matcher(flag).replaceAll(""))
            .collect(Collectors.toCollection(TreeSet::new));
    if (state.group(1).contains("*")) {
      flags.add("NOT_RESPONDING");
    }
    boolean hasReason = reason.find();
    return Optional.of(
        new SlurmNode(
            name.group(1),
            flags,
            hasReason ? reason.group(1).strip() : "",
            hasReason && reason.group(2) != null ? reason.group(2) : ""));
  }

  boolean isDrained() {
    return flags.contains("DRAIN");
  }

  boolean isDown() {
    return flags.contains("DOWN");
  }

  boolean isRefused() {
    return flags.contains("INVAL") || flags.contains("INVALID_REG");
  }

  boolean isResponding() {
    return !flags.contains("NOT_RESPONDING")
        && !flags.contains("UNKNOWN")
        && !flags.contains("FUTURE")
        && !flags.contains("POWERED_DOWN");
  }

  /** A slot of power saving that scontrol created. */
  boolean isElastic() {
    return flags.contains("CLOUD") && flags.contains("DYNAMIC_NORM");
  }

  /** A slot without a machine, and not about to get or to lose one. */
  boolean isEmpty() {
    return flags.contains("POWERED_DOWN")
        && !flags.contains("POWERING_UP")
        && !flags.contains("POWERING_DOWN")
        && !flags.contains("POWER_DOWN")
        && !flags.contains("POWER_UP");
  }

  /** A slot for which slurmctld waits for a machine. */
  boolean isResuming() {
    return flags.contains("POWERING_UP");
  }

  /** In a reservation or under maintenance; ask before there is one of our own. */
  boolean isReservedByOthers() {
    return flags.contains("RESERVED") || flags.contains("MAINT") || flags.contains("MAINTENANCE");
  }

  boolean isBusy() {
    return flags.contains("ALLOCATED") || flags.contains("MIXED") || flags.contains("COMPLETING");
  }

  /**
   * Whether the drain or the down state is ours or Slurm's own, so that clearing it overrules
   * nobody.
   */
  boolean mayResume() {
    return reason.startsWith(OURS.strip())
        || (reasonBy.equals(SLURM_USER) && BY_SLURM.matcher(reason).matches());
  }

  @Override
  public String toString() {
    return name + " " + String.join("+", flags) + (reason.isEmpty() ? "" : " (" + reason + ")");
  }
}
