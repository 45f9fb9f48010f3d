package io.coxswain.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.agent.host.FakeHost;
import io.coxswain.v1.AgentMessage;
import io.coxswain.v1.AgentMessage.BodyCase;
import io.coxswain.v1.Assignment;
import io.coxswain.v1.ControllerMessage;
import io.coxswain.v1.GpuReading;
import io.coxswain.v1.Group;
import io.coxswain.v1.Observation;
import io.coxswain.v1.Outcome;
import io.coxswain.v1.Query;
import io.coxswain.v1.Step;
import io.coxswain.v1.Welcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The protocol, told and retold, in one thread and virtual time. */
class AgentSessionTest {
  private final FakeHost host = new FakeHost("gpu01");
  private final FakeObservations observations = new FakeObservations();
  private AgentSession session = restarted();
  private FakeStream stream = new FakeStream();
  private long sequence;

  private AgentSession restarted() {
    return new AgentSession(host, observations, "m-1", "0.1.0", () -> {});
  }

  @Test
  void helloIsFirstAndSaysWhatIsHeld() {
    open();
    assertThat(stream.bodies()).containsExactly(BodyCase.HELLO);
    assertThat(stream.sent.getFirst().getHello().getMachineId()).isEqualTo("m-1");
    assertThat(stream.sent.getFirst().getHello().getGeneration()).isZero();
    pass(Duration.ofSeconds(10));
    assertThat(stream.bodies()).containsExactly(BodyCase.HELLO);
  }

  @Test
  void withoutWelcomeTheStreamIsEnded() {
    open();
    pass(Duration.ofSeconds(20));
    assertThat(stream.ended).contains("welcome: none within 20 s");
  }

  @Test
  void afterWelcomeHeartbeatsAndReportsGoUpAtTheirIntervals() {
    welcome();
    pass(Duration.ofSeconds(30));
    assertThat(stream.count(BodyCase.HEARTBEAT)).isEqualTo(7);
    assertThat(stream.count(BodyCase.REPORT)).isEqualTo(2);
    assertThat(stream.sent)
        .extracting(AgentMessage::getSequence)
        .isEqualTo(java.util.stream.LongStream.rangeClosed(1, stream.sent.size()).boxed().toList());
  }

  @Test
  void anAssignmentIsStoredRunAndTold() {
    welcome();
    assign(1, WireSteps.file("/etc/a", "1"));
    settle();
    assertThat(host.files().text("/etc/a")).isEqualTo("1");
    assertThat(host.files().stat("/var/lib/coxswain-agent/assignment").orElseThrow().mode())
        .isEqualTo(0600);
    assertThat(lastOutcome().getState()).isEqualTo(Outcome.State.DONE);
    assertThat(lastOutcome().getGeneration()).isEqualTo(1);
  }

  @Test
  void aGroupThatEndsIsFollowedByAReport() {
    welcome();
    long before = stream.count(BodyCase.REPORT);
    assign(1, WireSteps.file("/etc/a", "1"));
    pass(Duration.ofSeconds(1));
    assertThat(stream.count(BodyCase.REPORT)).isEqualTo(before + 1);
  }

  @Test
  void anAgentThatRestartsGoesOnWithoutTheController() {
    welcome();
    assign(3, WireSteps.file("/etc/a", "1"));
    settle();
    host.files().delete("/etc/a");
    session = restarted();
    settle();
    assertThat(host.files().text("/etc/a")).isEqualTo("1");
    open();
    assertThat(stream.sent.getFirst().getHello().getGeneration()).isEqualTo(3);
  }

  @Test
  void eachStreamIsToldAllOutcomes() {
    welcome();
    assign(1, WireSteps.file("/etc/a", "1"));
    settle();
    session.closed(stream);
    pass(Duration.ofMinutes(5));
    welcome();
    assertThat(stream.count(BodyCase.OUTCOME)).isEqualTo(1);
    assertThat(lastOutcome().getState()).isEqualTo(Outcome.State.DONE);
  }

  @Test
  void anAssignmentThatComesTwiceOrLateChangesNothing() {
    welcome();
    assign(2, WireSteps.file("/etc/a", "new"));
    assign(2, WireSteps.file("/etc/a", "again"));
    assign(1, WireSteps.file("/etc/a", "old"));
    settle();
    assertThat(host.files().text("/etc/a")).isEqualTo("new");
    assertThat(stream.ended).isEmpty();
  }

  @Test
  void aMessageOutOfSequenceEndsTheStream() {
    welcome();
    sequence++;
    send(ControllerMessage.newBuilder().setQuery(Query.newBuilder().setId(1)));
    assertThat(stream.ended).contains("sequence: 3 (expected: 2)");
  }

  @Test
  void whatArrivesOnAnOldStreamIsNothing() {
    welcome();
    FakeStream old = stream;
    open();
    session.received(old, ControllerMessage.newBuilder().setSequence(99).build());
    session.closed(old);
    assertThat(stream.ended).isEmpty();
    long before = old.sent.size();
    pass(Duration.ofSeconds(10));
    assertThat(old.sent).hasSize((int) before);
  }

  @Test
  void aQueryIsAnsweredAtOnceAndAfresh() {
    welcome();
    send(ControllerMessage.newBuilder().setQuery(Query.newBuilder().setId(17)));
    session.tick();
    assertThat(stream.sent.getLast().getReport().getQueryId()).isEqualTo(17);
    assertThat(observations.askedAfresh).isEqualTo(1);
  }

  @Test
  void aStepOfTheFutureFailsItsGroupsWhereEverybodySeesIt() {
    welcome();
    assign(5, Step.newBuilder().setTitle("teleport").build());
    settle();
    assertThat(lastOutcome().getState()).isEqualTo(Outcome.State.FAILED);
    assertThat(lastOutcome().getGeneration()).isEqualTo(5);
    assertThat(lastOutcome().getFailure().getReason()).isEqualTo("ASSIGNMENT_REFUSED");
    assertThat(session.generation()).isZero();
  }

  @Test
  void aFullDiskKeepsNoAssignmentFromRunning() {
    host.files()
        .createDirectory(
            "/var/lib/coxswain-agent",
            new io.coxswain.agent.host.Files.Access(0700, "root", "root"));
    welcome();
    host.files().fill(true);
    assign(1, WireSteps.file("/etc/a", "1"));
    settle();
    assertThat(lastOutcome().getFailure().getReason()).isEqualTo("DISK_FULL");
    host.files().fill(false);
    pass(Duration.ofSeconds(10));
    assertThat(lastOutcome().getState()).isEqualTo(Outcome.State.DONE);
    assertThat(host.files().stat("/var/lib/coxswain-agent/assignment")).isPresent();
  }

  @Test
  void anAssignmentThatCannotBeReadIsAskedForAgain() {
    host.files()
        .createDirectory(
            "/var/lib/coxswain-agent",
            new io.coxswain.agent.host.Files.Access(0700, "root", "root"));
    host.files().put("/var/lib/coxswain-agent/assignment", "\u0007rubbish");
    session = restarted();
    open();
    assertThat(stream.sent.getFirst().getHello().getGeneration()).isZero();
  }

  @Test
  void whatCouldNotBeReadIsToldAndNotMadeUp() {
    welcome();
    Observation told =
        stream.sent.stream()
            .filter(AgentMessage::hasReport)
            .findFirst()
            .orElseThrow()
            .getReport()
            .getObservation();
    assertThat(told.hasCpu()).isFalse();
    assertThat(told.getMemoryBytes()).isEqualTo(1L << 40);
    assertThat(told.getTroublesList())
        .containsExactly("disks: a program did not answer in time: lsblk");
    assertThat(told.getGpus().getState()).isEqualTo(GpuReading.State.FAILED);
    assertThat(told.getPciGpuCount()).isEqualTo(1);
  }

  private void open() {
    stream = new FakeStream();
    sequence = 0;
    session.opened(stream);
  }

  private void welcome() {
    open();
    send(
        ControllerMessage.newBuilder()
            .setWelcome(Welcome.newBuilder().setHeartbeatSeconds(5).setReportSeconds(30)));
    settle();
  }

  private void assign(long generation, Step... steps) {
    send(
        ControllerMessage.newBuilder()
            .setAssignment(
                Assignment.newBuilder()
                    .setGeneration(generation)
                    .addGroups(Group.newBuilder().setName("host").addAllSteps(List.of(steps)))));
  }

  private void send(ControllerMessage.Builder message) {
    session.received(stream, message.setSequence(++sequence).build());
  }

  private Instant settle() {
    Instant next = session.tick();
    for (int i = 0; i < 100 && !next.isAfter(host.clock().instant()); i++) {
      next = session.tick();
    }
    return next;
  }

  private void pass(Duration duration) {
    Instant end = host.clock().instant().plus(duration);
    for (Instant next = settle(); !next.isAfter(end); next = settle()) {
      host.clock().advanceTo(next);
    }
    host.clock().advanceTo(end);
    settle();
  }

  private Outcome lastOutcome() {
    return stream.sent.stream()
        .filter(AgentMessage::hasOutcome)
        .reduce((a, b) -> b)
        .orElseThrow()
        .getOutcome();
  }
}
