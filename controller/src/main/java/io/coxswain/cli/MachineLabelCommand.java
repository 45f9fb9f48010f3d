package io.coxswain.cli;

import io.coxswain.v1.LabelMachineRequest;
import io.coxswain.v1.Machine;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cox machine label}. */
@Command(
    name = "label",
    header = "Set and remove labels of a machine.",
    footer = {
      "",
      "Examples:",
      "  cox machine label gpu07 rack=a1 switch=s3     set two",
      "  cox machine label gpu07 rack-                 remove one"
    })
final class MachineLabelCommand extends PrintingCommand {
  @Parameters(index = "0", paramLabel = "MACHINE", description = "Name or id.")
  String machine = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "LABEL=VALUE|LABEL-",
      description = "Set it, or remove it.")
  List<String> labels = new ArrayList<>();

  @Override
  int run() {
    List<String> set = new ArrayList<>();
    LabelMachineRequest.Builder request = LabelMachineRequest.newBuilder().setName(machine);
    for (String label : labels) {
      if (label.indexOf('=') < 0 && label.length() > 1 && label.endsWith("-")) {
        request.addRemove(label.substring(0, label.length() - 1));
      } else {
        set.add(label);
      }
    }
    request.putAllSet(Words.labels(set, "label"));
    Machine answer = controller().call("Machines/LabelMachine", request.build(), Machine.parser());
    if (!isPrinted(answer, answer.getName())) {
      Table table = new Table("LABEL", "VALUE");
      new java.util.TreeMap<>(answer.getLabelsMap()).forEach(table::add);
      return print(table, answer.getName() + " has no labels");
    }
    return ExitCode.DONE;
  }
}
