package io.coxswain.agent.bmc;

import io.coxswain.agent.host.HostException.Reason;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;

/**
 * Calls a machine's network card by a magic packet: six bytes 0xFF, then its address sixteen times
 * (AMD, Magic Packet Technology, publication 20213). It can switch on and nothing else, and nobody
 * answers.
 */
final class WakeOnLan implements Bmc {
  private static final int REPEATS = 16;
  // A packet may be lost, and nobody says so.
  private static final int CALLS = 3;

  private final Access access;

  WakeOnLan(Access access) {
    this.access = access;
  }

  static byte[] packet(String mac) {
    byte[] address = HexFormat.ofDelimiter(":").parseHex(mac);
    byte[] packet = new byte[6 + REPEATS * address.length];
    Arrays.fill(packet, 0, 6, (byte) 0xFF);
    for (int i = 0; i < REPEATS; i++) {
      System.arraycopy(address, 0, packet, 6 + i * address.length, address.length);
    }
    return packet;
  }

  @Override
  public Power power() {
    return Power.UNKNOWN;
  }

  @Override
  public void switchOn() {
    byte[] packet = packet(access.mac());
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setBroadcast(true);
      for (InetAddress address : addresses()) {
        for (int i = 0; i < CALLS; i++) {
          socket.send(new DatagramPacket(packet, packet.length, address, access.port()));
        }
      }
    } catch (IOException e) {
      throw Bmc.failure(Reason.BMC_UNREACHABLE, access, "could not be called: " + e.getMessage());
    }
  }

  @Override
  public void shutDown() {
    throw only();
  }

  @Override
  public void cutOff() {
    throw only();
  }

  @Override
  public void close() {
    // Nothing is kept open.
  }

  private RuntimeException only() {
    return Bmc.failure(
        Reason.BMC_REFUSED, access, "can only be switched on (expected: redfish or ipmi)");
  }

  /** Where it was told to call; else every network that this machine is on. */
  private List<InetAddress> addresses() throws IOException {
    if (!access.host().isEmpty()) {
      return List.of(InetAddress.getByName(access.host()));
    }
    List<InetAddress> addresses = new ArrayList<>();
    for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      if (network.isUp() && !network.isLoopback()) {
        for (InterfaceAddress address : network.getInterfaceAddresses()) {
          if (address.getBroadcast() != null) {
            addresses.add(address.getBroadcast());
          }
        }
      }
    }
    if (addresses.isEmpty()) {
      throw new IOException("no network here has a broadcast address");
    }
    return addresses;
  }
}
