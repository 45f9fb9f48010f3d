package io.coxswain.cli;

import io.coxswain.v1.Instance;
import io.coxswain.v1.Operation;
import io.coxswain.v1.OperationUpdate;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** How an operation ended, and what to type next. */
final class OperationEnd {
  private OperationEnd() {}

  /**
   * Throws when it did not succeed: the error names every instance that failed, where, and what to
   * do.
   */
  static void check(OperationUpdate end) {
    Operation operation = end.getOperation();
    if (operation.getState() == Operation.State.SUCCEEDED) {
      return;
    }
    List<String> notes = new ArrayList<>();
    for (Instance instance : end.getInstancesList()) {
      if (instance.hasFailure()) {
        notes.add(instance.getName() + ":");
        for (String line : InstancePage.failure(instance)) {
          notes.add("  " + line);
        }
      }
    }
    String verdict =
        operation.getState() == Operation.State.CANCELLED ? " was cancelled" : " failed";
    String what = Text.words(operation.getKind()) + " " + subject(operation) + verdict;
    String message = operation.getMessage();
    throw new CoxException(
        ExitCode.FAILED,
        message.isEmpty() ? what : what + ": " + message,
        "",
        notes,
        List.of(
            operation.getKind() == Operation.Kind.POWER_MACHINE
                ? "cox operation info " + operation.getId()
                : operation.getClusterId().isEmpty()
                    ? "cox bundle status " + operation.getId()
                    : "cox why " + operation.getClusterId()));
  }

  /** The cluster that it is about; one about machines is told by its own id. */
  private static String subject(Operation operation) {
    return operation.getClusterId().isEmpty() ? operation.getId() : operation.getClusterId();
  }

  /** Follows the operation to its end, and prints that as the command prints; throws as above. */
  static int await(PrintingCommand command, Operation operation, Waiting waiting) {
    OperationUpdate end =
        Watch.whileWaiting(command.controller(), command.terminal(), operation.getId(), waiting);
    boolean isPrinted = command.isPrinted(end.getOperation(), end.getOperation().getId());
    if (isEnough(end, waiting)) {
      enough(end, command, isPrinted);
      return ExitCode.DONE;
    }
    check(end);
    if (!isPrinted) {
      print(end.getOperation(), command.terminal());
    }
    return ExitCode.DONE;
  }

  /** Whether enough nodes take jobs though not all came of it that was asked for. */
  static boolean isEnough(OperationUpdate update, Waiting waiting) {
    return update.getOperation().getState() != Operation.State.SUCCEEDED
        && waiting.isEnough(update);
  }

  /** Says how many nodes take jobs, and what becomes of the others. */
  static void enough(OperationUpdate update, PrintingCommand command, boolean isPrinted) {
    Operation operation = update.getOperation();
    if (!isPrinted) {
      command.line(
          CapacityText.nodes(update.getCapacity())
              + " take jobs after "
              + OperationPage.took(operation, command.terminal().time().clock().instant()));
    }
    String rest =
        Watch.hasEnded(operation)
            ? "not all of them: " + operation.getMessage() + "; cox why " + operation.getClusterId()
            : "the rest goes on: cox operation watch " + operation.getId();
    command.terminal().err().println(Text.clean(rest));
  }

  /** Waits for its end where that is wanted; else says what has begun and how to follow it. */
  static int begun(PrintingCommand command, Operation operation, Waiting waiting, String what) {
    if (waiting.isWanted()) {
      return await(command, operation, waiting);
    }
    if (!command.isPrinted(operation, operation.getId())) {
      String follow =
          switch (operation.getKind()) {
            case APPLY_BUNDLE, ROLL_BACK_BUNDLE -> "cox bundle status ";
            default -> "cox operation watch ";
          };
      command.line(what);
      command.line("follow it: " + follow + operation.getId());
    }
    return ExitCode.DONE;
  }

  static void print(Operation operation, Terminal terminal) {
    PrintStream out = terminal.out();
    String id = Text.clean(subject(operation));
    String took = OperationPage.took(operation, terminal.time().clock().instant());
    String message = Text.clean(operation.getMessage());
    switch (operation.getKind()) {
      case CREATE_CLUSTER -> {
        out.println("cluster " + id + " is RUNNING after " + took);
        if (!message.contains("cox ssh")) {
          out.println("next:");
          out.println("  cox ssh " + id + "-jumphost");
          out.println("  sbatch train.sh                # there");
        }
      }
      case DESTROY_CLUSTER -> out.println("cluster " + id + " is DESTROYED after " + took);
      default -> out.println(Text.words(operation.getKind()) + " " + id + " is done after " + took);
    }
    if (!message.isEmpty()) {
      out.println(message);
    }
  }
}
