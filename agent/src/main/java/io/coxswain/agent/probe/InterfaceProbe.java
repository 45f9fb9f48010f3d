package io.coxswain.agent.probe;

import io.coxswain.agent.report.NetworkInterface;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import oshi.hardware.HardwareAbstractionLayer;
import oshi.hardware.NetworkIF;
import oshi.hardware.NetworkIF.IfOperStatus;

/**
 * The network interfaces, without the loopback and without this machine's ends of its containers'
 * links.
 */
final class InterfaceProbe {
  private final Supplier<HardwareAbstractionLayer> hardware;

  InterfaceProbe(Supplier<HardwareAbstractionLayer> hardware) {
    this.hardware = hardware;
  }

  List<NetworkInterface> read() {
    return hardware.get().getNetworkIFs().stream()
        .filter(link -> !link.getName().startsWith("veth"))
        .map(InterfaceProbe::of)
        .sorted(Comparator.comparing(NetworkInterface::name))
        .toList();
  }

  private static NetworkInterface of(NetworkIF from) {
    List<String> addresses = new ArrayList<>();
    add(addresses, from.getIPv4addr(), from.getSubnetMasks());
    add(addresses, from.getIPv6addr(), from.getPrefixLengths());
    return new NetworkInterface(
        from.getName(),
        from.getMacaddr(),
        addresses,
        Math.max(0, from.getSpeed()),
        from.getIfOperStatus() == IfOperStatus.UP);
  }

  private static void add(List<String> addresses, String[] more, Short[] prefixes) {
    for (int i = 0; i < more.length; i++) {
      addresses.add(i < prefixes.length ? more[i] + "/" + prefixes[i] : more[i]);
    }
  }
}
