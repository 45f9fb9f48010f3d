package io.coxswain.cli;

import com.google.protobuf.Message;
import io.coxswain.v1.ScaleClusterResponse;

/** A change of a nodepool, told or awaited. */
record NodepoolChange(PrintingCommand command, String rpc, Message request, boolean isDryRun) {
  int run(Waiting waiting, String begun) {
    ScaleClusterResponse answer = call();
    if (!isDryRun && waiting.isWanted()) {
      return OperationEnd.await(command, answer.getOperation(), waiting);
    }
    String name = isDryRun ? "" : answer.getOperation().getId();
    if (!command.isPrinted(answer, name)) {
      ScalePage.lines(answer).forEach(command::line);
      command.line(
          isDryRun
              ? "dry run: nothing was changed"
              : begun + "; follow it: cox operation watch " + answer.getOperation().getId());
    }
    return ExitCode.DONE;
  }

  ScaleClusterResponse call() {
    return command.controller().call(rpc, request, ScaleClusterResponse.parser());
  }
}
