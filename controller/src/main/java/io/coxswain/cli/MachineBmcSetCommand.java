package io.coxswain.cli;

import io.coxswain.v1.Bmc;
import io.coxswain.v1.BmcProtocol;
import io.coxswain.v1.SetBmcRequest;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cox machine bmc set}. */
@Command(
    name = "set",
    header = "Say how a machine's management controller is reached.",
    description = {
      "",
      "A jumphost's agent speaks to it, to switch the machine on and off. The password is read from",
      "a file or typed, never given as an argument; it is kept encrypted and never shown again.",
      "",
      "Where there is no such controller, wol can switch on by Wake-on-LAN, and nothing else."
    },
    footer = {
      "",
      "Examples:",
      "  cox machine bmc set gpu07 --protocol redfish --address 10.9.0.7 --user cox \\",
      "      --tls-fingerprint 3f1a...                       asks for the password",
      "  cox machine bmc set gpu07 --protocol ipmi --address 10.9.0.7 --user cox \\",
      "      --password-file /root/bmc-password",
      "  cox machine bmc set gpu07 --protocol wol --mac 3c:ec:ef:00:00:01"
    })
final class MachineBmcSetCommand extends PrintingCommand {
  private static final int LONGEST_FILE = 4096;

  @Parameters(paramLabel = "MACHINE", description = "Name or id.")
  String machine = "";

  @Option(
      names = "--protocol",
      required = true,
      paramLabel = "redfish|ipmi|wol",
      description = "What it speaks.",
      completionCandidates = Protocols.class)
  String protocol = "";

  @Option(
      names = "--address",
      paramLabel = "HOST[:PORT]",
      description = "Where it is; with wol where to call, everywhere unless given.")
  String address = "";

  @Option(names = "--user", paramLabel = "USER", description = "As whom to log in.")
  String user = "";

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description =
          "A file whose first line is the password; - is standard input. Else it is asked for.")
  String passwordFile = "";

  @Option(
      names = "--system",
      paramLabel = "ID",
      description = "With redfish, which of several systems is this machine.")
  String system = "";

  @Option(
      names = "--tls-fingerprint",
      paramLabel = "SHA256",
      description = "With redfish, the certificate to believe, whoever signed it.")
  String fingerprint = "";

  @Option(
      names = "--insecure",
      description =
          "With redfish, believe any certificate. Whoever is in between gets the password.")
  boolean insecure;

  @Option(
      names = "--mac",
      paramLabel = "MAC",
      description = "With wol, the address of the machine's own network card.")
  String mac = "";

  /** What the controller knows. */
  static final class Protocols implements Iterable<String> {
    @Override
    public java.util.Iterator<String> iterator() {
      return List.of("redfish", "ipmi", "wol").iterator();
    }
  }

  @Override
  int run() throws IOException {
    BmcProtocol wanted = wanted();
    SetBmcRequest request =
        SetBmcRequest.newBuilder()
            .setMachine(machine)
            .setProtocol(wanted)
            .setAddress(address)
            .setUser(user)
            .setPassword(wanted == BmcProtocol.BMC_WAKE_ON_LAN ? "" : password())
            .setSystem(system)
            .setTlsFingerprint(fingerprint)
            .setInsecure(insecure)
            .setMac(mac)
            .build();
    Bmc answer = controller().call("Power/SetBmc", request, Bmc.parser());
    if (!isPrinted(answer, answer.getMachine())) {
      line(
          "the BMC of "
              + answer.getMachine()
              + " is known: "
              + MachineBmcShowCommand.words(answer));
      if (wanted != BmcProtocol.BMC_WAKE_ON_LAN) {
        line("try it: cox machine power " + answer.getMachine() + " status");
      }
    }
    return ExitCode.DONE;
  }

  private BmcProtocol wanted() {
    return switch (protocol) {
      case "redfish" -> BmcProtocol.BMC_REDFISH;
      case "ipmi" -> BmcProtocol.BMC_IPMI;
      case "wol" -> BmcProtocol.BMC_WAKE_ON_LAN;
      default ->
          throw CoxException.usage(
              "--protocol: '" + protocol + "' (expected: redfish, ipmi or wol)", "protocol", "");
    };
  }

  private String password() throws IOException {
    if (passwordFile.equals("-")) {
      return terminal().readLine();
    }
    if (!passwordFile.isEmpty()) {
      return ofFile();
    }
    Optional<Console> console = Optional.ofNullable(System.console()).filter(Console::isTerminal);
    // Without both ends, what is typed would be seen, or nobody would be asked.
    if (!terminal().attached().in() || !terminal().attached().out() || console.isEmpty()) {
      throw CoxException.usage(
          "no password: nobody can be asked for it here (expected: a terminal, or a file)",
          "password",
          "--password-file FILE");
    }
    char[] typed = console.get().readPassword("Password of %s at its BMC: ", Text.clean(user));
    return typed == null ? "" : new String(typed);
  }

  private String ofFile() {
    try {
      Path file = Path.of(passwordFile);
      if (Files.isRegularFile(file) && Files.size(file) > LONGEST_FILE) {
        throw CoxException.usage(
            "--password-file: " + file + " has " + Files.size(file) + " bytes (expected: one line)",
            "password",
            "");
      }
      List<String> lines = Files.readString(file).lines().toList();
      return lines.isEmpty() ? "" : lines.getFirst();
    } catch (IOException | java.nio.file.InvalidPathException e) {
      throw CoxException.usage(
          "--password-file: '"
              + passwordFile
              + "' cannot be read ("
              + e.getClass().getSimpleName()
              + ")",
          "password",
          "");
    }
  }
}
