package io.coxswain.controller.api.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.coxswain.controller.Site;
import io.coxswain.controller.access.CertificateAuthority;
import io.coxswain.v1.CreateJoinTokenRequest;
import io.coxswain.v1.GetMachineRequest;
import io.coxswain.v1.Machine;
import io.coxswain.v1.MachineRole;
import io.coxswain.v1.RemoveMachineRequest;
import io.coxswain.v1.RemoveMachineResponse;
import io.coxswain.v1.RevokeMachineRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How machines come in, over real TLS. */
class JoinTest {
  private final Site site = new Site();

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void aMachineWithATokenGetsAnIdAndACertificateForItsOwnKey() throws GeneralSecurityException {
    try (TestAgent agent = site.join("gpu01", MachineRole.WORKER)) {
      X509Certificate certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(agent.certificate().toByteArray()));

      assertThat(agent.id()).matches("m-[0-9a-f]{8}");
      certificate.verify(site.authority().certificate().getPublicKey());
      assertThat(machine("gpu01").getId()).isEqualTo(agent.id());
      assertThat(machine("gpu01").getRole()).isEqualTo(MachineRole.WORKER);
    }
  }

  @Test
  void aTokenCountsItsUses() {
    String token = site.token(CreateJoinTokenRequest.newBuilder().setUses(2).build());

    assertThat(refusal(token, "gpu01", "u1")).isNull();
    assertThat(refusal(token, "gpu02", "u2")).isNull();
    assertRefused(refusal(token, "gpu03", "u3"), Status.Code.PERMISSION_DENIED, "used up");
  }

  @Test
  void anExpiredTokenIsRefused() {
    String token = site.token(CreateJoinTokenRequest.getDefaultInstance());
    site.pass(Duration.ofMinutes(11));

    assertRefused(refusal(token, "gpu01", "u1"), Status.Code.PERMISSION_DENIED, "expired");
  }

  @Test
  void whoeverGuessesTokensHasToWait() {
    assertRefused(
        refusal("cox1_wrong", "gpu01", "u1"), Status.Code.PERMISSION_DENIED, "not one of ours");
    assertRefused(
        refusal("cox1_wrong", "gpu01", "u1"),
        Status.Code.RESOURCE_EXHAUSTED,
        "too many failed attempts");

    site.pass(Duration.ofSeconds(2));
    assertThat(refusal(site.token(CreateJoinTokenRequest.getDefaultInstance()), "gpu01", "u1"))
        .isNull();
  }

  @Test
  void aTokenForOneNameOrSerialIsForNoOther() {
    String named = site.token(CreateJoinTokenRequest.newBuilder().setName("gpu01").build());
    String bound = site.token(CreateJoinTokenRequest.newBuilder().setSerial("U7").build());

    assertRefused(
        refusal(named, "gpu02", "u2"), Status.Code.PERMISSION_DENIED, "another name than 'gpu02'");
    site.pass(Duration.ofSeconds(2));
    assertRefused(refusal(bound, "gpu07", "u8"), Status.Code.PERMISSION_DENIED, "other hardware");
    site.pass(Duration.ofSeconds(4));
    assertThat(refusal(bound, "gpu07", "u7")).as("a serial in other letters").isNull();
  }

  @Test
  void theSameMachineKeepsItsIdWhenItJoinsAnew() {
    String first;
    try (TestAgent agent = site.join("gpu01", MachineRole.WORKER)) {
      first = agent.id();
    }
    try (TestAgent again = site.join("gpu01", MachineRole.WORKER)) {
      assertThat(again.id()).isEqualTo(first);
    }
  }

  @Test
  void aNameBelongsToItsHardwareAndHardwareToItsName() {
    String token = site.token(CreateJoinTokenRequest.newBuilder().setUses(2).build());
    assertThat(refusal(token, "gpu01", "u1")).isNull();

    assertRefused(
        refusal(token, "gpu01", "u2"),
        Status.Code.ALREADY_EXISTS,
        "'gpu01' is taken by other hardware");
    assertRefused(refusal(token, "gpu02", "u1"), Status.Code.ALREADY_EXISTS, "enrolled as 'gpu01'");
    assertThat(refusal(token, "gpu02", "u2"))
        .as("a join that is refused costs no use of the token")
        .isNull();
  }

  @Test
  void whereTheFirmwareSaysNothingATokenForTheNameStandsIn() {
    assertThat(refusal(site.token(CreateJoinTokenRequest.getDefaultInstance()), "gpu01", ""))
        .isNull();

    assertRefused(
        refusal(site.token(CreateJoinTokenRequest.getDefaultInstance()), "gpu01", ""),
        Status.Code.ALREADY_EXISTS,
        "taken by other hardware");
    assertThat(
            refusal(
                site.token(CreateJoinTokenRequest.newBuilder().setName("gpu01").build()),
                "gpu01",
                ""))
        .isNull();
  }

  @Test
  void aRevokedMachineComesBackOnlyAfterItsRecordIsRemoved() {
    try (TestAgent agent = site.join("gpu01", MachineRole.WORKER)) {
      site.call(
          "Machines/RevokeMachine",
          RevokeMachineRequest.newBuilder().setName("gpu01").setReason("stolen").build(),
          Machine.parser());
      String token = site.token(CreateJoinTokenRequest.newBuilder().setUses(2).build());
      assertRefused(
          refusal(token, "gpu01", "uuid-gpu01"), Status.Code.FAILED_PRECONDITION, "was revoked");

      site.call(
          "Machines/RemoveMachine",
          RemoveMachineRequest.newBuilder().setName("gpu01").build(),
          RemoveMachineResponse.parser());
      assertThat(refusal(token, "gpu01", "uuid-gpu01")).isNull();
      assertThat(machine("gpu01").getId())
          .as("an id is never given twice")
          .isNotEqualTo(agent.id());
    }
  }

  @Test
  void aNameThatIsNoHostNameIsRefused() {
    String token = site.token(CreateJoinTokenRequest.getDefaultInstance());

    assertRefused(
        refusal(token, "../etc", "u1"), Status.Code.INVALID_ARGUMENT, "machine name: '../etc'");
  }

  @Test
  void anAgentThatPinsAnotherAuthorityDoesNotTalkToUs(@TempDir Path elsewhere) {
    CertificateAuthority other =
        CertificateAuthority.openOrCreate(elsewhere, InstantSource.system());
    try (TestAgent agent = new TestAgent(site.port(), other.certificate())) {
      StatusRuntimeException refused =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () ->
                  agent.join(
                      site.token(CreateJoinTokenRequest.getDefaultInstance()), "gpu01", "u1"));

      assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }
  }

  @Test
  void aCertificateIsRenewedWithTheOldOne() {
    try (TestAgent agent = site.join("gpu01", MachineRole.WORKER)) {
      var first = agent.certificate();
      agent.show(agent.renew());

      assertThat(agent.certificate()).isNotEqualTo(first);
      assertThat(agent.connect().next().hasWelcome()).isTrue();
    }
  }

  private Machine machine(String name) {
    return site.call(
        "Machines/GetMachine",
        GetMachineRequest.newBuilder().setName(name).build(),
        Machine.parser());
  }

  /** Null when the machine got in. */
  private @Nullable StatusRuntimeException refusal(String token, String name, String systemUuid) {
    try (TestAgent agent = new TestAgent(site)) {
      agent.join(token, name, systemUuid);
      return null;
    } catch (StatusRuntimeException e) {
      return e;
    }
  }

  private static void assertRefused(
      @Nullable StatusRuntimeException refusal, Status.Code code, String text) {
    assertThat(refusal).isNotNull().hasMessageContaining(text);
    assertThat(Status.fromThrowable(refusal).getCode()).isEqualTo(code);
  }
}
