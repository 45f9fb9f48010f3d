package io.coxswain.controller.api.wire;

import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.store.Event;

/** Operations and events, as clients read them. */
public final class HistoryToWire {
  private HistoryToWire() {}

  public static io.coxswain.v1.Operation operation(Operation operation) {
    io.coxswain.v1.Operation.Builder wire =
        io.coxswain.v1.Operation.newBuilder()
            .setId(operation.id())
            .setKind(kind(operation.kind()))
            .setState(state(operation.state()))
            .setClusterId(operation.cluster().map(ClusterId::value).orElse(""))
            .setRequestId(operation.requestId())
            .setStartedAt(Times.wire(operation.startedAt()))
            .setMessage(operation.message());
    operation.endedAt().ifPresent(at -> wire.setEndedAt(Times.wire(at)));
    return wire.build();
  }

  public static io.coxswain.v1.Event event(Event event) {
    return io.coxswain.v1.Event.newBuilder()
        .setNumber(event.number())
        .setAt(Times.wire(event.at()))
        .setClusterId(event.cluster())
        .setInstance(event.instance())
        .setMachine(event.machine())
        .setKind(event.kind())
        .setMessage(event.message())
        .build();
  }

  private static io.coxswain.v1.Operation.Kind kind(Operation.Kind kind) {
    return switch (kind) {
      case CREATE_CLUSTER -> io.coxswain.v1.Operation.Kind.CREATE_CLUSTER;
      case DESTROY_CLUSTER -> io.coxswain.v1.Operation.Kind.DESTROY_CLUSTER;
      case RETRY_INSTANCE -> io.coxswain.v1.Operation.Kind.RETRY_INSTANCE;
      case APPLY_BUNDLE -> io.coxswain.v1.Operation.Kind.APPLY_BUNDLE;
      case ROLL_BACK_BUNDLE -> io.coxswain.v1.Operation.Kind.ROLL_BACK_BUNDLE;
      case TEST_NODES -> io.coxswain.v1.Operation.Kind.TEST_NODES;
      case SCALE_CLUSTER -> io.coxswain.v1.Operation.Kind.SCALE_CLUSTER;
      case REMOVE_INSTANCE -> io.coxswain.v1.Operation.Kind.REMOVE_INSTANCE;
      case CREATE_NODEPOOL -> io.coxswain.v1.Operation.Kind.CREATE_NODEPOOL;
      case EDIT_NODEPOOL -> io.coxswain.v1.Operation.Kind.EDIT_NODEPOOL;
      case DELETE_NODEPOOL -> io.coxswain.v1.Operation.Kind.DELETE_NODEPOOL;
      case POWER_MACHINE -> io.coxswain.v1.Operation.Kind.POWER_MACHINE;
      case STOP_INSTANCE -> io.coxswain.v1.Operation.Kind.STOP_INSTANCE;
      case START_INSTANCE -> io.coxswain.v1.Operation.Kind.START_INSTANCE;
      case ATTACH_VOLUME -> io.coxswain.v1.Operation.Kind.ATTACH_VOLUME;
      case DETACH_VOLUME -> io.coxswain.v1.Operation.Kind.DETACH_VOLUME;
      case TEST_VOLUME -> io.coxswain.v1.Operation.Kind.TEST_VOLUME;
    };
  }

  private static io.coxswain.v1.Operation.State state(Operation.State state) {
    return switch (state) {
      case IN_PROGRESS -> io.coxswain.v1.Operation.State.IN_PROGRESS;
      case SUCCEEDED -> io.coxswain.v1.Operation.State.SUCCEEDED;
      case FAILED -> io.coxswain.v1.Operation.State.OPERATION_FAILED;
      case CANCELLED -> io.coxswain.v1.Operation.State.CANCELLED;
    };
  }
}
