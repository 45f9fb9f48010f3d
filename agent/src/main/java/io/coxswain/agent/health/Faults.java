package io.coxswain.agent.health;

import io.coxswain.agent.report.Health;
import io.coxswain.agent.report.RepairAction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The faults of this machine; never changes, each change is another one.
 *
 * <ul>
 *   <li>What happens again to the same thing is the same fault.
 *   <li>A reboot ends what a reboot or less puts right; a reset of a GPU, or the driver loaded
 *       again, ends what a reset puts right; {@link #clear} ends what a person or a step has put
 *       right. Silence ends only what needs no repair.
 *   <li>One that ended is kept as long as the policy calls its return a relapse.
 * </ul>
 */
record Faults(Map<Key, Fault> all) {
  static final Faults NONE = new Faults(Map.of());
  // A machine with 16 GPUs and every Xid of the table on each would still fit in a few megabytes.
  private static final int MOST = 2048;

  Faults {
    all = Map.copyOf(all);
  }

  /** What and on what. */
  record Key(String check, String subject) {}

  static Faults of(List<Fault> faults) {
    Map<Key, Fault> all = new LinkedHashMap<>();
    faults.forEach(fault -> all.put(new Key(fault.check(), fault.subject()), fault));
    return new Faults(all);
  }

  /** Oldest first. */
  List<Fault> list() {
    return all.values().stream()
        .sorted(
            Comparator.comparing(Fault::first)
                .thenComparing(Fault::check)
                .thenComparing(Fault::subject))
        .toList();
  }

  boolean isOpen(String check, String subject) {
    Fault fault = all.get(new Key(check, subject));
    return fault != null && fault.isOpen();
  }

  Faults happened(KernelEvent event, Fault.Hit hit, Policy policy) {
    return switch (event) {
      case KernelEvent.ModuleLoaded _ -> reset("", hit.at(), policy);
      case KernelEvent.Recovery(String subject, int action, String _) when action == 0 ->
          reset(subject, hit.at(), policy);
      case KernelEvent.Recovery(var _, int action, var _) -> add("xid-154", action, event, hit);
      case KernelEvent.Xid xid -> xid(xid, hit);
      case KernelEvent.SXid sxid -> {
        boolean isFatal = sxid.isFatal() || policy.fatalSxids().contains(sxid.code());
        yield add(isFatal ? "sxid-fatal" : "sxid", sxid.code(), event, hit);
      }
      case KernelEvent.OffBus _ -> add("gpu-off-bus", 0, event, hit);
      case KernelEvent.ApiMismatch _ -> add("api-mismatch", 0, event, hit);
      case KernelEvent.Leftover leftover ->
          add(leftover.isStuck() ? "gpu-leftover-stuck" : "gpu-leftover", 0, event, hit);
      case KernelEvent.WrongModule _ -> add("wrong-module", 0, event, hit);
    };
  }

  // Xid 45 is the end of what another one began: it counts only where that one was not seen.
  private Faults xid(KernelEvent.Xid xid, Fault.Hit hit) {
    int code = xid.code();
    if (code == 45 && xid.cause().isPresent()) {
      code = xid.cause().getAsInt();
      if (isOpen("xid-" + code, xid.subject())) {
        return this;
      }
    }
    return add("xid-" + code, code, xid, hit);
  }

  private Faults add(String check, int code, KernelEvent event, Fault.Hit hit) {
    Map<Key, Fault> changed = new LinkedHashMap<>(all);
    Key key = new Key(check, event.subject());
    Fault before = changed.get(key);
    changed.put(
        key, before == null ? Fault.of(check, code, event, hit) : before.again(code, event, hit));
    if (changed.size() > MOST) {
      changed.values().stream()
          .min(Comparator.comparing(Fault::isOpen).thenComparing(Fault::last))
          .ifPresent(fault -> changed.remove(new Key(fault.check(), fault.subject())));
    }
    return new Faults(changed);
  }

  /** The machine has booted since. */
  Faults rebooted(Instant at, Policy policy) {
    return end(fault -> repair(fault, policy).compareTo(RepairAction.REBOOT) <= 0, at);
  }

  /** The GPU was reset, or all when the subject is empty: the driver was loaded again. */
  Faults reset(String subject, Instant at, Policy policy) {
    return end(
        fault ->
            (subject.isEmpty() || fault.subject().equals(subject))
                && !fault.last().isAfter(at)
                && repair(fault, policy).compareTo(RepairAction.RESET_GPU) <= 0,
        at);
  }

  /**
   * Somebody has put it right.
   *
   * @param check empty: all
   * @param subject empty: all
   * @param before what happened at this time or later stays
   */
  Faults clear(String check, String subject, Instant before) {
    return end(
        fault ->
            (check.isEmpty() || fault.check().equals(check))
                && (subject.isEmpty() || fault.subject().equals(subject))
                && fault.last().isBefore(before),
        before);
  }

  /** Drops what is of no more use. */
  Faults aged(Instant now, Policy policy) {
    List<Fault> kept = new ArrayList<>();
    for (Fault fault : all.values()) {
      Ruling ruling = Judge.ruling(fault, policy, now);
      boolean needsNothing =
          ruling.action() == RepairAction.NO_REPAIR
              && !ruling.drain()
              && ruling.level() != Health.CRITICAL;
      Instant end = fault.ended().orElse(fault.last());
      boolean isOver =
          fault.isOpen()
              ? needsNothing && end.plus(policy.remember()).isBefore(now)
              : end.plus(policy.relapse()).isBefore(now);
      if (!isOver) {
        kept.add(fault);
      }
    }
    return kept.size() == all.size() ? this : of(kept);
  }

  // By what the policy asks of it now, relapses and repetition included: a fault that reboots have
  // not put right is not put right by the next one.
  private static RepairAction repair(Fault fault, Policy policy) {
    return Judge.ruling(fault, policy, fault.last()).action();
  }

  private Faults end(Predicate<Fault> isPutRight, Instant at) {
    Map<Key, Fault> changed = new LinkedHashMap<>();
    all.forEach(
        (key, fault) ->
            changed.put(key, fault.isOpen() && isPutRight.test(fault) ? fault.ended(at) : fault));
    return changed.equals(all) ? this : new Faults(changed);
  }
}
