package io.coxswain.agent.report;

import java.util.List;

/**
 * A network interface that is not the loopback.
 *
 * @param addresses IPv4 and IPv6 with prefix length: "10.0.0.11/24"
 * @param speedBitsPerSecond 0 when the driver does not say (virtual interfaces, link down)
 */
public record NetworkInterface(
    String name, String mac, List<String> addresses, long speedBitsPerSecond, boolean isUp) {
  public NetworkInterface {
    addresses = List.copyOf(addresses);
  }
}
