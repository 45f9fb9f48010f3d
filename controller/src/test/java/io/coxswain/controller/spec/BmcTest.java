package io.coxswain.controller.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be a way to a management controller is refused before it is kept. */
class BmcTest {
  private static final Bmc.Trust PLATFORM = new Bmc.Trust("", false);

  private static Bmc redfish(String address, String user) {
    return Bmc.of(Bmc.Protocol.REDFISH, address, new Bmc.Login(user, ""), PLATFORM, "");
  }

  private static Secret secret(String word) {
    return new Secret(word.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "10.9.0.7, 10.9.0.7:443",
    "10.9.0.7:8443, 10.9.0.7:8443",
    "bmc-7.site.example, bmc-7.site.example:443",
    "[fd00::7], [fd00::7]:443",
    "[fd00::7]:8443, [fd00::7]:8443"
  })
  void addressesAreRead(String typed, String shown) {
    assertThat(redfish(typed, "cox").address()).isEqualTo(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":443",
        "fd00::7",
        "10.9.0.7:0",
        "10.9.0.7:70000",
        "10.9.0.7:x",
        "-oProxy=x",
        "a b",
        "a\nb",
        "a;reboot",
        "$(id)",
        "http://10.9.0.7",
        "a/b",
        "[fd00::7",
        "[]",
        "a@b",
        "\u0000",
        "a'b",
        "*"
      })
  void whatIsNoAddressIsRefused(String typed) {
    assertThatThrownBy(() -> redfish(typed, "cox"))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageStartingWith("address: '");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-E", "a b", "a\nb", "a:b", "\u00e9", "a\u0000", "a\u001b[31m"})
  void whatIsNoUserIsRefused(String typed) {
    assertThatThrownBy(() -> redfish("10.9.0.7", typed))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageStartingWith("user: '");
  }

  @Test
  void ipmiHasShorterNamesAndPasswords() {
    Bmc ipmi =
        Bmc.of(Bmc.Protocol.IPMI, "10.9.0.7", new Bmc.Login("a".repeat(16), ""), PLATFORM, "");
    assertThat(ipmi.port()).isEqualTo(623);
    assertThatThrownBy(
            () ->
                Bmc.of(
                    Bmc.Protocol.IPMI, "10.9.0.7", new Bmc.Login("a".repeat(17), ""), PLATFORM, ""))
        .hasMessageContaining("1 to 16 letters");
    ipmi.requirePassword(secret("p".repeat(20)));
    assertThatThrownBy(() -> ipmi.requirePassword(secret("p".repeat(21))))
        .hasMessage("password: 21 bytes (expected: 1 to 20 of them, in one line)");
    assertThatThrownBy(() -> ipmi.requirePassword(secret(""))).hasMessageContaining("0 bytes");
    assertThatThrownBy(() -> ipmi.requirePassword(secret("se\ncret")))
        .hasMessageContaining("control characters")
        .message()
        .doesNotContain("cret");
  }

  @Test
  void aFingerprintIsTakenAsProgramsPrintIt() {
    String colons = "AB:".repeat(31) + "AB";
    Bmc bmc =
        Bmc.of(
            Bmc.Protocol.REDFISH,
            "10.9.0.7",
            new Bmc.Login("cox", "System.Embedded.1"),
            new Bmc.Trust("sha256:" + colons, false),
            "");
    assertThat(bmc.fingerprint()).isEqualTo("ab".repeat(32));
    assertThatThrownBy(
            () ->
                Bmc.of(
                    Bmc.Protocol.REDFISH,
                    "10.9.0.7",
                    new Bmc.Login("cox", ""),
                    new Bmc.Trust("abcd", false),
                    ""))
        .hasMessageStartingWith("tls_fingerprint: 'abcd'");
    assertThatThrownBy(
            () ->
                Bmc.of(
                    Bmc.Protocol.REDFISH,
                    "10.9.0.7",
                    new Bmc.Login("cox", ""),
                    new Bmc.Trust(colons, true),
                    ""))
        .hasMessageContaining("without a fingerprint");
    assertThatThrownBy(
            () ->
                Bmc.of(
                    Bmc.Protocol.IPMI,
                    "10.9.0.7",
                    new Bmc.Login("cox", ""),
                    new Bmc.Trust("", true),
                    ""))
        .hasMessageContaining("only with redfish");
  }

  @Test
  void aCardIsWokenByItsAddressAlone() {
    Bmc card = Bmc.of(Bmc.Protocol.WOL, "", new Bmc.Login("", ""), PLATFORM, "3C-EC-EF-00-12-AB");
    assertThat(card.mac()).isEqualTo("3c:ec:ef:00:12:ab");
    assertThat(card.words()).isEqualTo("wol 3c:ec:ef:00:12:ab");
    card.requirePassword(secret(""));
    assertThatThrownBy(() -> card.requirePassword(secret("x"))).hasMessageContaining("none");
    assertThatThrownBy(
            () -> Bmc.of(Bmc.Protocol.WOL, "", new Bmc.Login("", ""), PLATFORM, "3c:ec:ef"))
        .hasMessageStartingWith("mac: '3c:ec:ef'");
    assertThatThrownBy(
            () ->
                Bmc.of(
                    Bmc.Protocol.IPMI,
                    "10.9.0.7",
                    new Bmc.Login("cox", ""),
                    PLATFORM,
                    "3c:ec:ef:00:12:ab"))
        .hasMessageContaining("only with wol");
  }
}
