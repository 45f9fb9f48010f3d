package io.coxswain.agent.bmc;

/**
 * How to reach the management controller of a machine.
 *
 * @param machine its name, for messages
 * @param host a name or an address, IPv6 without brackets; of {@link Protocol#WOL} where to call,
 *     empty: everywhere
 * @param system of Redfish: which of several; empty: the only one
 * @param fingerprint SHA-256 of its certificate, hexadecimal; empty: the platform's trust decides
 * @param trustsAnyone its certificate is not looked at
 * @param mac of {@link Protocol#WOL}: the address of the machine's own network card
 */
public record Access(
    Protocol protocol,
    String machine,
    String host,
    int port,
    String user,
    Password password,
    String system,
    String fingerprint,
    boolean trustsAnyone,
    String mac) {

  /** What it speaks. */
  public enum Protocol {
    REDFISH,
    IPMI,
    /** There is none: the network card wakes its machine. */
    WOL;

    String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** "redfish 10.0.0.7:443". */
  public String words() {
    if (protocol == Protocol.WOL) {
      return "wake-on-lan " + mac;
    }
    return protocol.word() + " " + authority();
  }

  /** {@code host:port}, as a URL has it. */
  String authority() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
