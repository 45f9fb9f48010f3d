package io.coxswain.controller.api.refusal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Help;
import com.google.rpc.PreconditionFailure;
import com.google.rpc.ResourceInfo;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.grpc.UnframedGrpcErrorHandler;
import com.linecorp.armeria.server.grpc.UnframedGrpcStatusMappingFunction;
import io.grpc.Status;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Errors as {@code {"code", "message", "details"}}: of calls in JSON, and of requests that reach no
 * call at all.
 */
public final class JsonErrors implements UnframedGrpcErrorHandler, ServerErrorHandler {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer()
          .omittingInsignificantWhitespace()
          .usingTypeRegistry(
              JsonFormat.TypeRegistry.newBuilder()
                  .add(
                      List.of(
                          BadRequest.getDescriptor(),
                          ErrorInfo.getDescriptor(),
                          Help.getDescriptor(),
                          PreconditionFailure.getDescriptor(),
                          ResourceInfo.getDescriptor()))
                  .build());

  @Override
  public HttpResponse handle(
      ServiceRequestContext ctx, Status status, AggregatedHttpResponse response) {
    HttpStatus http = UnframedGrpcStatusMappingFunction.of().apply(ctx, status, null);
    HttpHeaders trailers = response.trailers().isEmpty() ? response.headers() : response.trailers();
    String details = trailers.get("grpc-status-details-bin");
    String message = status.getDescription();
    String body = details == null ? body(status.getCode(), message) : body(details, status);
    return json(http == null ? HttpStatus.INTERNAL_SERVER_ERROR : http, body);
  }

  @Override
  public @Nullable HttpResponse onServiceException(ServiceRequestContext ctx, Throwable cause) {
    // A JSON request that could not even be turned into a message.
    if (cause instanceof HttpStatusException http
        && http.httpStatus().equals(HttpStatus.BAD_REQUEST)
        && http.getCause() instanceof IllegalArgumentException unreadable) {
      return json(
          HttpStatus.BAD_REQUEST, body(Status.Code.INVALID_ARGUMENT, unreadable.getMessage()));
    }
    return null;
  }

  @Override
  public @Nullable AggregatedHttpResponse renderStatus(
      @Nullable ServiceRequestContext ctx,
      ServiceConfig config,
      @Nullable RequestHeaders headers,
      HttpStatus status,
      @Nullable String description,
      @Nullable Throwable cause) {
    String body = body(code(status), description == null ? status.reasonPhrase() : description);
    return AggregatedHttpResponse.of(head(status), HttpData.ofUtf8(body));
  }

  private static Status.Code code(HttpStatus status) {
    return switch (status.code()) {
      case 400, 405 -> Status.Code.INVALID_ARGUMENT;
      case 403 -> Status.Code.PERMISSION_DENIED;
      case 404 -> Status.Code.NOT_FOUND;
      case 413, 429 -> Status.Code.RESOURCE_EXHAUSTED;
      case 503 -> Status.Code.UNAVAILABLE;
      default -> Status.Code.UNKNOWN;
    };
  }

  private static HttpResponse json(HttpStatus status, String body) {
    return HttpResponse.of(head(status), HttpData.ofUtf8(body));
  }

  private static ResponseHeaders head(HttpStatus status) {
    return ResponseHeaders.builder(status).contentType(MediaType.JSON_UTF_8).build();
  }

  // The message comes from the details: the grpc-message header has its other letters escaped.
  private static String body(String details, Status status) {
    try {
      com.google.rpc.Status told =
          com.google.rpc.Status.parseFrom(Base64.getDecoder().decode(details));
      ObjectNode body =
          JSON.createObjectNode().put("code", told.getCode()).put("message", told.getMessage());
      ArrayNode list = body.putArray("details");
      for (Any detail : told.getDetailsList()) {
        list.add(JSON.readTree(PRINTER.print(detail)));
      }
      return body.toString();
    } catch (InvalidProtocolBufferException
        | JsonProcessingException
        | IllegalArgumentException e) {
      return body(status.getCode(), status.getDescription());
    }
  }

  private static String body(Status.Code code, @Nullable String message) {
    ObjectNode body =
        JSON.createObjectNode()
            .put("code", code.value())
            .put("message", message == null ? code.name() : message);
    body.putArray("details");
    return body.toString();
  }
}
