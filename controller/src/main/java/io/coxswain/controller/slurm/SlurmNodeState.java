package io.coxswain.controller.slurm;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A node's state as Slurm prints it: a kind and flags, {@code IDLE+DRAIN+DYNAMIC_NORM}. A drain is
 * a flag, not a state.
 *
 * @param flags words of Slurm's, of whatever version; those that we do not know are kept
 */
public record SlurmNodeState(Kind kind, Set<String> flags) {
  /** What stands before the flags. */
  public enum Kind {
    UNKNOWN,
    DOWN,
    IDLE,
    ALLOCATED,
    MIXED,
    ERROR,
    FUTURE
  }

  /** The flags under which a node takes no new jobs, or will soon take none. */
  private static final Set<String> NOT_READY =
      Set.of(
          "DRAIN",
          "FAIL",
          "NOT_RESPONDING",
          "INVALID_REG",
          "MAINTENANCE",
          "POWER_DOWN",
          "POWERED_DOWN",
          "POWERING_DOWN",
          "POWERING_UP",
          "POWER_UP",
          "REBOOT_REQUESTED",
          "REBOOT_ISSUED",
          "REBOOT_CANCELED",
          "BLOCKED");

  // sinfo(1), NODE STATE CODES: one character behind the state.
  private static final Map<Character, String> SUFFIXES =
      Map.of(
          '*',
          "NOT_RESPONDING",
          '~',
          "POWERED_DOWN",
          '#',
          "POWERING_UP",
          '!',
          "POWER_DOWN",
          '%',
          "POWERING_DOWN",
          '$',
          "MAINTENANCE",
          '@',
          "REBOOT_REQUESTED",
          '^',
          "REBOOT_ISSUED",
          '-',
          "PLANNED");

  public SlurmNodeState {
    flags = Set.copyOf(flags);
  }

  /**
   * Reads what scontrol prints, and sinfo's shorter way ({@code drained*}, {@code idle~}, {@code
   * inval}). Never fails.
   */
  public static SlurmNodeState parse(String text) {
    Kind kind = Kind.UNKNOWN;
    boolean isFirst = true;
    Set<String> flags = new TreeSet<>();
    for (String word : text.strip().toUpperCase(Locale.ROOT).split("\\+", -1)) {
      String name = word;
      while (!name.isEmpty() && SUFFIXES.containsKey(name.charAt(name.length() - 1))) {
        flags.add(SUFFIXES.getOrDefault(name.charAt(name.length() - 1), ""));
        name = name.substring(0, name.length() - 1);
      }
      // Only the first word is a kind: behind it COMPLETING is a flag.
      Optional<Kind> known = isFirst ? kind(name) : Optional.empty();
      kind = known.orElse(kind);
      isFirst = false;
      switch (name) {
        case "DRAINED", "DRAINING", "DRNG" -> flags.add("DRAIN");
        case "INVAL" -> flags.add("INVALID_REG");
        case "MAINT" -> flags.add("MAINTENANCE");
        case "COMPLETING", "COMP" -> flags.add("COMPLETING");
        default -> {
          if (known.isEmpty() && !name.isEmpty()) {
            flags.add(name);
          }
        }
      }
    }
    return new SlurmNodeState(kind, flags);
  }

  private static Optional<Kind> kind(String name) {
    return switch (name) {
      case "UNKNOWN", "UNK" -> Optional.of(Kind.UNKNOWN);
      case "DOWN" -> Optional.of(Kind.DOWN);
      case "IDLE", "DRAINED" -> Optional.of(Kind.IDLE);
      case "ALLOCATED", "ALLOC", "DRAINING", "DRNG", "COMPLETING", "COMP" ->
          Optional.of(Kind.ALLOCATED);
      case "MIXED", "MIX" -> Optional.of(Kind.MIXED);
      case "ERROR" -> Optional.of(Kind.ERROR);
      case "FUTURE", "FUTR" -> Optional.of(Kind.FUTURE);
      default -> Optional.empty();
    };
  }

  public boolean isDown() {
    return kind == Kind.DOWN || kind == Kind.ERROR;
  }

  public boolean isDrained() {
    return flags.contains("DRAIN");
  }

  /** It has, or had a moment ago, a job. */
  public boolean isBusy() {
    return kind == Kind.ALLOCATED || kind == Kind.MIXED || flags.contains("COMPLETING");
  }

  public boolean isResponding() {
    return kind != Kind.UNKNOWN
        && kind != Kind.FUTURE
        && !flags.contains("NOT_RESPONDING")
        && !flags.contains("POWERED_DOWN");
  }

  /** It registered less than its configuration says: fewer GPUs, less memory. */
  public boolean isInvalid() {
    return flags.contains("INVALID_REG");
  }

  /** Jobs wait for a machine that is to come. */
  public boolean isWanted() {
    return flags.contains("POWERING_UP") && kind != Kind.DOWN;
  }

  /** Slurm has no use for its machine any more. Flag POWER_DOWN alone: jobs may still run. */
  public boolean isGivenBack() {
    return flags.contains("POWERING_DOWN") || flags.contains("POWERED_DOWN");
  }

  /** Takes jobs, now or when those it has are done. */
  public boolean isReady() {
    return (kind == Kind.IDLE || kind == Kind.ALLOCATED || kind == Kind.MIXED)
        && flags.stream().noneMatch(NOT_READY::contains);
  }
}
