package io.coxswain.controller.reconcile;

import io.coxswain.controller.observed.GroupOutcome;
import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.observed.Seen;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * What agents have told since the controller started, by machine id. Kept in memory alone: an agent
 * tells all of it again after each connect. Safe for use by many threads.
 */
public final class Fleet {
  private final Map<String, Seen> machines = new ConcurrentHashMap<>();
  private final Histories histories = new Histories();

  public Seen seen(String machineId) {
    return machines.getOrDefault(machineId, Seen.NOTHING);
  }

  /** A stream was opened by an agent that holds an assignment of the generation. */
  public void connected(String machineId, long generation, Instant now) {
    change(machineId, seen -> new Seen(seen.facts(), now, true, generation, seen.outcomes()));
  }

  public void disconnected(String machineId) {
    change(
        machineId,
        seen -> new Seen(seen.facts(), seen.lastSeen(), false, seen.generation(), seen.outcomes()));
  }

  /** A sign of life, with the generation that the agent holds. */
  public void heard(String machineId, long generation, Instant now) {
    change(
        machineId,
        seen ->
            new Seen(
                seen.facts(),
                now,
                seen.isConnected(),
                Math.max(seen.generation(), generation),
                seen.outcomes()));
  }

  /** Keeps the newer of two reports: one that was delayed changes nothing. */
  public void reported(String machineId, MachineFacts facts, Instant now) {
    change(
        machineId,
        seen -> {
          boolean isNewer = seen.facts().isEmpty() || !facts.at().isBefore(seen.facts().get().at());
          return new Seen(
              isNewer ? Optional.of(facts) : seen.facts(),
              now,
              seen.isConnected(),
              seen.generation(),
              seen.outcomes());
        });
  }

  /** Restores the facts of the last run, which count until the agent reports again. */
  public void remembered(String machineId, MachineFacts facts) {
    change(
        machineId,
        seen ->
            seen.facts().isPresent()
                ? seen
                : new Seen(
                    Optional.of(facts),
                    seen.lastSeen(),
                    seen.isConnected(),
                    seen.generation(),
                    seen.outcomes()));
  }

  /** An outcome of an older generation than one already known of its group changes nothing. */
  public void outcome(String machineId, GroupOutcome outcome, Instant now) {
    change(
        machineId,
        seen -> {
          Map<String, GroupOutcome> outcomes = new HashMap<>(seen.outcomes());
          outcomes.merge(
              outcome.group(),
              outcome,
              (known, told) -> told.generation() < known.generation() ? known : told);
          outcomes.values().removeIf(known -> known.generation() + 1 < outcome.generation());
          return new Seen(
              seen.facts(),
              now,
              seen.isConnected(),
              Math.max(seen.generation(), outcome.generation()),
              outcomes);
        });
  }

  /** The last day of the machines. */
  public Histories histories() {
    return histories;
  }

  public void forget(String machineId) {
    histories.forget(machineId);
    machines.remove(machineId);
  }

  private void change(String machineId, UnaryOperator<Seen> change) {
    machines.compute(machineId, (id, seen) -> change.apply(seen == null ? Seen.NOTHING : seen));
  }
}
