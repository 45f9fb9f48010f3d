package io.coxswain.controller.api.link;

import io.coxswain.controller.api.wire.AssignmentToWire;
import io.coxswain.controller.spec.Assignment;
import io.coxswain.v1.ControllerMessage;
import io.coxswain.v1.Query;
import io.coxswain.v1.Welcome;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The way down one agent's stream. Invariants:
 *
 * <ul>
 *   <li>All that goes down a stream goes through here, one message at a time, numbered without
 *       gaps.
 *   <li>Nothing is written that the transport cannot take: what waits is the newest assignment and
 *       the newest query, never a queue.
 *   <li>After the end nothing is written.
 * </ul>
 */
final class Outbox {
  private final ServerCallStreamObserver<ControllerMessage> stream;
  private final ReentrantLock lock = new ReentrantLock();
  private long sequence;
  private boolean isEnded;
  private @Nullable Welcome welcome;
  private @Nullable Assignment assignment;
  private long query;

  Outbox(ServerCallStreamObserver<ControllerMessage> stream) {
    this.stream = stream;
  }

  void welcome(Welcome message) {
    lock.lock();
    try {
      welcome = message;
      drain();
    } finally {
      lock.unlock();
    }
  }

  /** Replaces one that still waits, unless that one is newer. */
  void assign(Assignment message) {
    lock.lock();
    try {
      if (assignment == null || assignment.generation() <= message.generation()) {
        assignment = message;
      }
      drain();
    } finally {
      lock.unlock();
    }
  }

  /** Asks for a report; the answer carries this number or a later one. */
  void query(long id) {
    lock.lock();
    try {
      query = Math.max(query, id);
      drain();
    } finally {
      lock.unlock();
    }
  }

  /** Writes what waits, as far as the transport takes it. */
  void drain() {
    lock.lock();
    try {
      if (welcome != null && isWritable()) {
        write(ControllerMessage.newBuilder().setWelcome(welcome));
        welcome = null;
      }
      // Nothing comes before the welcome.
      if (assignment != null && welcome == null && sequence > 0 && isWritable()) {
        write(
            ControllerMessage.newBuilder().setAssignment(AssignmentToWire.assignment(assignment)));
        assignment = null;
      }
      if (query != 0 && welcome == null && sequence > 0 && isWritable()) {
        write(ControllerMessage.newBuilder().setQuery(Query.newBuilder().setId(query)));
        query = 0;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends the stream with a reason; only the first end counts. */
  void end(StatusRuntimeException why) {
    if (markEnded()) {
      stream.onError(why);
    }
  }

  /** Ends the stream as the agent asked. */
  void complete() {
    if (markEnded()) {
      stream.onCompleted();
    }
  }

  /** The agent is gone: there is nobody to tell. */
  void abandon() {
    markEnded();
  }

  boolean isEnded() {
    lock.lock();
    try {
      return isEnded;
    } finally {
      lock.unlock();
    }
  }

  private boolean markEnded() {
    lock.lock();
    try {
      boolean isFirst = !isEnded;
      isEnded = true;
      return isFirst;
    } finally {
      lock.unlock();
    }
  }

  private boolean isWritable() {
    return !isEnded && !stream.isCancelled() && stream.isReady();
  }

  private void write(ControllerMessage.Builder message) {
    stream.onNext(message.setSequence(++sequence).build());
  }
}
