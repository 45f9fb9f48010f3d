package io.coxswain.controller.reconcile;

import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loops: one for each cluster and one for machines as such, on virtual threads. A wake-up only
 * wakes; what is to be done is read anew every time.
 */
public final class Loops implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Loops.class);

  /** Deadlines pass and assignments are repeated without anybody waking the loop. */
  private static final Duration LONGEST_SLEEP = Duration.ofSeconds(2);

  private static final Duration FORGET_EVERY = Duration.ofHours(1);

  private final Store store;
  private final Reconciler reconciler;
  private final Retention retention;
  private final Map<ClusterId, Loop> loops = new ConcurrentHashMap<>();
  private final Loop fleet;
  private final AtomicBoolean isClosed = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);

  public Loops(Store store, Reconciler reconciler, Retention retention) {
    this.store = store;
    this.reconciler = reconciler;
    this.retention = retention;
    this.fleet = new Loop("fleet", reconciler::passFleet, () -> false);
  }

  /** Starts a loop for every cluster that is not destroyed, and one that forgets what is old. */
  public void start() {
    Thread.ofVirtual().name("retention").start(this::forget);
    fleet.start();
    store.read(tx -> tx.clusters()).forEach(cluster -> wake(cluster.spec().id()));
  }

  /** Wakes a cluster's loop; without one, that of machines as such. */
  public void wakeFor(Optional<ClusterId> cluster) {
    cluster.ifPresentOrElse(this::wake, this::wakeFleet);
  }

  public void wake(ClusterId id) {
    if (!isClosed.get()) {
      loops.computeIfAbsent(id, this::begin).signal();
    }
  }

  private void wakeFleet() {
    fleet.signal();
  }

  /**
   * Wakes the clusters that lease the machine; gives a machine that nobody leases what is due to
   * it.
   */
  public void wakeMachine(String machineId) {
    record Concerned(List<ClusterId> clusters, boolean isOfFleet) {}

    Concerned concerned =
        store.read(
            tx ->
                new Concerned(
                    tx.instances().stream()
                        .filter(instance -> instance.machineId().equals(machineId))
                        .map(Instance::cluster)
                        .distinct()
                        .toList(),
                    tx.machine(machineId).flatMap(machine -> machine.care().repair()).isPresent()
                        || !tx.powerOrders().isEmpty()));
    concerned.clusters().forEach(this::wake);
    if (concerned.isOfFleet()) {
      fleet.signal();
    }
    if (concerned.clusters().isEmpty()) {
      reconciler.deliver();
    }
  }

  private void forget() {
    try {
      do {
        try {
          retention.apply();
        } catch (RuntimeException e) {
          // The next turn forgets what this one did not.
          log.error("retention: {}", e.toString(), e);
        }
      } while (!closed.await(FORGET_EVERY.toSeconds(), TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    isClosed.set(true);
    closed.countDown();
    loops.values().forEach(Loop::signal);
    fleet.signal();
  }

  private Loop begin(ClusterId id) {
    Loop loop =
        new Loop(
            id.value(),
            () -> reconciler.pass(id),
            () -> {
              boolean isGone = isGone(id);
              if (isGone) {
                loops.remove(id);
              }
              return isGone;
            });
    loop.start();
    return loop;
  }

  private boolean isGone(ClusterId id) {
    return store.read(
        tx -> tx.cluster(id).map(cluster -> cluster.destroyedAt().isPresent()).orElse(true));
  }

  private final class Loop implements Runnable {
    private final String name;
    private final Runnable pass;
    private final BooleanSupplier isOver;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition woken = lock.newCondition();
    private boolean isSignalled;

    Loop(String name, Runnable pass, BooleanSupplier isOver) {
      this.name = name;
      this.pass = pass;
      this.isOver = isOver;
    }

    void start() {
      Thread.ofVirtual().name("reconcile-" + name).start(this);
    }

    void signal() {
      lock.lock();
      try {
        isSignalled = true;
        woken.signal();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void run() {
      while (!isClosed.get()) {
        try {
          pass.run();
          if (isOver.getAsBoolean()) {
            return;
          }
        } catch (RuntimeException e) {
          // The next turn reads everything anew, so a failed one leaves nothing half done.
          log.error("reconcile {}: {}", name, e.toString(), e);
        }
        await();
      }
    }

    private void await() {
      lock.lock();
      try {
        long left = LONGEST_SLEEP.toNanos();
        while (!isSignalled && left > 0) {
          left = woken.awaitNanos(left);
        }
        isSignalled = false;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        isClosed.set(true);
      } finally {
        lock.unlock();
      }
    }
  }
}
