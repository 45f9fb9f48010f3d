package io.coxswain.agent.link;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Help;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.List;

/** The controller could not be reached, or said no. */
public final class LinkException extends RuntimeException {
  private final boolean isRefusal;
  private final List<String> help;

  /** Something about the other side is not as it must be. */
  LinkException(String message) {
    this(message, List.of());
  }

  /** The same, with what to do about it. */
  LinkException(String message, List<String> help) {
    this(message, true, help);
  }

  private LinkException(String message, boolean isRefusal, List<String> help) {
    super(message);
    this.isRefusal = isRefusal;
    this.help = List.copyOf(help);
  }

  static LinkException of(String what, StatusRuntimeException e) {
    boolean isReached =
        switch (e.getStatus().getCode()) {
          case PERMISSION_DENIED,
              UNAUTHENTICATED,
              INVALID_ARGUMENT,
              FAILED_PRECONDITION,
              NOT_FOUND,
              ALREADY_EXISTS ->
              true;
          default -> false;
        };
    return new LinkException(what + ": " + describe(e.getStatus()), isReached, help(e));
  }

  /** What the controller says can be done, from the google.rpc.Help of its status. */
  private static List<String> help(StatusRuntimeException e) {
    com.google.rpc.Status status = StatusProto.fromThrowable(e);
    List<String> help = new ArrayList<>();
    for (Any detail : status == null ? List.<Any>of() : status.getDetailsList()) {
      if (detail.is(Help.class)) {
        try {
          detail.unpack(Help.class).getLinksList().forEach(link -> help.add(link.getDescription()));
        } catch (InvalidProtocolBufferException unreadable) {
          help.add("(the controller's help could not be read: " + unreadable.getMessage() + ")");
        }
      }
    }
    return help;
  }

  /** What to do next, a line each; may be empty. */
  public List<String> help() {
    return help;
  }

  /** Whether trying again as it is cannot help. */
  public boolean isRefusal() {
    return isRefusal;
  }

  /**
   * For people: the controller's own words, else the innermost cause, which is where TLS says what
   * is wrong.
   */
  static String describe(Status status) {
    Throwable cause = status.getCause();
    while (cause != null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause != null) {
      return String.valueOf(
          cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage());
    }
    return status.getDescription() == null
        ? status.getCode().name()
        : status.getCode() + ": " + status.getDescription().replaceAll("\\s*\n\\s*", "; ");
  }
}
