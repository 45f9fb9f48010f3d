package io.coxswain.controller.spec;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How to reach what switches a machine on and off. The password is kept apart, sealed.
 *
 * @param host a name or an address, IPv6 without brackets; of Wake-on-LAN where to call, empty:
 *     everywhere
 * @param system of Redfish: which of several systems; empty: the only one
 * @param fingerprint of Redfish: SHA-256 of its certificate, 64 hexadecimal digits; empty: the
 *     platform's trust decides
 * @param trustsAnyone of Redfish: its certificate is not looked at
 * @param mac of Wake-on-LAN: the machine's own network card, "3c:ec:ef:00:00:01"
 */
public record Bmc(
    Protocol protocol,
    String host,
    int port,
    String user,
    String system,
    String fingerprint,
    boolean trustsAnyone,
    String mac) {

  private static final Pattern ADDRESS =
      Pattern.compile("(?:\\[([^\\]]*)\\]|([^:\\[\\]]*))(?::([0-9]{1,5}))?");
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?");
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]{2,45}");
  private static final Pattern MAC = Pattern.compile("([0-9a-f]{2}:){5}[0-9a-f]{2}");
  private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{64}");
  private static final int LARGEST_PORT = 65_535;
  // IPMI 2.0, table 22-23 and 22-30: names of 16 bytes, passwords of 20.
  private static final int IPMI_USER = 16;
  private static final int IPMI_PASSWORD = 20;
  private static final int LONGEST = 64;

  /** What it speaks. */
  public enum Protocol {
    REDFISH(443),
    IPMI(623),
    /** There is none: the network card wakes its machine, and nothing reads the power back. */
    WOL(9);

    private final int usualPort;

    Protocol(int usualPort) {
      this.usualPort = usualPort;
    }

    /** As people type it: "redfish". */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Bmc {
    boolean isCalled = protocol == Protocol.WOL;
    require(
        host.isEmpty() ? isCalled : NAME.matcher(host).matches() || isIpv6(host),
        "address",
        host,
        "the name or the address of the BMC, with :PORT where it is not the usual one");
    require(port >= 1 && port <= LARGEST_PORT, "address", "port " + port, "1 to " + LARGEST_PORT);
    int longest = protocol == Protocol.IPMI ? IPMI_USER : LONGEST;
    require(
        isCalled
            ? user.isEmpty()
            : user.matches("[!-~]{1," + longest + "}") && !user.startsWith("-") && !hasColon(user),
        "user",
        user,
        isCalled
            ? "none with wol"
            : "1 to " + longest + " letters of ASCII, no blank, no colon, no dash in front");
    boolean isRedfish = protocol == Protocol.REDFISH;
    require(
        system.isEmpty() || (isRedfish && system.matches("[A-Za-z0-9._~-]{1,128}")),
        "system",
        system,
        "the id of a Redfish system, only with redfish");
    require(
        fingerprint.isEmpty() || (isRedfish && FINGERPRINT.matcher(fingerprint).matches()),
        "tls_fingerprint",
        fingerprint,
        "SHA-256 of the certificate, 64 hexadecimal digits, only with redfish");
    require(
        !trustsAnyone || (isRedfish && fingerprint.isEmpty()),
        "insecure",
        "true",
        "only with redfish, and without a fingerprint");
    require(
        isCalled ? MAC.matcher(mac).matches() : mac.isEmpty(),
        "mac",
        mac,
        isCalled ? "such as 3c:ec:ef:00:00:01" : "only with wol");
  }

  /** From words as people type them: {@code HOST[:PORT]}, a fingerprint with colons. */
  public static Bmc of(Protocol protocol, String address, Login login, Trust trust, String mac) {
    Matcher parts = ADDRESS.matcher(address);
    require(parts.matches(), "address", address, "HOST or HOST:PORT, an IPv6 address in brackets");
    String host = parts.group(1) == null ? parts.group(2) : parts.group(1);
    String port = parts.group(3);
    return new Bmc(
        protocol,
        host,
        port == null ? protocol.usualPort : Integer.parseInt(port),
        login.user,
        login.system,
        trust
            .fingerprint
            .toLowerCase(Locale.ROOT)
            .replaceFirst("^sha-?256[:=]", "")
            .replace(":", ""),
        trust.trustsAnyone,
        mac.toLowerCase(Locale.ROOT).replace('-', ':'));
  }

  /** As whom, and to which system. */
  public record Login(String user, String system) {}

  /** Whose certificate is believed. */
  public record Trust(String fingerprint, boolean trustsAnyone) {}

  /** Throws where the password cannot be one of this protocol; tells nothing of it. */
  public void requirePassword(Secret password) {
    byte[] bytes = password.bytes();
    int longest = protocol == Protocol.IPMI ? IPMI_PASSWORD : 4 * LONGEST;
    boolean isPlain = true;
    for (byte letter : bytes) {
      isPlain &= letter < 0 || (letter >= 0x20 && letter != 0x7F);
    }
    boolean isRight =
        protocol == Protocol.WOL
            ? bytes.length == 0
            : bytes.length >= 1 && bytes.length <= longest && isPlain;
    if (!isRight) {
      throw new InvalidSpecException(
          "password",
          protocol == Protocol.WOL
              ? "password: given (expected: none with wol)"
              : "password: "
                  + bytes.length
                  + " bytes"
                  + (isPlain ? "" : ", some of them control characters")
                  + " (expected: 1 to "
                  + longest
                  + " of them, in one line)");
    }
  }

  /** {@code HOST:PORT}, or what is called. */
  public String address() {
    String shown = host.contains(":") ? "[" + host + "]" : host;
    return shown.isEmpty() ? "" : shown + ":" + port;
  }

  /** "redfish 10.0.0.7:443". */
  public String words() {
    return protocol == Protocol.WOL ? "wol " + mac : protocol.word() + " " + address();
  }

  private static boolean isIpv6(String host) {
    return hasColon(host) && IPV6.matcher(host).matches();
  }

  private static boolean hasColon(String text) {
    return text.indexOf(':') >= 0;
  }

  private static void require(boolean isRight, String field, String value, String expected) {
    if (!isRight) {
      throw new InvalidSpecException(
          field, field + ": '" + shown(value) + "' (expected: " + expected + ")");
    }
  }

  private static String shown(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }
}
