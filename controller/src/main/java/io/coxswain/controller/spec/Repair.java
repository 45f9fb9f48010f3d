package io.coxswain.controller.spec;

import java.time.Instant;
import java.util.Optional;

/**
 * A wish to do something to a machine, carried out once: by its agent, and where the machine is a
 * cluster's node, after the node has no more jobs.
 *
 * @param id names the wish: an agent carries it out once
 * @param by who asked; the site's policy when it was nobody
 * @param message how it stands or why it failed, for people
 */
public record Repair(
    String id, Work work, String by, Instant askedAt, State state, String message) {

  /** What is to be done. */
  public enum Kind {
    /** The agent forgets a fault; jobs are not in the way. */
    CLEAR,
    RESET_GPU,
    REBOOT,
    /** Another machine takes the instance's slot; this one is kept out of the pool. */
    REPLACE,
    /** The instance goes, and the machine back into the pool. */
    LEAVE,
    APPLY_BUNDLE,
    /** Back to what was before the last bundle. */
    RESTORE_BUNDLE;

    /** As people type it: "reset-gpu". */
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  /** How far it is. */
  public enum State {
    /** The node gets no new jobs; those that run are awaited. */
    ASKED,
    /** The agent was told. */
    UNDER_WAY,
    /** Of one that parts: the machine is cleaned, its node is taken out of Slurm. */
    LEAVING,
    /** Of one that parts: the slot is free, and the machine is still to be cleaned. */
    LEFT,
    DONE,
    FAILED
  }

  /**
   * The details, of which each kind needs some.
   *
   * @param check of CLEAR: which fault
   * @param subject of CLEAR and RESET_GPU: a GPU's PCI address, empty for all; of LEAVE: the
   *     instance
   * @param cluster of REPLACE and LEAVE: whose node it is
   * @param isForced of REPLACE and LEAVE: though the machine's agent is silent
   * @param driver of APPLY_BUNDLE
   * @param mayReboot of APPLY_BUNDLE and RESTORE_BUNDLE
   * @param undoes of RESTORE_BUNDLE: id of the wish that failed; empty: the last bundle's
   * @param roll id of the roll that it belongs to; empty: none
   */
  public record Work(
      Kind kind,
      String check,
      String subject,
      Optional<ClusterId> cluster,
      boolean isForced,
      Optional<DriverSet> driver,
      boolean mayReboot,
      String undoes,
      String roll) {

    private static Work of(Kind kind, String check, String subject) {
      return new Work(
          kind, check, subject, Optional.empty(), false, Optional.empty(), false, "", "");
    }

    public static Work clear(String check, String subject) {
      return of(Kind.CLEAR, check, subject);
    }

    public static Work resetGpu(String pciBusId) {
      return of(Kind.RESET_GPU, "", pciBusId);
    }

    public static Work reboot() {
      return of(Kind.REBOOT, "", "");
    }

    public static Work replace(ClusterId cluster, boolean isForced) {
      return new Work(
          Kind.REPLACE, "", "", Optional.of(cluster), isForced, Optional.empty(), false, "", "");
    }

    public static Work leave(ClusterId cluster, String instance, boolean isForced) {
      return new Work(
          Kind.LEAVE,
          "",
          instance,
          Optional.of(cluster),
          isForced,
          Optional.empty(),
          false,
          "",
          "");
    }

    public static Work apply(DriverSet driver, boolean mayReboot, String roll) {
      return new Work(
          Kind.APPLY_BUNDLE,
          "",
          "",
          Optional.empty(),
          false,
          Optional.of(driver),
          mayReboot,
          "",
          roll);
    }

    public static Work restore(boolean mayReboot, String undoes, String roll) {
      return new Work(
          Kind.RESTORE_BUNDLE,
          "",
          "",
          Optional.empty(),
          false,
          Optional.empty(),
          mayReboot,
          undoes,
          roll);
    }

    /** "reboot", "reset-gpu 0000:18:00.0", "apply-bundle nvidia-580-open 1". */
    public String words() {
      return kind.word()
          + (check.isEmpty() ? "" : " " + check)
          + (subject.isEmpty() ? "" : " " + subject)
          + driver.map(set -> " " + set.bundle()).orElse("");
    }

    /** Whether the machine is not the cluster's any more afterwards. */
    public boolean partsFromCluster() {
      return kind == Kind.REPLACE || kind == Kind.LEAVE;
    }

    /** Whether a node must have no jobs for it. */
    public boolean needsIdleNode() {
      return kind != Kind.CLEAR;
    }

    public boolean isOfRoll() {
      return !roll.isEmpty();
    }
  }

  public static Repair asked(String id, Work work, String by, Instant now) {
    return new Repair(id, work, by, now, State.ASKED, "");
  }

  public Repair with(Work other) {
    return new Repair(id, other, by, askedAt, state, message);
  }

  public Repair in(State next, String why) {
    return new Repair(id, work, by, askedAt, next, why);
  }

  /** Whether nothing more comes of it. */
  public boolean isEnded() {
    return state == State.DONE || state == State.FAILED;
  }
}
