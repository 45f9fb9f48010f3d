package io.coxswain.agent.health;

import io.coxswain.agent.health.Finding.Findings;
import io.coxswain.agent.health.Finding.State;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All states that are not as they should be; never changes, each round makes another one. */
record Conditions(Map<Faults.Key, Condition> all) {
  static final Conditions NONE = new Conditions(Map.of());

  Conditions {
    all = Map.copyOf(all);
  }

  static Conditions of(List<Condition> conditions) {
    Map<Faults.Key, Condition> all = new LinkedHashMap<>();
    conditions.forEach(c -> all.put(new Faults.Key(c.check(), c.finding().subject()), c));
    return new Conditions(all);
  }

  /** After a round of all checks. */
  Conditions next(Facts facts, Policy policy) {
    Map<Faults.Key, Condition> next = new LinkedHashMap<>();
    Checks.ALL.forEach(
        (check, look) -> {
          CheckRow row = policy.check(check);
          round(row, look.at(facts, row, policy), facts.at(), next);
        });
    return new Conditions(next);
  }

  private void round(
      CheckRow row, Findings findings, Instant now, Map<Faults.Key, Condition> next) {
    Map<Faults.Key, Condition> left = new LinkedHashMap<>();
    all.forEach(
        (key, condition) -> {
          if (key.check().equals(row.check())) {
            left.put(key, condition);
          }
        });
    for (Finding finding : findings.list()) {
      Faults.Key key = new Faults.Key(row.check(), finding.subject());
      if (next.containsKey(key)) {
        // The inventory and the round both told of it.
        continue;
      }
      Condition before = left.remove(key);
      if (finding.state() == State.SILENT) {
        keep(key, before, next);
      } else if (finding.state() == State.GOOD) {
        if (before != null) {
          before.good(now, row.clear()).ifPresent(c -> next.put(key, c));
        }
      } else {
        next.put(
            key,
            before == null
                ? Condition.of(row.check(), finding, now, row.hold())
                : before.again(finding, now, row.hold()));
      }
    }
    left.forEach(
        (key, condition) -> {
          if (findings.isPartial()) {
            keep(key, condition, next);
          } else {
            condition.good(now, row.clear()).ifPresent(c -> next.put(key, c));
          }
        });
  }

  private static void keep(
      Faults.Key key, @Nullable Condition condition, Map<Faults.Key, Condition> next) {
    if (condition != null) {
      next.put(key, condition);
    }
  }

  /** Those that are told. */
  List<Condition> raised() {
    return all.values().stream().filter(Condition::isRaised).toList();
  }
}
