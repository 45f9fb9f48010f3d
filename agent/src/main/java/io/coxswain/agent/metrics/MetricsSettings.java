package io.coxswain.agent.metrics;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Where the metrics are to be had.
 *
 * @param listen empty: nowhere
 * @param tokenFile holds the word that who asks must bring; a door to the network has one
 * @param hostnameLabel how the label with this machine's name is called
 */
public record MetricsSettings(
    Optional<InetSocketAddress> listen, Optional<String> tokenFile, String hostnameLabel) {
  /** As dashboards in the field know it; dcgm-exporter 4.6 writes it small. */
  public static final String HOSTNAME = "Hostname";

  /** dcgm-exporter's port, so that whoever scrapes that one finds this. */
  private static final int PORT = 9400;

  public static final MetricsSettings DEFAULT =
      new MetricsSettings(
          Optional.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), PORT)),
          Optional.empty(),
          HOSTNAME);

  public static final MetricsSettings OFF =
      new MetricsSettings(Optional.empty(), Optional.empty(), HOSTNAME);

  public MetricsSettings {
    if (listen.filter(MetricsSettings::isNetwork).isPresent() && tokenFile.isEmpty()) {
      throw new IllegalArgumentException(
          "metrics: "
              + text(listen.get())
              + " is a network's address and there is no token_file (expected: 127.0.0.1:"
              + listen.get().getPort()
              + ", or token_file: a file that only root can read, with what scrapers must bring)");
    }
    if (!hostnameLabel.equals("Hostname") && !hostnameLabel.equals("hostname")) {
      throw new IllegalArgumentException(
          "metrics: hostname_label: '" + hostnameLabel + "' (expected: Hostname or hostname)");
    }
    if (tokenFile.filter(file -> !file.startsWith("/")).isPresent()) {
      throw new IllegalArgumentException(
          "metrics: token_file: '" + tokenFile.get() + "' (expected: an absolute path)");
    }
  }

  /** Whether other machines can come to the door: then it takes TLS and the token. */
  boolean isOpenToNetwork() {
    return listen.filter(MetricsSettings::isNetwork).isPresent();
  }

  private static boolean isNetwork(InetSocketAddress address) {
    return !address.getAddress().isLoopbackAddress();
  }

  /**
   * Reads "127.0.0.1:9400" or "[::]:9400". A name would be looked up, and what it means may change.
   */
  public static InetSocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    String port = text.substring(colon + 1);
    String host = colon < 0 ? "" : text.substring(0, colon);
    try {
      if (port.matches("[0-9]{1,5}") && Integer.parseInt(port) < 65_536 && !host.isEmpty()) {
        return new InetSocketAddress(
            InetAddress.ofLiteral(host.replaceAll("^\\[|\\]$", "")), Integer.parseInt(port));
      }
    } catch (IllegalArgumentException e) {
      // Told below, with what was expected.
    }
    throw new IllegalArgumentException(
        "metrics: '" + text + "' (expected: ADDRESS:PORT such as 127.0.0.1:9400, or off)");
  }

  /** As {@link #address} reads it. */
  public static String text(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
  }
}
