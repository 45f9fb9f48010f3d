package io.coxswain.agent.link;

import io.coxswain.agent.bmc.Access;
import io.coxswain.agent.bmc.Deed;
import io.coxswain.agent.bmc.Password;
import io.coxswain.agent.step.PowerMachine;
import io.coxswain.v1.MachinePowered;

/** Wire to the step that switches another machine. */
final class PowerSteps {
  private static final int LARGEST_PORT = 65_535;

  private PowerSteps() {}

  static PowerMachine powered(MachinePowered wire) {
    return new PowerMachine(
        StepDecoder.demand("machine_powered.id", wire.getId()),
        access(wire),
        deed(wire.getDeed()),
        wire.getForced());
  }

  private static Access access(MachinePowered wire) {
    Access.Protocol protocol = protocol(wire.getProtocol());
    boolean isCalled = protocol == Access.Protocol.WOL;
    if (wire.getPort() < 1 || wire.getPort() > LARGEST_PORT) {
      throw new IllegalArgumentException(
          "machine_powered.port: " + wire.getPort() + " (expected: 1 to " + LARGEST_PORT + ")");
    }
    return new Access(
        protocol,
        word("machine_powered.machine", wire.getMachine()),
        isCalled && wire.getHost().isEmpty() ? "" : word("machine_powered.host", wire.getHost()),
        wire.getPort(),
        isCalled ? "" : word("machine_powered.user", wire.getUser()),
        Password.of(wire.getPassword().toByteArray()),
        wire.getSystem(),
        wire.getFingerprint(),
        wire.getTrustsAnyone(),
        isCalled ? mac(wire.getMac()) : "");
  }

  // It becomes an argument of a program: none may look like an option.
  private static String word(String field, String value) {
    if (!value.matches("[!-~]{1,255}") || value.startsWith("-")) {
      throw new IllegalArgumentException(
          field + ": not a word (expected: letters of ASCII, no blanks, no dash in front)");
    }
    return value;
  }

  private static String mac(String value) {
    if (!value.matches("([0-9a-f]{2}:){5}[0-9a-f]{2}")) {
      throw new IllegalArgumentException(
          "machine_powered.mac: '" + value + "' (expected: such as 3c:ec:ef:00:00:01)");
    }
    return value;
  }

  private static Access.Protocol protocol(MachinePowered.Protocol wire) {
    return switch (wire) {
      case REDFISH -> Access.Protocol.REDFISH;
      case IPMI -> Access.Protocol.IPMI;
      case WAKE_ON_LAN -> Access.Protocol.WOL;
      case PROTOCOL_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException(
              "machine_powered.protocol: " + wire + " (expected: REDFISH, IPMI or WAKE_ON_LAN)");
    };
  }

  private static Deed deed(MachinePowered.Deed wire) {
    return switch (wire) {
      case READ -> Deed.READ;
      case ON -> Deed.ON;
      case OFF -> Deed.OFF;
      case CYCLE -> Deed.CYCLE;
      case AWAIT_OFF -> Deed.AWAIT_OFF;
      case DEED_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException(
              "machine_powered.deed: " + wire + " (expected: READ, ON, OFF, CYCLE or AWAIT_OFF)");
    };
  }
}
