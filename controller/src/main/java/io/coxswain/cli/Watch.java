package io.coxswain.cli;

import io.coxswain.v1.Operation;
import io.coxswain.v1.OperationUpdate;
import io.coxswain.v1.WatchOperationRequest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Follows an operation to its end, or until enough of it is there, and shows its instances on the
 * way.
 *
 * <ul>
 *   <li>The operation lives in the controller: ending the watch never ends it, and the watcher is
 *       told how to come back.
 *   <li>A controller that restarts is waited for; the stream begins with the present state, so
 *       nothing is missed.
 * </ul>
 */
final class Watch {
  private static final int LOST_TRIES = 120;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Controller controller;
  private final Terminal terminal;
  private final String id;
  private final Waiting waiting;
  private final @Nullable Instant deadline;
  private int tries;
  private @Nullable OperationUpdate last;

  private Watch(Controller controller, Terminal terminal, String id, Waiting waiting) {
    this.controller = controller;
    this.terminal = terminal;
    this.id = id;
    this.waiting = waiting;
    Duration limit = waiting.limit();
    deadline = limit == null ? null : terminal.time().clock().instant().plus(limit);
  }

  /** Returns the last update; its operation has ended. A null limit: for as long as it takes. */
  static OperationUpdate toTheEnd(
      Controller controller, Terminal terminal, String id, @Nullable Duration limit) {
    return whileWaiting(controller, terminal, id, Waiting.limited(limit));
  }

  /** Returns the last update: its operation has ended, or enough nodes take jobs. */
  static OperationUpdate whileWaiting(
      Controller controller, Terminal terminal, String id, Waiting waiting) {
    Thread farewell =
        new Thread(
            () ->
                terminal
                    .err()
                    .println("\noperation " + id + " goes on: cox operation watch " + id));
    Runtime.getRuntime().addShutdownHook(farewell);
    try (Progress progress = Progress.on(terminal)) {
      return new Watch(controller, terminal, id, waiting).follow(progress);
    } finally {
      Runtime.getRuntime().removeShutdownHook(farewell);
    }
  }

  private OperationUpdate follow(Progress progress) {
    WatchOperationRequest request = WatchOperationRequest.newBuilder().setId(id).build();
    while (true) {
      IOException lost;
      try (var updates =
          controller.open("Operations/WatchOperation", request, OperationUpdate.parser(), left())) {
        for (OperationUpdate update = updates.next(); update != null; update = updates.next()) {
          tries = 0;
          last = update;
          progress.status(status(update));
          progress.show(update.getInstancesList());
          if (hasEnded(update.getOperation()) || waiting.isEnough(update)) {
            return update;
          }
        }
        lost = new IOException("the controller ended the stream");
      } catch (RpcException e) {
        lost = lostOrThrow(e);
      } catch (IOException e) {
        lost = e;
      }
      comeBack(progress, lost);
    }
  }

  /** "CONFIGURING (1/3; 2 RUNNING); 2 of 3 nodes take jobs"; empty of what is no cluster's. */
  private static String status(OperationUpdate update) {
    String line = update.getStatusLine();
    return line.isEmpty() || !update.hasCapacity()
        ? line
        : line + "; " + CapacityText.nodes(update.getCapacity()) + " take jobs";
  }

  // A server that is stopping answers in one of several ways; only these are no verdict on the
  // request.
  private IOException lostOrThrow(RpcException e) {
    boolean isLost =
        e.code() == RpcException.UNAVAILABLE
            || e.code() == RpcException.CANCELLED
            || e.code() == RpcException.DEADLINE_EXCEEDED;
    if (!isLost) {
      throw StatusDetails.explain(e);
    }
    return new IOException(e.getMessage(), e);
  }

  private void comeBack(Progress progress, IOException lost) {
    left();
    if (++tries > LOST_TRIES) {
      throw controller.lost(lost);
    }
    if (tries > 1) {
      progress.note("the controller does not answer; trying again (the operation is not affected)");
    }
    controller.pause(PAUSE);
  }

  private @Nullable Duration left() {
    if (deadline == null) {
      return null;
    }
    Duration left = Duration.between(terminal.time().clock().instant(), deadline);
    if (left.isNegative() || left.isZero()) {
      String state = last == null ? "" : " (" + Text.words(last.getOperation().getKind()) + ")";
      throw new CoxException(
          ExitCode.TIMED_OUT,
          "operation " + id + state + " has not ended in time; it goes on",
          "cox operation watch " + id);
    }
    return left;
  }

  static boolean hasEnded(Operation operation) {
    return switch (operation.getState()) {
      case SUCCEEDED, OPERATION_FAILED, CANCELLED -> true;
      default -> false;
    };
  }
}
