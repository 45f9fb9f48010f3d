package io.coxswain.cli;

import com.google.protobuf.Duration;
import io.coxswain.v1.CreateJoinTokenRequest;
import io.coxswain.v1.CreateJoinTokenResponse;
import io.coxswain.v1.MachineRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cox machine join-token}. */
@Command(
    name = "join-token",
    header = "Make a token that lets a machine join.",
    description =
        "The token is shown once and stored hashed. Give it to cox-agent by file or standard input,"
            + " never as an argument: arguments are visible to every user of a machine.",
    footer = {
      "",
      "Examples:",
      "  cox machine join-token --name gpu07",
      "  cox machine join-token --uses 32 --expires 2h --label rack=a1",
      "  cox machine join-token -o name | ssh root@gpu07 \\",
      "      cox-agent join --controller jumphost:7443 --ca-pin sha256:... --token-file -"
    })
final class MachineJoinTokenCommand extends PrintingCommand {
  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Only for a machine that joins by this name.")
  String name = "";

  @Option(
      names = "--serial",
      paramLabel = "SERIAL",
      description = "Only for the machine with this board serial or system UUID.")
  String serial = "";

  @Option(
      names = "--role",
      paramLabel = "worker|jumphost",
      description = "What it becomes. Default: worker.")
  String role = "worker";

  @Option(
      names = "--uses",
      paramLabel = "N",
      description = "How many machines may join with it. Default: 1.")
  int uses = 1;

  @Option(
      names = "--expires",
      paramLabel = "SPAN",
      description = "How long it may be used: 10m, 2h, 1d. Default: 10m.")
  String expires = "10m";

  @Option(
      names = "--label",
      paramLabel = "LABEL=VALUE",
      description = "A label the machine gets; may be repeated.")
  List<String> labels = new ArrayList<>();

  @Override
  int run() {
    if (uses < 1) {
      throw CoxException.usage("--uses: " + uses + " (expected: at least 1)", "", "");
    }
    CreateJoinTokenRequest request =
        CreateJoinTokenRequest.newBuilder()
            .setName(name)
            .setSerial(serial)
            .setRole(role())
            .setUses(uses)
            .setExpiresIn(
                Duration.newBuilder().setSeconds(Words.span(expires, "--expires").toSeconds()))
            .putAllLabels(Words.labels(labels, "--label"))
            .build();
    CreateJoinTokenResponse answer =
        controller()
            .callOnce("Machines/CreateJoinToken", request, CreateJoinTokenResponse.parser());
    if (!isPrinted(answer, answer.getToken())) {
      print(answer);
    }
    return ExitCode.DONE;
  }

  private MachineRole role() {
    return switch (role.toLowerCase(Locale.ROOT)) {
      case "worker" -> MachineRole.WORKER;
      case "jumphost" -> MachineRole.JUMPHOST;
      default ->
          throw CoxException.usage("--role: '" + role + "' (expected: worker or jumphost)", "", "");
    };
  }

  private void print(CreateJoinTokenResponse answer) {
    Page page = new Page(terminal());
    page.fact("token", answer.getToken())
        .fact("controller", answer.getController())
        .fact("ca pin", answer.getCaPin())
        .fact("expires", Text.moment(answer.getExpiresAt()) + ", " + Text.count(uses, "use"))
        .heading("On the machine, as root, then paste the token and press Ctrl-D:")
        .line(
            "cox-agent join --controller "
                + answer.getController()
                + " --ca-pin "
                + answer.getCaPin()
                + (name.isEmpty() ? "" : " --name " + name)
                + " --token-file -");
  }
}
