package io.coxswain.controller.api.refusal;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Help;
import com.google.rpc.PreconditionFailure;
import com.google.rpc.ResourceInfo;
import io.coxswain.controller.access.AccessException;
import io.coxswain.controller.document.DocumentRefused;
import io.coxswain.controller.reconcile.RefusedException;
import io.coxswain.controller.spec.InvalidSpecException;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Exceptions of the rooms behind the api, as gRPC statuses with details. */
public final class Statuses {
  /** Who says so, in every ErrorInfo. */
  public static final String DOMAIN = "coxswain";

  private static final Logger log = LoggerFactory.getLogger(Statuses.class);

  private Statuses() {}

  /** The status of an exception; one that nobody expected is logged and only its number is told. */
  public static StatusRuntimeException of(Throwable cause) {
    return known(cause).orElseGet(() -> unexpected(cause));
  }

  /** The status of an exception that is meant for the caller; empty for any other. */
  public static Optional<StatusRuntimeException> known(Throwable cause) {
    return switch (cause) {
      case StatusRuntimeException status -> Optional.of(status);
      case StatusException status ->
          Optional.of(new StatusRuntimeException(status.getStatus(), status.getTrailers()));
      case InvalidSpecException invalid -> Optional.of(invalid(invalid));
      case DocumentRefused unfit ->
          Optional.of(status(Code.INVALID_ARGUMENT, text(unfit), reason("INVALID_DOCUMENT")));
      case RefusedException refused -> Optional.of(refused(refused));
      case AccessException denied -> Optional.of(denied(denied));
      case InvalidProtocolBufferException unreadable ->
          Optional.of(status(Code.INVALID_ARGUMENT, text(unreadable), reason("UNREADABLE")));
      default -> Optional.empty();
    };
  }

  /** A refusal with a word for programs and, where it is not empty, what to do next. */
  public static StatusRuntimeException refusal(
      Status.Code code, String reason, String message, String help) {
    Code wire = Code.forNumber(code.value());
    return help.isEmpty()
        ? status(wire == null ? Code.UNKNOWN : wire, message, reason(reason))
        : status(wire == null ? Code.UNKNOWN : wire, message, reason(reason), help(help));
  }

  private static StatusRuntimeException invalid(InvalidSpecException invalid) {
    BadRequest.FieldViolation.Builder violation =
        BadRequest.FieldViolation.newBuilder()
            .setField(invalid.field())
            .setDescription(text(invalid));
    return status(
        Code.INVALID_ARGUMENT,
        text(invalid),
        BadRequest.newBuilder().addFieldViolations(violation).build(),
        reason("INVALID_FIELD"));
  }

  private static StatusRuntimeException refused(RefusedException refused) {
    ErrorInfo reason =
        reason(refused.kind().name()).toBuilder().putMetadata("subject", refused.subject()).build();
    Help help = help(refused.help());
    return switch (refused.kind()) {
      case NOT_FOUND -> status(Code.NOT_FOUND, text(refused), reason, resource(refused), help);
      case TAKEN -> status(Code.ALREADY_EXISTS, text(refused), reason, resource(refused), help);
      case NO_CAPACITY -> status(Code.RESOURCE_EXHAUSTED, text(refused), reason, help);
      case FORBIDDEN_NOW ->
          status(Code.FAILED_PRECONDITION, text(refused), reason, precondition(refused), help);
    };
  }

  private static StatusRuntimeException denied(AccessException denied) {
    Code code =
        switch (denied.reason()) {
          case TOKEN_UNKNOWN,
              TOKEN_EXPIRED,
              TOKEN_USED_UP,
              TOKEN_BOUND_TO_OTHER_NAME,
              TOKEN_BOUND_TO_OTHER_HARDWARE,
              REVOKED,
              NOT_ENROLLED ->
              Code.PERMISSION_DENIED;
          case TOO_MANY_ATTEMPTS -> Code.RESOURCE_EXHAUSTED;
          case NAME_INVALID, CERTIFICATE_REQUEST_INVALID -> Code.INVALID_ARGUMENT;
          case NAME_TAKEN -> Code.ALREADY_EXISTS;
        };
    return status(code, text(denied), reason(denied.reason().name()), help(next(denied.reason())));
  }

  private static String next(AccessException.Reason reason) {
    return switch (reason) {
      case TOKEN_UNKNOWN, TOKEN_EXPIRED, TOKEN_USED_UP ->
          "make another token on the jumphost: cox machine join-token";
      case TOKEN_BOUND_TO_OTHER_NAME ->
          "join with the --name that the token is for, or make a token for this one:"
              + " cox machine join-token";
      case TOKEN_BOUND_TO_OTHER_HARDWARE ->
          "make a token for this machine's serial number: cox machine join-token --serial";
      case REVOKED, NOT_ENROLLED ->
          "cox machine remove, then cox-agent join --anew with a token of cox machine join-token";
      case TOO_MANY_ATTEMPTS, NAME_INVALID, CERTIFICATE_REQUEST_INVALID, NAME_TAKEN -> "";
    };
  }

  private static ResourceInfo resource(RefusedException refused) {
    return ResourceInfo.newBuilder()
        .setResourceName(refused.subject())
        .setDescription(text(refused))
        .build();
  }

  private static PreconditionFailure precondition(RefusedException refused) {
    return PreconditionFailure.newBuilder()
        .addViolations(
            PreconditionFailure.Violation.newBuilder()
                .setType("STATE")
                .setSubject(refused.subject())
                .setDescription(text(refused)))
        .build();
  }

  private static StatusRuntimeException unexpected(Throwable cause) {
    String number =
        HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()).substring(0, 8);
    log.error("internal error {}", number, cause);
    return status(
        Code.INTERNAL,
        "internal error " + number + " (the controller's log tells more under this number)",
        reason("INTERNAL").toBuilder().putMetadata("number", number).build());
  }

  private static ErrorInfo reason(String reason) {
    return ErrorInfo.newBuilder().setDomain(DOMAIN).setReason(reason).build();
  }

  private static Help help(String help) {
    return Help.newBuilder().addLinks(Help.Link.newBuilder().setDescription(help)).build();
  }

  private static String text(Throwable cause) {
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }

  private static StatusRuntimeException status(Code code, String message, Message... details) {
    com.google.rpc.Status.Builder status =
        com.google.rpc.Status.newBuilder().setCode(code.getNumber()).setMessage(message);
    for (Message detail : details) {
      boolean isEmptyHelp =
          detail instanceof Help help && help.getLinks(0).getDescription().isEmpty();
      if (!isEmptyHelp) {
        status.addDetails(Any.pack(detail));
      }
    }
    return StatusProto.toStatusRuntimeException(status.build());
  }

  /** The trailers of a refusal. */
  public static Metadata trailers(StatusRuntimeException refusal) {
    Metadata trailers = refusal.getTrailers();
    return trailers == null ? new Metadata() : trailers;
  }
}
