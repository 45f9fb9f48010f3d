package io.coxswain.controller.api.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.coxswain.controller.Site;
import io.coxswain.controller.access.CertificateAuthority;
import io.coxswain.v1.AgentMessage;
import io.coxswain.v1.ControllerMessage;
import io.coxswain.v1.CreateClusterRequest;
import io.coxswain.v1.CreateClusterResponse;
import io.coxswain.v1.GetInstanceRequest;
import io.coxswain.v1.GetMachineRequest;
import io.coxswain.v1.Gpu;
import io.coxswain.v1.GpuReading;
import io.coxswain.v1.Group;
import io.coxswain.v1.Health;
import io.coxswain.v1.Heartbeat;
import io.coxswain.v1.Hello;
import io.coxswain.v1.Instance;
import io.coxswain.v1.Link;
import io.coxswain.v1.Machine;
import io.coxswain.v1.MachineRole;
import io.coxswain.v1.NetworkInterface;
import io.coxswain.v1.Observation;
import io.coxswain.v1.Outcome;
import io.coxswain.v1.Report;
import io.coxswain.v1.RevokeMachineRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One stream per machine, over real mutual TLS. */
class StreamTest {
  private final Site site = new Site();

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void helloIsAnsweredWithTheIntervalsOfTheRole() {
    try (TestAgent worker = site.join("gpu01", MachineRole.WORKER);
        TestAgent jumphost = site.join("jump", MachineRole.JUMPHOST)) {
      ControllerMessage toWorker = worker.connect().next();

      assertThat(toWorker.getSequence()).isEqualTo(1);
      assertThat(toWorker.getWelcome().getHeartbeatSeconds()).isEqualTo(5);
      assertThat(toWorker.getWelcome().getReportSeconds()).isEqualTo(30);
      assertThat(jumphost.connect().next().getWelcome().getReportSeconds()).isEqualTo(10);
    }
  }

  @Test
  void oneMachineDoesNotSpeakForAnother() {
    try (TestAgent one = site.join("gpu01", MachineRole.WORKER);
        TestAgent other = site.join("gpu02", MachineRole.WORKER)) {
      TestAgent.Stream stream = one.connectSilently();
      stream.say(hello(other.id()));

      assertEnded(stream.end(), Status.Code.PERMISSION_DENIED, other.id(), one.id());
    }
  }

  @Test
  void helloComesFirstAndOnce() {
    try (TestAgent agent = site.join("gpu01", MachineRole.WORKER)) {
      TestAgent.Stream rude = agent.connectSilently();
      rude.say(heartbeat());
      assertEnded(rude.end(), Status.Code.INVALID_ARGUMENT, "HEARTBEAT", "Hello, first and once");

      TestAgent.Stream chatty = agent.connect();
      chatty.say(hello(agent.id()));
      assertEnded(chatty.end(), Status.Code.INVALID_ARGUMENT, "HELLO");
    }
  }

  @Test
  void aMessageOutOfSequenceEndsTheStream() {
    try (TestAgent agent = site.join("gpu01", MachineRole.WORKER)) {
      TestAgent.Stream stream = agent.connect();
      stream.sayNumbered(3, heartbeat());

      assertEnded(stream.end(), Status.Code.INVALID_ARGUMENT, "sequence: 3 (expected: 2)");
    }
  }

  @Test
  void aMessageOverOneMebibyteEndsTheStream() {
    try (TestAgent agent = site.join("gpu01", MachineRole.WORKER)) {
      TestAgent.Stream stream = agent.connect();
      stream.next();
      stream.say(report(Observation.newBuilder().setHostName("x".repeat(2 << 20))));

      assertThat(stream.end().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(agent.connect().next().hasWelcome())
          .as("the machine itself is still welcome")
          .isTrue();
    }
  }

  @Test
  void manySmallMessagesMayBeMoreThanOneMebibyte() {
    try (TestAgent agent = site.join("gpu01", MachineRole.WORKER)) {
      TestAgent.Stream stream = agent.connect();
      for (int i = 0; i < 6; i++) {
        stream.say(
            report(
                Observation.newBuilder()
                    .setHostName("host-" + i)
                    .setBoardSerial("x".repeat(400 << 10))));
      }
      stream.say(report(Observation.newBuilder().addInterfaces(nic("10.0.0.9/24"))));

      eventually(() -> machine("gpu01").getAddress().equals("10.0.0.9"));
      assertThat(stream.hasEnded()).isFalse();
    }
  }

  @Test
  void aStateThatNobodyKnowsEndsTheStreamWithTheField() {
    try (TestAgent agent = site.join("gpu01", MachineRole.WORKER)) {
      TestAgent.Stream stream = agent.connect();
      stream.say(AgentMessage.newBuilder().setOutcome(Outcome.newBuilder().setGroup("host")));

      assertEnded(stream.end(), Status.Code.INVALID_ARGUMENT, "state: STATE_UNSPECIFIED");
    }
  }

  @Test
  void aTimeThatNoCalendarHasEndsTheStream() {
    try (TestAgent agent = site.join("gpu01", MachineRole.WORKER)) {
      TestAgent.Stream stream = agent.connect();
      stream.say(
          report(
              Observation.newBuilder()
                  .setObservedAt(Timestamp.newBuilder().setSeconds(Long.MAX_VALUE))));

      assertEnded(stream.end(), Status.Code.INVALID_ARGUMENT, "observed_at");
    }
  }

  @Test
  void revokingCutsTheOpenStreamAndNothingOpensItAgain() {
    try (TestAgent agent = site.join("gpu01", MachineRole.WORKER)) {
      TestAgent.Stream stream = agent.connect();
      stream.next();
      site.call(
          "Machines/RevokeMachine",
          RevokeMachineRequest.newBuilder().setName("gpu01").build(),
          Machine.parser());

      assertEnded(stream.end(), Status.Code.PERMISSION_DENIED, "was revoked");
      assertEnded(agent.connect().end(), Status.Code.PERMISSION_DENIED, "was revoked");
      StatusRuntimeException renewal =
          catchThrowableOfType(StatusRuntimeException.class, agent::renew);
      assertEnded(renewal.getStatus(), Status.Code.PERMISSION_DENIED, "was revoked");
      assertThat(machine("gpu01").getRevoked()).isTrue();
    }
  }

  @Test
  void aNewerStreamEndsTheOlder() {
    try (TestAgent agent = site.join("gpu01", MachineRole.WORKER)) {
      TestAgent.Stream older = agent.connect();
      older.next();
      TestAgent.Stream newer = agent.connect();
      newer.next();

      assertEnded(older.end(), Status.Code.ABORTED, "newer stream");
      newer.say(report(Observation.newBuilder().setHostName("gpu01")));
      eventually(() -> machine("gpu01").getObservation().getHostName().equals("gpu01"));
      assertThat(newer.hasEnded()).isFalse();
    }
  }

  @Test
  void aCertificateOfAnotherAuthorityDoesNotGetThroughTheHandshake(@TempDir Path elsewhere) {
    CertificateAuthority other =
        CertificateAuthority.openOrCreate(elsewhere, InstantSource.system());
    try (TestAgent agent = site.join("gpu01", MachineRole.WORKER)) {
      agent.show(der(other, agent));

      assertThat(agent.connect().end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }
  }

  @Test
  void theStreamEndsWithItsCertificate() {
    try (TestAgent agent = site.join("gpu01", MachineRole.WORKER)) {
      TestAgent.Stream stream = agent.connect();
      stream.next();
      site.pass(CertificateAuthority.AGENT_LIFE.plusSeconds(1));
      stream.say(heartbeat());

      assertEnded(stream.end(), Status.Code.UNAUTHENTICATED, "certificate: expired");
    }
  }

  @Test
  void silenceMakesALinkStaleThenLostAndAHeartbeatMendsIt() {
    try (TestAgent agent = site.join("gpu01", MachineRole.WORKER)) {
      TestAgent.Stream stream = agent.connect();
      stream.next();
      eventually(() -> machine("gpu01").getLink() == Link.CONNECTED);
      site.pass(Duration.ofSeconds(16));
      assertThat(machine("gpu01").getLink()).isEqualTo(Link.STALE);
      site.pass(Duration.ofSeconds(60));
      assertThat(machine("gpu01").getLink()).isEqualTo(Link.LOST);

      stream.say(heartbeat());
      eventually(() -> machine("gpu01").getLink() == Link.CONNECTED);
    }
  }

  @Test
  void whatWasMeasuredIsShown() {
    try (TestAgent agent = site.join("gpu01", MachineRole.WORKER)) {
      agent.connect().say(report(eightGpus()));

      eventually(() -> machine("gpu01").getHealth() == Health.PASS);
      Machine machine = machine("gpu01");
      assertThat(machine.getShape()).isEqualTo("8xH200");
      assertThat(machine.getAddress())
          .as("the stream comes from this machine, so the interface counts")
          .isEqualTo("10.0.0.7");
      assertThat(machine.getObservation().getGpus().getGpusCount()).isEqualTo(8);
    }
  }

  @SuppressWarnings("MethodLength") // One story, told in order.
  @Test
  void aClusterBecomesAnAssignmentAndItsOutcomesBecomeProgress() {
    try (TestAgent jumphost = site.join("jump", MachineRole.JUMPHOST);
        TestAgent worker = site.join("gpu01", MachineRole.WORKER)) {
      jumphost
          .connect()
          .say(
              report(
                  Observation.newBuilder()
                      .setChecks(1)
                      .setGpus(
                          GpuReading.newBuilder()
                              .setState(GpuReading.State.UNSUPPORTED)
                              .setReason("no NVIDIA hardware"))
                      .addInterfaces(nic("10.0.0.1/24"))));
      TestAgent.Stream stream = worker.connect();
      stream.next();
      stream.say(report(eightGpus()));
      eventually(
          () ->
              machine("gpu01").getShape().equals("8xH200")
                  && machine("jump").getHealth() == Health.PASS);

      CreateClusterResponse created =
          site.call(
              "Clusters/CreateCluster",
              CreateClusterRequest.newBuilder()
                  .setRequestId("request-1")
                  .setShape("8xH200")
                  .setSize(1)
                  .build(),
              CreateClusterResponse.parser());
      String instance = created.getCluster().getId() + "-0";
      ControllerMessage message = stream.next();
      Group host = message.getAssignment().getGroups(0);
      assertThat(message.getAssignment().getGeneration()).isEqualTo(1);
      assertThat(host.getSteps(0).getHostName().getName()).isEqualTo(instance);

      stream.say(
          AgentMessage.newBuilder()
              .setOutcome(
                  Outcome.newBuilder()
                      .setGeneration(1)
                      .setGroup(host.getName())
                      .setState(Outcome.State.RUNNING)
                      .setAttempt(2)
                      .setStep("install Slurm and MPI")
                      .setStepNumber(3)
                      .setStepCount(4)));
      eventually(() -> instance(instance).getStep().equals("install Slurm and MPI"));
      Instance shown = instance(instance);
      assertThat(shown.getMachine()).isEqualTo("gpu01");
      assertThat(shown.getStepNumber()).isEqualTo(3);
      assertThat(shown.getAttempt()).isEqualTo(2);
      assertThat(shown.getLink()).isEqualTo(Link.CONNECTED);
    }
  }

  private static Observation.Builder eightGpus() {
    GpuReading.Builder gpus =
        GpuReading.newBuilder().setState(GpuReading.State.KNOWN).setDriverVersion("570.1");
    for (int i = 0; i < 8; i++) {
      gpus.addGpus(
          Gpu.newBuilder().setIndex(i).setMinor(i).setModel("H200").setPciBusId("0000:0" + i));
    }
    return Observation.newBuilder()
        .setChecks(1)
        .setObservedAt(Timestamp.newBuilder().setSeconds(Instant.now().getEpochSecond()))
        .setHostName("gpu01")
        .setPciGpuCount(8)
        .setGpus(gpus)
        .addInterfaces(nic("10.0.0.7/24"));
  }

  private static NetworkInterface.Builder nic(String address) {
    return NetworkInterface.newBuilder().setName("eth0").setUp(true).addAddresses(address);
  }

  private static AgentMessage.Builder hello(String id) {
    return AgentMessage.newBuilder().setHello(Hello.newBuilder().setMachineId(id));
  }

  private static AgentMessage.Builder heartbeat() {
    return AgentMessage.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance());
  }

  private static AgentMessage.Builder report(Observation.Builder observation) {
    return AgentMessage.newBuilder().setReport(Report.newBuilder().setObservation(observation));
  }

  private static ByteString der(CertificateAuthority authority, TestAgent agent) {
    try {
      return ByteString.copyFrom(
          authority.signAgent(agent.request().toByteArray(), agent.id()).getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  private Machine machine(String name) {
    return site.call(
        "Machines/GetMachine",
        GetMachineRequest.newBuilder().setName(name).build(),
        Machine.parser());
  }

  private Instance instance(String name) {
    return site.call(
        "Instances/GetInstance",
        GetInstanceRequest.newBuilder().setName(name).build(),
        Instance.parser());
  }

  /** Asks again until it is so: each question is a round trip through the controller. */
  private static void eventually(BooleanSupplier claim) {
    long giveUp = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!claim.getAsBoolean()) {
      assertThat(System.nanoTime()).as("the claim became true in time").isLessThan(giveUp);
    }
  }

  private static void assertEnded(Status end, Status.Code code, String... texts) {
    assertThat(end.getCode()).isEqualTo(code);
    assertThat(end.getDescription()).contains(texts);
  }
}
