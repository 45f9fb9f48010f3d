package io.coxswain.controller.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CertificateAuthorityTest {
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

  @TempDir Path state = Path.of("");

  @Test
  void itsKeyIsForItsOwnerAloneAndIsNeverMadeTwice() throws Exception {
    String fingerprint = create().fingerprint();

    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(state.resolve("ca.key"))))
        .isEqualTo("rw-------");
    assertThat(create().fingerprint()).isEqualTo(fingerprint).matches("sha256:[0-9a-f]{64}");
  }

  @Test
  void aKeyThatOthersCouldReadIsNotUsed() throws Exception {
    create();
    Files.setPosixFilePermissions(
        state.resolve("ca.key"), PosixFilePermissions.fromString("rw-r--r--"));

    assertThatThrownBy(this::create)
        .hasMessageContaining("ca.key")
        .hasMessageContaining("rw-r--r--");
  }

  @Test
  void withoutInitThereIsNone() {
    assertThatThrownBy(() -> CertificateAuthority.open(state, now::get))
        .hasMessageContaining("coxd init");
  }

  @Test
  void theServersCertificateIsForItsNamesAndIsMadeAnewWhenTheyChange() throws Exception {
    CertificateAuthority authority = create();
    X509Certificate first = authority.server(List.of("jumphost", "10.0.0.1")).chain().getFirst();

    assertThat(KeyFiles.names(first)).containsExactly("10.0.0.1", "jumphost");
    first.verify(authority.certificate().getPublicKey());
    assertThat(authority.server(List.of("10.0.0.1", "jumphost")).chain().getFirst())
        .isEqualTo(first);
    assertThat(authority.server(List.of("other")).chain().getFirst()).isNotEqualTo(first);
  }

  @Test
  void theServersCertificateIsMadeAnewAtHalfOfItsLife() {
    CertificateAuthority authority = create();
    X509Certificate first = authority.server(List.of("jumphost")).chain().getFirst();
    now.set(now.get().plus(Duration.ofDays(183)));

    assertThat(authority.server(List.of("jumphost")).chain().getFirst()).isNotEqualTo(first);
  }

  @Test
  void anAgentGetsADayForItsOwnKeyAndItsMachineIdAlone() throws Exception {
    CertificateAuthority authority = create();
    KeyPair pair = KeyFiles.newKeyPair();

    X509Certificate issued = authority.signAgent(request(pair, pair, "SHA256withECDSA"), "m-1");

    assertThat(issued.getPublicKey()).isEqualTo(pair.getPublic());
    assertThat(KeyFiles.names(issued))
        .as("its id, and what scrapers ask for, which no controller is called")
        .containsExactly("agent.coxswain.internal", "coxswain:agent:m-1");
    assertThat(issued.getSubjectX500Principal().getName()).isEqualTo("CN=m-1");
    assertThat(issued.getExtendedKeyUsage())
        .as("client to us, server to scrapers")
        .containsExactly("1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1");
    assertThat(issued.getNotAfter().toInstant()).isEqualTo(now.get().plus(Duration.ofHours(24)));
    assertThat(issued.getBasicConstraints()).isEqualTo(-1);
  }

  @Test
  void aRequestThatIsForgedWeakOrNoRequestIsRefused() throws Exception {
    CertificateAuthority authority = create();
    KeyPair pair = KeyFiles.newKeyPair();
    KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
    rsa.initialize(2048);
    KeyPair weak = rsa.generateKeyPair();

    assertThatThrownBy(
            () ->
                authority.signAgent(request(pair, KeyFiles.newKeyPair(), "SHA256withECDSA"), "m-1"))
        .hasMessageContaining("not by its own key");
    assertThatThrownBy(() -> authority.signAgent(request(weak, weak, "SHA256withRSA"), "m-1"))
        .hasMessageContaining("P-256");
    byte[] good = request(pair, pair, "SHA256withECDSA");
    for (int length = 0; length < good.length; length += 7) {
      byte[] cut = java.util.Arrays.copyOf(good, length);
      assertThatThrownBy(() -> authority.signAgent(cut, "m-1")).isInstanceOf(AccessException.class);
    }
  }

  private CertificateAuthority create() {
    return CertificateAuthority.openOrCreate(state, now::get);
  }

  private static byte[] request(KeyPair pair, KeyPair signer, String algorithm) throws Exception {
    return new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=anything"), pair.getPublic())
        .build(new JcaContentSignerBuilder(algorithm).build(signer.getPrivate()))
        .getEncoded();
  }
}
