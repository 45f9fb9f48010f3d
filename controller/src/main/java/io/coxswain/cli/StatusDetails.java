package io.coxswain.cli;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Help;
import com.google.rpc.PreconditionFailure;
import com.google.rpc.ResourceInfo;
import com.google.rpc.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a gRPC error carries besides its message, gathered for a person: the field, the reasons one
 * by one, what to do.
 */
final class StatusDetails {
  private static final int NOTES_SHOWN = 20;

  private String field = "";
  private final List<String> notes = new ArrayList<>();
  private final List<String> fixes = new ArrayList<>();

  private StatusDetails() {}

  static CoxException explain(RpcException error) {
    String message = String.valueOf(error.getMessage());
    String what =
        message.isEmpty()
            ? "the controller gave no reason (gRPC code " + error.code() + ")"
            : message;
    StatusDetails details = new StatusDetails();
    List<Any> raw = List.of();
    try {
      raw = Status.parseFrom(error.details()).getDetailsList();
      for (Any detail : raw) {
        details.add(detail, what);
      }
    } catch (InvalidProtocolBufferException e) {
      details.notes.add(
          "the controller's details could not be read: is cox as new as the controller?");
    }
    if (error.code() == RpcException.UNIMPLEMENTED && details.fixes.isEmpty()) {
      details.fixes.add("cox version shows both sides: install the same version of both");
    }
    return new CoxException(
            exitCode(error.code()), what, details.field, details.shown(), details.fixes)
        .toldAs(error.code(), raw);
  }

  /** The details in protobuf's JSON mapping; one of an unknown type is left out. */
  static List<Object> trees(List<Any> details) {
    List<Object> trees = new ArrayList<>();
    for (Any detail : details) {
      try {
        Message message = message(detail);
        if (message != null && MessageTree.of(message) instanceof Map<?, ?> fields) {
          Map<String, Object> tree = new LinkedHashMap<>();
          tree.put("@type", detail.getTypeUrl());
          fields.forEach((name, value) -> tree.put(String.valueOf(name), value));
          trees.add(tree);
        }
      } catch (InvalidProtocolBufferException e) {
        trees.add(Map.of("@type", detail.getTypeUrl()));
      }
    }
    return trees;
  }

  private static @Nullable Message message(Any detail) throws InvalidProtocolBufferException {
    String url = detail.getTypeUrl();
    return switch (url.substring(url.lastIndexOf('/') + 1)) {
      case "google.rpc.BadRequest" -> BadRequest.parseFrom(detail.getValue());
      case "google.rpc.ErrorInfo" -> ErrorInfo.parseFrom(detail.getValue());
      case "google.rpc.Help" -> Help.parseFrom(detail.getValue());
      case "google.rpc.PreconditionFailure" -> PreconditionFailure.parseFrom(detail.getValue());
      case "google.rpc.ResourceInfo" -> ResourceInfo.parseFrom(detail.getValue());
      default -> null;
    };
  }

  static int exitCode(int code) {
    return switch (code) {
      case RpcException.INVALID_ARGUMENT -> ExitCode.USAGE;
      case RpcException.FAILED_PRECONDITION,
          RpcException.PERMISSION_DENIED,
          RpcException.RESOURCE_EXHAUSTED,
          RpcException.ALREADY_EXISTS ->
          ExitCode.REFUSED;
      case RpcException.NOT_FOUND -> ExitCode.NOT_FOUND;
      case RpcException.DEADLINE_EXCEEDED -> ExitCode.TIMED_OUT;
      default -> ExitCode.FAILED;
    };
  }

  // By the end of the type's URL: Any.is() would load every descriptor of google.rpc.
  private void add(Any detail, String what) throws InvalidProtocolBufferException {
    String url = detail.getTypeUrl();
    switch (url.substring(url.lastIndexOf('/') + 1)) {
      case "google.rpc.BadRequest" -> {
        List<BadRequest.FieldViolation> violations =
            BadRequest.parseFrom(detail.getValue()).getFieldViolationsList();
        if (violations.size() == 1) {
          field = violations.getFirst().getField();
        }
        for (BadRequest.FieldViolation violation : violations) {
          note(violation.getField(), violation.getDescription(), what);
        }
      }
      case "google.rpc.PreconditionFailure" -> {
        for (var violation : PreconditionFailure.parseFrom(detail.getValue()).getViolationsList()) {
          note(violation.getSubject(), violation.getDescription(), what);
        }
      }
      case "google.rpc.ResourceInfo" -> {
        ResourceInfo resource = ResourceInfo.parseFrom(detail.getValue());
        if (!what.contains(resource.getResourceName())) {
          note(resource.getResourceType(), resource.getResourceName(), what);
        }
      }
      case "google.rpc.Help" -> {
        for (Help.Link link : Help.parseFrom(detail.getValue()).getLinksList()) {
          String url2 = link.getUrl();
          fixes.add(url2.isEmpty() ? link.getDescription() : link.getDescription() + ": " + url2);
        }
      }
      default -> {
        // ErrorInfo is for programs; a type of tomorrow is no reason to fail today.
      }
    }
  }

  private void note(String subject, String description, String what) {
    if (!description.isEmpty() && !what.contains(description)) {
      notes.add(subject.isEmpty() ? description : subject + ": " + description);
    }
  }

  private List<String> shown() {
    if (notes.size() <= NOTES_SHOWN) {
      return notes;
    }
    List<String> shown = new ArrayList<>(notes.subList(0, NOTES_SHOWN));
    shown.add("... and " + (notes.size() - NOTES_SHOWN) + " more");
    return shown;
  }
}
