package io.coxswain.cli;

import io.coxswain.v1.ListOperationsRequest;
import io.coxswain.v1.ListOperationsResponse;
import io.coxswain.v1.Operation;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cox operation list}. */
@Command(
    name = "list",
    aliases = "ls",
    header = "List long-running requests.",
    footer = {"", "Example:", "  cox operation list --cluster c-7f3a"})
final class OperationListCommand extends PrintingCommand {
  @Option(names = "--cluster", paramLabel = "CLUSTER", description = "Only those of this cluster.")
  String cluster = "";

  @Override
  int run() {
    ListOperationsResponse answer =
        controller()
            .call(
                "Operations/ListOperations",
                ListOperationsRequest.newBuilder().setCluster(cluster).build(),
                ListOperationsResponse.parser());
    if (format == Format.NAME) {
      for (Operation operation : answer.getOperationsList()) {
        line(operation.getId());
      }
      return ExitCode.DONE;
    }
    return isPrinted(answer) ? ExitCode.DONE : print(table(answer), "no operations");
  }

  private Table table(ListOperationsResponse answer) {
    Instant now = terminal().time().clock().instant();
    Table table = new Table("ID", "KIND", "STATE", "CLUSTER", "STARTED", "TOOK", "MESSAGE");
    for (Operation operation : answer.getOperationsList()) {
      table.add(
          operation.getId(),
          Text.words(operation.getKind()),
          OperationPage.state(operation),
          operation.getClusterId(),
          Text.age(operation.getStartedAt(), now) + " ago",
          OperationPage.took(operation, now),
          operation.getMessage());
    }
    return table;
  }
}
