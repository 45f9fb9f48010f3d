package io.coxswain.agent.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.agent.host.FakeHost;
import io.coxswain.agent.report.MachineIdentity;
import io.coxswain.v1.AgentMessage;
import io.coxswain.v1.Assignment;
import io.coxswain.v1.Group;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Joining and talking over real TLS on the loopback. */
@Timeout(60)
class GrpcLinkTest {
  private static final MachineIdentity MACHINE =
      new MachineIdentity("gpu01", "uuid", "serial", "boot-1", "0.1.0");

  private final FakeHost host = new FakeHost("gpu01");
  private final TestAuthority authority = new TestAuthority();
  private TestController controller;

  GrpcLinkTest() throws IOException {
    controller = new TestController(authority, "localhost");
  }

  @BeforeEach
  void synchronizeClocks() {
    // Certificates are made for the real time.
    host.clock().advanceTo(Instant.now());
  }

  @AfterEach
  void close() {
    controller.close();
  }

  @Test
  void joiningKeepsTheKeyHereAndReadableByRootAlone() {
    AgentIdentity joined =
        enrollment(authority.pin()).enroll(TestController.TOKEN, MACHINE, "gpu01");
    assertThat(joined.machineId()).isEqualTo("m-1");
    assertThat(AgentIdentity.read(host)).contains(joined);
    String identity = "/var/lib/coxswain-agent/identity";
    assertThat(host.files().stat(identity + "/key.pem").orElseThrow().mode()).isEqualTo(0600);
    assertThat(host.files().stat(identity).orElseThrow().mode()).isEqualTo(0700);
    assertThat(joined.toString()).doesNotContain("BEGIN");
    assertThat(enrollment(authority.pin()).existing()).contains(joined);
  }

  @Test
  void anotherCaThanThePinnedOneIsNotToldTheToken() {
    String other = new TestAuthority().pin();
    assertThatThrownBy(() -> enrollment(other).enroll(TestController.TOKEN, MACHINE, "gpu01"))
        .isInstanceOf(LinkException.class)
        .hasMessageContaining(authority.pin())
        .hasMessageContaining("expected: " + other);
    assertThat(AgentIdentity.read(host)).isEmpty();
  }

  @Test
  void aServerOfTheRightCaUnderAnotherNameIsNotTrusted() throws IOException {
    controller.close();
    controller = new TestController(authority, "elsewhere.example.org");
    assertThatThrownBy(
            () -> enrollment(authority.pin()).enroll(TestController.TOKEN, MACHINE, "gpu01"))
        .isInstanceOf(LinkException.class)
        .hasMessageContaining("localhost");
  }

  @Test
  void aRefusedTokenIsToldInTheControllersWords() {
    assertThatThrownBy(() -> enrollment(authority.pin()).enroll("stolen", MACHINE, "gpu01"))
        .isInstanceOfSatisfying(
            LinkException.class,
            e -> {
              assertThat(e.isRefusal()).isTrue();
              assertThat(e.help()).containsExactly("make another token");
            })
        .hasMessageContaining("join token: unknown");
    assertThat(AgentIdentity.read(host)).isEmpty();
  }

  @Test
  void joiningAnewReplacesTheIdentityAndNothingLessThanAll() {
    AgentIdentity first =
        enrollment(authority.pin()).enroll(TestController.TOKEN, MACHINE, "gpu01");
    assertThatThrownBy(() -> enrollment(authority.pin()).enroll("stolen", MACHINE, "gpu01"))
        .isInstanceOf(LinkException.class);
    assertThat(AgentIdentity.read(host)).contains(first);
    AgentIdentity second =
        enrollment(authority.pin()).enroll(TestController.TOKEN, MACHINE, "gpu01");
    assertThat(second).isNotEqualTo(first);
    assertThat(AgentIdentity.read(host)).contains(second);
  }

  @Test
  void aMachineOfAnotherControllerIsNotJoinedAgain() {
    enrollment(authority.pin()).enroll(TestController.TOKEN, MACHINE, "gpu01");
    assertThatThrownBy(() -> enrollment(new TestAuthority().pin()).existing())
        .isInstanceOf(LinkException.class)
        .hasMessageContaining("joined another controller");
  }

  @Test
  void aPinThatIsNoneIsRefusedBeforeAnythingIsSent() {
    assertThatThrownBy(() -> enrollment("sha256:abc"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("64 hex digits");
  }

  @Test
  void aJoinedAgentConnectsRunsItsAssignmentAndTells() throws Exception {
    AgentIdentity joined =
        enrollment(authority.pin()).enroll(TestController.TOKEN, MACHINE, "gpu01");
    controller.assign(
        Assignment.newBuilder()
            .setGeneration(1)
            .addGroups(Group.newBuilder().setName("host").addSteps(WireSteps.file("/etc/a", "1")))
            .build());
    try (RunningAgent agent = new RunningAgent(host, joined, controller.port())) {
      assertThat(await(AgentMessage::hasHello).getHello().getMachineId()).isEqualTo("m-1");
      await(AgentMessage::hasHeartbeat);
      await(message -> agent.work() && message.getOutcome().getState().name().equals("DONE"));
      assertThat(host.files().text("/etc/a")).isEqualTo("1");
    }
  }

  @Test
  void aCertificatePastHalfOfItsLifeIsRenewedAndTheNewOneUsed() throws Exception {
    controller.issueFor(Duration.ofSeconds(20));
    AgentIdentity joined =
        enrollment(authority.pin()).enroll(TestController.TOKEN, MACHINE, "gpu01");
    try (RunningAgent agent = new RunningAgent(host, joined, controller.port())) {
      await(AgentMessage::hasHello);
      await(AgentMessage::hasHello);
      assertThat(controller.renewals).hasValue(1);
      assertThat(AgentIdentity.read(host).orElseThrow().x509().getNotAfter())
          .isAfter(joined.x509().getNotAfter());
      assertThat(agent.isAlive()).isTrue();
    }
  }

  @Test
  void aControllerThatGoesAwayIsFoundAgain() throws Exception {
    AgentIdentity joined =
        enrollment(authority.pin()).enroll(TestController.TOKEN, MACHINE, "gpu01");
    try (RunningAgent agent = new RunningAgent(host, joined, controller.port())) {
      await(AgentMessage::hasHello);
      controller.drop();
      await(AgentMessage::hasHello);
      assertThat(agent.isAlive()).isTrue();
    }
    assertThat(controller.streams).hasValue(2);
  }

  @Test
  void aConnectionThatIsTornBeforeItStandsIsTriedAgainAndOneThatAlwaysIsGivenUp()
      throws IOException {
    try (TornDoor door = new TornDoor(controller.port(), 2)) {
      new Enrollment(host, new Endpoint("localhost", door.port()), authority.pin())
          .enroll(TestController.TOKEN, MACHINE, "gpu01");
      assertThat(door.torn).hasValue(2);
    }
    try (TornDoor door = new TornDoor(controller.port(), 99)) {
      Enrollment hopeless =
          new Enrollment(host, new Endpoint("localhost", door.port()), authority.pin());
      assertThatThrownBy(() -> hopeless.enroll(TestController.TOKEN, MACHINE, "gpu01"))
          .isInstanceOf(LinkException.class);
      assertThat(door.torn).hasValue(4);
    }
  }

  private Enrollment enrollment(String pin) {
    return new Enrollment(host, new Endpoint("localhost", controller.port()), pin);
  }

  private AgentMessage await(Predicate<AgentMessage> wanted) throws InterruptedException {
    while (true) {
      AgentMessage message = controller.received.poll(30, TimeUnit.SECONDS);
      if (message == null) {
        throw new AssertionError("the agent says nothing any more");
      }
      if (wanted.test(message)) {
        return message;
      }
    }
  }
}
