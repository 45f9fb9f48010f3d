package io.coxswain.agent.bmc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.agent.host.FakeHost;
import io.coxswain.agent.host.Files;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A machine is switched by Redfish, and every fault of its service is told or passed over. */
class RedfishBmcTest {
  private final RedfishService service = new RedfishService();
  private final FakeHost host = new FakeHost("jumphost");
  private final List<Duration> pauses = new ArrayList<>();

  @AfterEach
  void close() {
    service.close();
  }

  private RedfishBmc bmc() {
    return bmc(service.access());
  }

  private RedfishBmc bmc(Access access) {
    return new RedfishBmc(access, host.files(), pauses::add, Duration.ofSeconds(20));
  }

  private static HostException failure(Runnable deed) {
    try {
      deed.run();
    } catch (HostException e) {
      return e;
    }
    throw new AssertionError("nothing was refused");
  }

  @Test
  void thePowerIsReadInASessionThatIsEnded() {
    try (RedfishBmc bmc = bmc()) {
      assertThat(bmc.power()).isEqualTo(Power.ON);
      assertThat(service.isTokenAlive()).isTrue();
    }
    assertThat(service.isTokenAlive()).isFalse();
    assertThat(service.heard())
        .containsExactly(
            "GET /redfish/v1/",
            "POST /redfish/v1/SessionService/Sessions",
            "GET /redfish/v1/Systems",
            "GET /redfish/v1/Systems/1",
            "DELETE /redfish/v1/SessionService/Sessions/1");
  }

  @Test
  void aMachineIsShutDownCutAndSwitchedOn() {
    try (RedfishBmc bmc = bmc()) {
      bmc.shutDown();
      assertThat(bmc.power()).isEqualTo(Power.OFF);
      bmc.switchOn();
      assertThat(bmc.power()).isEqualTo(Power.ON);
      bmc.cutOff();
      assertThat(service.power()).isEqualTo("Off");
      service.power("PoweringOn");
      assertThat(bmc.power()).isEqualTo(Power.CHANGING);
    }
  }

  @Test
  void oneWithoutSessionsIsAskedWithBasicAuthentication() {
    service.withoutSessions();
    try (RedfishBmc bmc = bmc()) {
      assertThat(bmc.power()).isEqualTo(Power.ON);
    }
    assertThat(service.logins()).isZero();
  }

  @Test
  void aWrongPasswordIsToldOnceAndKeptBack() {
    HostException refused = failure(() -> bmc(service.access("wrong-password", "")).power());
    assertThat(refused.reason()).isEqualTo(Reason.BMC_REFUSED);
    assertThat(refused)
        .hasMessageContaining("gpu07: its BMC (redfish 127.0.0.1:")
        .hasMessageContaining("refused user 'cox' or the password (the login: 401)")
        .hasMessageContaining("authorization error")
        .message()
        .doesNotContain("wrong-password")
        .doesNotContain("\u001b");
    assertThat(service.logins()).isEqualTo(1);
  }

  @Test
  void aWrongPasswordWithoutSessionsIsToldToo() {
    service.withoutSessions();
    assertThat(failure(() -> bmc(service.access("wrong-password", "")).power()).reason())
        .isEqualTo(Reason.BMC_REFUSED);
  }

  @Test
  void oneThatIsBusyAtFirstIsAskedAgainWhenItSays() {
    service.busyAtFirst(2);
    try (RedfishBmc bmc = bmc()) {
      assertThat(bmc.power()).isEqualTo(Power.ON);
    }
    assertThat(pauses).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(1));
  }

  @Test
  void oneThatIsAlwaysBusyIsToldAfterAFewTries() {
    service.busyAtFirst(1000);
    HostException broken = failure(() -> bmc().power());
    assertThat(broken.reason()).isEqualTo(Reason.BMC_BROKEN);
    assertThat(broken).hasMessageContaining("busy (503), 4 times");
    assertThat(service.heard()).hasSize(4);
  }

  @Test
  void anAnswerThatIsCutOffIsAskedForAgain() {
    service.cuttingBodies(1);
    try (RedfishBmc bmc = bmc()) {
      assertThat(bmc.power()).isEqualTo(Power.ON);
    }
    assertThat(pauses).hasSize(1);
  }

  @Test
  void anAnswerThatIsAlwaysCutOffIsTold() {
    service.cuttingBodies(1000);
    assertThat(failure(() -> bmc().power()).reason()).isEqualTo(Reason.BMC_BROKEN);
  }

  @Test
  void halfJsonIsNamedWithItsPlaceAndNeverTaken() {
    service.writingHalfJson(1000);
    HostException broken = failure(() -> bmc().power());
    assertThat(broken.reason()).isEqualTo(Reason.BMC_BROKEN);
    assertThat(broken).hasMessageContaining("/redfish/v1/").hasMessageContaining("no JSON at");
  }

  @Test
  void anAnswerWithoutEndIsNotReadToIt() {
    service.flooding();
    assertThat(failure(() -> bmc().power()).reason()).isEqualTo(Reason.BMC_BROKEN);
  }

  @Test
  void oneThatSaysNothingIsNotAwaitedForEver() {
    service.hanging();
    RedfishBmc bmc =
        new RedfishBmc(service.access(), host.files(), pauses::add, Duration.ofMillis(500));
    HostException broken = failure(bmc::power);
    assertThat(broken.reason()).isEqualTo(Reason.BMC_BROKEN);
    assertThat(pauses).hasSize(4);
    bmc.close();
  }

  @Test
  void oneThatIsNotThereIsToldAsUnreachable() {
    Access access = service.access();
    service.close();
    HostException unreachable = failure(() -> bmc(access).power());
    assertThat(unreachable.reason()).isEqualTo(Reason.BMC_UNREACHABLE);
    assertThat(unreachable).hasMessageContaining("does not answer (expected: Redfish at TCP port");
  }

  @Test
  void aCertificateThatIsNotThePinnedOneGetsNoPassword() {
    Access right = service.access();
    Access pinned = trusting(right, "ab".repeat(32), false);
    HostException refused = failure(() -> bmc(pinned).power());
    assertThat(refused.reason()).isEqualTo(Reason.BMC_REFUSED);
    assertThat(refused)
        .hasMessageContaining(right.fingerprint())
        .hasMessageContaining("expected: the fingerprint " + "ab".repeat(32));
    assertThat(service.heard()).isEmpty();
  }

  @Test
  void anUnknownCertificateIsRefusedUnlessSomebodySaysOtherwise() {
    host.files().createDirectory("/etc/ssl/certs", new Files.Access(0755, "root", "root"));
    host.files().put("/etc/ssl/certs/ca-certificates.crt", "");
    Access unpinned = trusting(service.access(), "", false);
    assertThat(failure(() -> bmc(unpinned).power()).reason()).isEqualTo(Reason.BMC_REFUSED);
    assertThat(service.heard()).isEmpty();
    try (RedfishBmc bmc = bmc(trusting(service.access(), "", true))) {
      assertThat(bmc.power()).isEqualTo(Power.ON);
    }
  }

  private static Access trusting(Access access, String fingerprint, boolean anyone) {
    return new Access(
        access.protocol(),
        access.machine(),
        access.host(),
        access.port(),
        access.user(),
        access.password(),
        "",
        fingerprint,
        anyone,
        "");
  }

  @Test
  void whatItDoesNotOfferIsNotTriedAndNamed() {
    service.allowing("On", "ForceOff");
    try (RedfishBmc bmc = bmc()) {
      HostException refused = failure(bmc::shutDown);
      assertThat(refused.reason()).isEqualTo(Reason.BMC_REFUSED);
      assertThat(refused)
          .hasMessageContaining("does not offer GracefulShutdown (it offers: On, ForceOff)");
    }
    assertThat(service.power()).isEqualTo("On");
  }

  @Test
  void whatItOffersMayStandInAResourceOfItsOwn() {
    service.withActionInfo().allowing("On", "ForceOff");
    try (RedfishBmc bmc = bmc()) {
      assertThat(failure(bmc::shutDown)).hasMessageContaining("it offers: On, ForceOff");
      bmc.cutOff();
    }
    assertThat(service.power()).isEqualTo("Off");
  }

  @Test
  void aTaskIsFollowedToItsEnd() {
    service.withTask("Completed");
    try (RedfishBmc bmc = bmc()) {
      bmc.cutOff();
      assertThat(bmc.power()).isEqualTo(Power.OFF);
    }
    assertThat(service.heard()).contains("GET /redfish/v1/TaskService/Tasks/5");
  }

  @Test
  void aTaskThatFailsIsToldInItsOwnWords() {
    service.withTask("Exception");
    try (RedfishBmc bmc = bmc()) {
      HostException refused = failure(bmc::cutOff);
      assertThat(refused.reason()).isEqualTo(Reason.BMC_REFUSED);
      assertThat(refused).hasMessageContaining("ended as Exception: The host did not react.");
    }
  }

  @Test
  void ofSeveralSystemsTheOneIsMeantThatWasNamed() {
    service.withSystems("1", "2");
    assertThat(failure(() -> bmc().power()))
        .hasMessageContaining("has the systems [1, 2] (expected: one, or which by --system)");
    try (RedfishBmc bmc = bmc(service.access(RedfishService.PASSWORD, "2"))) {
      assertThat(bmc.power()).isEqualTo(Power.ON);
    }
    assertThat(service.heard()).contains("GET /redfish/v1/Systems/2");
    assertThat(failure(() -> bmc(service.access(RedfishService.PASSWORD, "9")).power()))
        .hasMessageContaining("'9' among them");
  }

  @Test
  void aTargetElsewhereDoesNotGetOurToken() {
    service.withTarget("//evil.invalid/reset");
    try (RedfishBmc bmc = bmc()) {
      assertThatThrownBy(bmc::cutOff).hasMessageContaining("no path of its own");
    }
    service.withTarget("https://evil.invalid/reset");
    try (RedfishBmc bmc = bmc()) {
      assertThatThrownBy(bmc::cutOff).hasMessageContaining("no path of its own");
    }
    assertThat(service.power()).isEqualTo("On");
  }

  @Test
  void aStateThatNobodyKnowsIsNoState() {
    service.power("Confused");
    try (RedfishBmc bmc = bmc()) {
      assertThat(failure(bmc::power))
          .hasMessageContaining("PowerState 'Confused' (expected: On or Off)");
    }
  }
}
