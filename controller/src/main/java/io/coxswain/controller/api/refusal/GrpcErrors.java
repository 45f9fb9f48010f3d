package io.coxswain.controller.api.refusal;

import com.linecorp.armeria.common.CancellationException;
import com.linecorp.armeria.common.RequestContext;
import com.linecorp.armeria.common.grpc.GrpcExceptionHandlerFunction;
import com.linecorp.armeria.common.stream.AbortedStreamException;
import com.linecorp.armeria.common.stream.CancelledSubscriptionException;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Optional;

/** What a gRPC caller is told of an exception that a service threw. */
public final class GrpcErrors implements GrpcExceptionHandlerFunction {
  @Override
  public Status apply(RequestContext ctx, Status status, Throwable cause, Metadata metadata) {
    boolean isOver =
        cause instanceof CancellationException
            || cause instanceof AbortedStreamException
            || cause instanceof CancelledSubscriptionException;
    if (isOver) {
      // The call has ended already, by us or by the peer: there is nobody to tell.
      return Status.CANCELLED;
    }
    Optional<StatusRuntimeException> known = Statuses.known(cause);
    if (known.isEmpty()) {
      // The transport's own: cancelled, timed out, too large.
      Status transport = GrpcExceptionHandlerFunction.of().apply(ctx, status, cause, metadata);
      if (transport != null
          && transport.getCode() != Status.Code.UNKNOWN
          && transport.getCode() != Status.Code.INTERNAL) {
        return transport.withCause(null);
      }
    }
    StatusRuntimeException refusal = known.orElseGet(() -> Statuses.of(cause));
    // The exception's own trailers are the metadata already when a service threw a status.
    Metadata trailers = Statuses.trailers(refusal);
    if (trailers != metadata) {
      metadata.merge(trailers);
    }
    return refusal.getStatus();
  }
}
