package io.coxswain.cli;

import com.google.protobuf.Any;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A command that ends here: what is wrong, where, what to do about it, and the exit status that
 * says so to a script.
 */
final class CoxException extends RuntimeException {
  private final int exitCode;
  private final String field;
  private final List<String> notes;
  private final List<String> fixes;
  private @Nullable RpcError told;

  /** The controller's own error, for programs: its gRPC code and the details as they came. */
  private record RpcError(int code, List<Any> details) {}

  CoxException(int exitCode, String what, String fix) {
    this(exitCode, what, "", List.of(), List.of(fix));
  }

  CoxException(int exitCode, String what, String field, List<String> notes, List<String> fixes) {
    super(what, null, false, false);
    this.exitCode = exitCode;
    this.field = field;
    this.notes = List.copyOf(notes);
    this.fixes = List.copyOf(fixes);
  }

  static CoxException usage(String what, String field, String fix) {
    return new CoxException(ExitCode.USAGE, what, field, List.of(), List.of(fix));
  }

  static CoxException refused(String what, String fix) {
    return new CoxException(ExitCode.REFUSED, what, fix);
  }

  int exitCode() {
    return exitCode;
  }

  /** Keeps what the controller told, for {@link #printJson}. */
  CoxException toldAs(int code, List<Any> details) {
    told = new RpcError(code, List.copyOf(details));
    return this;
  }

  /**
   * Prints {@code {"error": {"code", "message", "details"}}}, the fields of an error in the
   * controller's REST answers. An error that is cox's own has the gRPC code that would end with the
   * same exit status.
   */
  void printJson(PrintStream err) {
    RpcError answer = told;
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("code", answer == null ? code() : answer.code());
    error.put("message", String.valueOf(getMessage()));
    error.put("details", answer == null ? ownDetails() : StatusDetails.trees(answer.details()));
    err.print(JsonText.of(Map.of("error", error)));
  }

  private int code() {
    return switch (exitCode) {
      case ExitCode.USAGE -> RpcException.INVALID_ARGUMENT;
      case ExitCode.REFUSED -> RpcException.FAILED_PRECONDITION;
      case ExitCode.NOT_FOUND -> RpcException.NOT_FOUND;
      case ExitCode.TIMED_OUT -> RpcException.DEADLINE_EXCEEDED;
      default -> RpcException.UNKNOWN;
    };
  }

  private List<Object> ownDetails() {
    List<Object> details = new ArrayList<>();
    if (!notes.isEmpty()) {
      details.add(detail("PreconditionFailure", "violations", notes));
    }
    List<String> things = fixes.stream().filter(fix -> !fix.isEmpty()).toList();
    if (!things.isEmpty()) {
      details.add(detail("Help", "links", things));
    }
    return details;
  }

  private static Object detail(String type, String list, List<String> descriptions) {
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("@type", "type.googleapis.com/google.rpc." + type);
    detail.put(list, descriptions.stream().map(text -> Map.of("description", text)).toList());
    return detail;
  }

  /**
   * Prints {@code error: what (field)}, the notes, and one {@code fix:} line for each thing to do.
   */
  void print(PrintStream err) {
    err.print("error: ");
    err.print(Text.clean(String.valueOf(getMessage())));
    if (!field.isEmpty()) {
      err.print(" (" + Text.clean(field) + ")");
    }
    err.println();
    for (String note : notes) {
      err.println("  " + Text.clean(note));
    }
    for (String fix : fixes) {
      if (!fix.isEmpty()) {
        err.println("  fix: " + Text.clean(fix));
      }
    }
  }
}
