package io.coxswain.controller.api.link;

import io.coxswain.controller.api.refusal.Statuses;
import io.coxswain.controller.reconcile.Agents;
import io.coxswain.controller.spec.Assignment;
import io.grpc.Status;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The agents that have a stream open. Invariants:
 *
 * <ul>
 *   <li>A machine has at most one stream; a newer one ends the older.
 *   <li>A machine that was cut off gets none for as long as the controller runs; after that, the
 *       store's mark of revocation keeps it out.
 * </ul>
 */
public final class GrpcAgents implements Agents, AutoCloseable {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition answered = lock.newCondition();
  private final Map<String, Outbox> open = new HashMap<>();
  private final Map<String, Long> answers = new HashMap<>();
  private final Set<String> cutOff = new HashSet<>();
  private long lastQuery;
  private boolean isClosed;

  @Override
  public void send(String machineId, Assignment assignment) {
    outbox(machineId).ifPresent(outbox -> outbox.assign(assignment));
  }

  @Override
  public void query(String machineId) {
    outbox(machineId).ifPresent(outbox -> outbox.query(nextQuery()));
  }

  /**
   * Asks for a report and waits until it is there. False when there is no stream, or no answer in
   * time.
   */
  public boolean queryAndWait(String machineId, Duration limit) {
    Optional<Outbox> outbox = outbox(machineId);
    if (outbox.isEmpty()) {
      return false;
    }
    long id = nextQuery();
    outbox.get().query(id);
    lock.lock();
    try {
      long left = limit.toNanos();
      while (answers.getOrDefault(machineId, 0L) < id) {
        if (left <= 0 || !open.containsKey(machineId)) {
          return false;
        }
        left = answered.awaitNanos(Math.min(left, TimeUnit.SECONDS.toNanos(1)));
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void cutOff(String machineId) {
    Outbox outbox;
    lock.lock();
    try {
      cutOff.add(machineId);
      outbox = open.remove(machineId);
    } finally {
      lock.unlock();
    }
    if (outbox != null) {
      outbox.end(
          Statuses.refusal(
              Status.Code.PERMISSION_DENIED,
              "REVOKED",
              "machine " + machineId + " was revoked",
              ""));
    }
  }

  /** Ends all streams; the agents come back to the next controller. */
  @Override
  public void close() {
    Set<Outbox> ending;
    lock.lock();
    try {
      isClosed = true;
      ending = new HashSet<>(open.values());
      open.clear();
    } finally {
      lock.unlock();
    }
    ending.forEach(
        outbox ->
            outbox.end(
                Statuses.refusal(
                    Status.Code.UNAVAILABLE, "STOPPING", "the controller is stopping", "")));
  }

  /** Makes it the machine's stream and ends the one before. */
  void opened(String machineId, Outbox outbox) {
    Outbox older;
    lock.lock();
    try {
      if (isClosed) {
        throw Statuses.refusal(
            Status.Code.UNAVAILABLE, "STOPPING", "the controller is stopping", "");
      }
      if (cutOff.contains(machineId)) {
        throw Statuses.refusal(
            Status.Code.PERMISSION_DENIED, "REVOKED", "machine " + machineId + " was revoked", "");
      }
      older = open.put(machineId, outbox);
      answers.remove(machineId);
    } finally {
      lock.unlock();
    }
    if (older != null) {
      older.end(
          Statuses.refusal(
              Status.Code.ABORTED,
              "REPLACED",
              "a newer stream of machine " + machineId + " took the place of this one",
              ""));
    }
  }

  /** True when the machine has no stream any more: no newer one took its place. */
  boolean closed(String machineId, Outbox outbox) {
    lock.lock();
    try {
      answered.signalAll();
      open.remove(machineId, outbox);
      return !open.containsKey(machineId);
    } finally {
      lock.unlock();
    }
  }

  /** A report came; a query number of 0 answers nothing. */
  void answered(String machineId, long query) {
    lock.lock();
    try {
      if (query != 0) {
        answers.merge(machineId, query, Math::max);
        answered.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private Optional<Outbox> outbox(String machineId) {
    lock.lock();
    try {
      return Optional.ofNullable(open.get(machineId));
    } finally {
      lock.unlock();
    }
  }

  private long nextQuery() {
    lock.lock();
    try {
      return ++lastQuery;
    } finally {
      lock.unlock();
    }
  }
}
