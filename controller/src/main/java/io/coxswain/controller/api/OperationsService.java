package io.coxswain.controller.api;

import io.coxswain.controller.api.caller.Caller;
import io.coxswain.controller.api.refusal.Statuses;
import io.coxswain.controller.api.wire.HistoryToWire;
import io.coxswain.controller.reconcile.Intents;
import io.coxswain.controller.reconcile.Lookup;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.store.Store;
import io.coxswain.v1.CancelOperationRequest;
import io.coxswain.v1.GetOperationRequest;
import io.coxswain.v1.ListOperationsRequest;
import io.coxswain.v1.ListOperationsResponse;
import io.coxswain.v1.OperationUpdate;
import io.coxswain.v1.OperationsGrpc;
import io.coxswain.v1.WatchOperationRequest;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Long-running requests: listed, cancelled and watched. */
final class OperationsService extends OperationsGrpc.OperationsImplBase {
  /** Short enough for eyes; a read of the store costs less than a millisecond. */
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);

  private final Store store;
  private final Intents intents;
  private final Views views;

  OperationsService(Store store, Intents intents, Views views) {
    this.store = store;
    this.intents = intents;
    this.views = views;
  }

  @Override
  public void listOperations(
      ListOperationsRequest request, StreamObserver<ListOperationsResponse> out) {
    ListOperationsResponse.Builder answer = ListOperationsResponse.newBuilder();
    store
        .read(
            tx -> {
              Optional<ClusterId> only =
                  request.getCluster().isEmpty()
                      ? Optional.empty()
                      : Optional.of(Requests.clusterEver(tx, request.getCluster()).spec().id());
              return tx.operations().stream()
                  .filter(operation -> only.map(operation::isOf).orElse(true))
                  .toList();
            })
        .forEach(operation -> answer.addOperations(HistoryToWire.operation(operation)));
    Requests.answer(out, answer.build());
  }

  @Override
  public void getOperation(
      GetOperationRequest request, StreamObserver<io.coxswain.v1.Operation> out) {
    Requests.answer(
        out, HistoryToWire.operation(store.read(tx -> Lookup.operation(tx, request.getId()))));
  }

  @Override
  public void cancelOperation(
      CancelOperationRequest request, StreamObserver<io.coxswain.v1.Operation> out) {
    Requests.answer(
        out, HistoryToWire.operation(intents.cancel(request.getId(), Caller.current().name())));
  }

  @Override
  public void watchOperation(WatchOperationRequest request, StreamObserver<OperationUpdate> out) {
    String id = request.getId();
    // Refused here, not on the watcher's thread.
    store.read(tx -> Lookup.operation(tx, id));
    ServerCallStreamObserver<OperationUpdate> stream =
        (ServerCallStreamObserver<OperationUpdate>) out;
    CountDownLatch gone = new CountDownLatch(1);
    stream.setOnCancelHandler(gone::countDown);
    stream.setOnCloseHandler(gone::countDown);
    Thread.ofVirtual().name("watch-" + id).start(() -> watch(id, stream, gone));
  }

  // What the client cannot take is left out, not queued: the newest state is all that counts.
  private void watch(
      String id, ServerCallStreamObserver<OperationUpdate> stream, CountDownLatch gone) {
    try {
      @Nullable OperationUpdate last = null;
      boolean isOver = false;
      while (!isOver) {
        if (stream.isReady()) {
          OperationUpdate update = update(id);
          if (!update.equals(last)) {
            stream.onNext(update);
            last = update;
          }
          isOver = update.getOperation().getState() != io.coxswain.v1.Operation.State.IN_PROGRESS;
        }
        if (!isOver && gone.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      }
      stream.onCompleted();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      if (!stream.isCancelled()) {
        stream.onError(Statuses.of(e));
      }
    }
  }

  private OperationUpdate update(String id) {
    return store.read(tx -> views.update(tx, Lookup.operation(tx, id)));
  }
}
