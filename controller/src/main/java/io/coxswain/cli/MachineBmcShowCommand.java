package io.coxswain.cli;

import io.coxswain.v1.Bmc;
import io.coxswain.v1.GetBmcRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cox machine bmc show}. */
@Command(
    name = "show",
    header = "Show how a machine's management controller is reached; never its password.",
    footer = {"", "Example:", "  cox machine bmc show gpu07"})
final class MachineBmcShowCommand extends PrintingCommand {
  @Parameters(paramLabel = "MACHINE", description = "Name or id.")
  String machine = "";

  @Override
  int run() {
    Bmc bmc =
        controller()
            .call(
                "Power/GetBmc",
                GetBmcRequest.newBuilder().setMachine(machine).build(),
                Bmc.parser());
    if (isPrinted(bmc, bmc.getMachine())) {
      return ExitCode.DONE;
    }
    Page page = new Page(terminal());
    page.fact("machine", bmc.getMachine());
    page.fact("protocol", protocol(bmc));
    page.fact("address", bmc.getAddress());
    page.fact("user", bmc.getUser());
    page.fact("password", bmc.getHasPassword() ? "kept, encrypted" : "");
    page.fact("system", bmc.getSystem());
    page.fact("certificate", trust(bmc));
    page.fact("mac", bmc.getMac());
    page.fact(
        "power",
        bmc.getPower().isEmpty()
            ? ""
            : bmc.getPower() + ", read " + Text.moment(bmc.getPowerReadAt()));
    page.flush();
    return ExitCode.DONE;
  }

  /** "redfish 10.9.0.7:443". */
  static String words(Bmc bmc) {
    String where = bmc.getAddress().isEmpty() ? bmc.getMac() : bmc.getAddress();
    return protocol(bmc) + " " + where;
  }

  private static String protocol(Bmc bmc) {
    return switch (bmc.getProtocol()) {
      case BMC_REDFISH -> "redfish";
      case BMC_IPMI -> "ipmi";
      case BMC_WAKE_ON_LAN -> "wol";
      default -> "unknown";
    };
  }

  private static String trust(Bmc bmc) {
    if (!bmc.getTlsFingerprint().isEmpty()) {
      return "the one with SHA-256 " + bmc.getTlsFingerprint();
    }
    return bmc.getInsecure() ? "any" : "";
  }
}
