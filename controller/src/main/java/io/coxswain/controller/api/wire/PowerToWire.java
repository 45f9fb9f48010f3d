package io.coxswain.controller.api.wire;

import com.google.protobuf.ByteString;
import io.coxswain.controller.reconcile.Bmcs;
import io.coxswain.controller.spec.Bmc;
import io.coxswain.controller.spec.InvalidSpecException;
import io.coxswain.controller.spec.PowerDeed;
import io.coxswain.controller.spec.Want;
import io.coxswain.v1.BmcProtocol;
import io.coxswain.v1.MachinePowered;
import io.coxswain.v1.PowerMachineRequest;
import io.coxswain.v1.SetBmcRequest;

/** Power and management controllers, to the wire and back. */
public final class PowerToWire {
  private PowerToWire() {}

  /** For the agent that is to do it. */
  static MachinePowered powered(Want.Powered want) {
    Bmc bmc = want.bmc();
    return MachinePowered.newBuilder()
        .setId(want.id())
        .setMachine(want.machine())
        .setProtocol(
            switch (bmc.protocol()) {
              case REDFISH -> MachinePowered.Protocol.REDFISH;
              case IPMI -> MachinePowered.Protocol.IPMI;
              case WOL -> MachinePowered.Protocol.WAKE_ON_LAN;
            })
        .setHost(bmc.host())
        .setPort(bmc.port())
        .setUser(bmc.user())
        .setPassword(ByteString.copyFrom(want.password().bytes()))
        .setSystem(bmc.system())
        .setFingerprint(bmc.fingerprint())
        .setTrustsAnyone(bmc.trustsAnyone())
        .setMac(bmc.mac())
        .setDeed(
            switch (want.deed()) {
              case READ -> MachinePowered.Deed.READ;
              case ON -> MachinePowered.Deed.ON;
              case OFF -> MachinePowered.Deed.OFF;
              case CYCLE -> MachinePowered.Deed.CYCLE;
              case AWAIT_OFF -> MachinePowered.Deed.AWAIT_OFF;
            })
        .setForced(want.isForced())
        .build();
  }

  /** For people; without the password. */
  public static io.coxswain.v1.Bmc bmc(Bmcs.Known known) {
    Bmc bmc = known.sealed().bmc();
    io.coxswain.v1.Bmc.Builder wire =
        io.coxswain.v1.Bmc.newBuilder()
            .setMachine(known.machine().name())
            .setProtocol(
                switch (bmc.protocol()) {
                  case REDFISH -> BmcProtocol.BMC_REDFISH;
                  case IPMI -> BmcProtocol.BMC_IPMI;
                  case WOL -> BmcProtocol.BMC_WAKE_ON_LAN;
                })
            .setAddress(bmc.address())
            .setUser(bmc.user())
            .setSystem(bmc.system())
            .setTlsFingerprint(bmc.fingerprint())
            .setInsecure(bmc.trustsAnyone())
            .setMac(bmc.mac())
            .setHasPassword(!known.sealed().keyId().isEmpty());
    known
        .reading()
        .ifPresent(
            order -> {
              wire.setPower(order.power());
              order.endedAt().map(Times::wire).ifPresent(wire::setPowerReadAt);
            });
    return wire.build();
  }

  /** As somebody typed it; throws where it cannot be one. */
  public static Bmc bmc(SetBmcRequest request) {
    Bmc.Protocol protocol =
        switch (request.getProtocol()) {
          case BMC_REDFISH -> Bmc.Protocol.REDFISH;
          case BMC_IPMI -> Bmc.Protocol.IPMI;
          case BMC_WAKE_ON_LAN -> Bmc.Protocol.WOL;
          case BMC_PROTOCOL_UNSPECIFIED, UNRECOGNIZED ->
              throw new InvalidSpecException(
                  "protocol",
                  "protocol: " + request.getProtocol() + " (expected: redfish, ipmi or wol)");
        };
    return Bmc.of(
        protocol,
        request.getAddress(),
        new Bmc.Login(request.getUser(), request.getSystem()),
        new Bmc.Trust(request.getTlsFingerprint(), request.getInsecure()),
        request.getMac());
  }

  public static PowerDeed deed(PowerMachineRequest.Action action) {
    return switch (action) {
      case STATUS -> PowerDeed.READ;
      case POWER_ON -> PowerDeed.ON;
      case POWER_OFF -> PowerDeed.OFF;
      case POWER_CYCLE -> PowerDeed.CYCLE;
      case ACTION_UNSPECIFIED, UNRECOGNIZED ->
          throw new InvalidSpecException(
              "action",
              "action: " + action + " (expected: STATUS, POWER_ON, POWER_OFF or POWER_CYCLE)");
    };
  }
}
