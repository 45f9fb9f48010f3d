package io.coxswain.agent.health;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rules by which this machine is judged, as data.
 *
 * @param version of the table that came with the agent
 * @param xids by number
 * @param recovery by the driver's recovery action; what is not there is {@link #unknownRecovery}
 * @param lines the kernel log's other lines, by check
 * @param fatalSxids NVSwitch errors that are fatal even where the line does not say so
 * @param checks by name, in the order in which they are made
 * @param expect what a site says this machine has; else what was once seen is expected
 * @param off checks that a site has switched off
 * @param kernelLog where the kernel's log is read; taken at the agent's start
 * @param remember how long what needs no repair is shown
 * @param relapse within which the same fault after a repair asks for the next dearer one
 * @param epilog what becomes of processes that a job has left on a GPU
 */
record Policy(
    int version,
    Map<Integer, EventRow> xids,
    EventRow unlistedXid,
    Map<Integer, Ruling> recovery,
    Ruling unknownRecovery,
    Map<String, EventRow> lines,
    List<Integer> fatalSxids,
    Map<String, CheckRow> checks,
    Expected expect,
    List<Off> off,
    String kernelLog,
    Duration remember,
    Duration relapse,
    EpilogRule epilog) {
  Policy {
    xids = Map.copyOf(xids);
    recovery = Map.copyOf(recovery);
    lines = Map.copyOf(lines);
    fatalSxids = List.copyOf(fatalSxids);
    off = List.copyOf(off);
  }

  EventRow xid(int code) {
    return xids.getOrDefault(code, unlistedXid);
  }

  /** Fail closed: a driver's word that nobody knows is no reason to believe that all is well. */
  Ruling recovery(int action) {
    return recovery.getOrDefault(action, unknownRecovery);
  }

  EventRow line(String check) {
    EventRow row = lines.get(check);
    if (row == null) {
      throw new IllegalStateException(check + ": not among the policy's lines");
    }
    return row;
  }

  CheckRow check(String name) {
    CheckRow row = checks.get(name);
    if (row == null) {
      throw new IllegalStateException(name + ": not among the policy's checks");
    }
    return row;
  }

  /** How many things are looked at. */
  int size() {
    return xids.size() + lines.size() + checks.size();
  }

  /**
   * What a machine should have.
   *
   * @param memoryBytes that the kernel manages
   * @param infinibandGigabits of each port that was ever active
   */
  record Expected(
      Optional<Integer> gpus,
      Optional<Long> memoryBytes,
      Optional<Integer> pcieWidth,
      Optional<Long> infinibandGigabits) {}

  /**
   * A check that a site has switched off.
   *
   * @param subject empty: all
   * @param machine host name; empty: all
   */
  record Off(String check, String subject, String machine, Instant until, String reason) {
    boolean applies(String toCheck, String toSubject, String hostName, Instant now) {
      return check.equals(toCheck)
          && (subject.isEmpty() || subject.equals(toSubject))
          && (machine.isEmpty() || machine.equals(hostName))
          && now.isBefore(until);
    }

    String why() {
      return reason + " (until " + until + ")";
    }
  }
}
