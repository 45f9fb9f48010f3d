package io.coxswain.agent.link;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.coxswain.agent.gpu.nvml.NvmlGpus;
import io.coxswain.agent.gpu.nvml.NvmlSettings;
import io.coxswain.agent.health.HealthWatch;
import io.coxswain.agent.host.FakeHost;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.KernelLog;
import io.coxswain.agent.host.LinuxHost;
import io.coxswain.agent.metrics.Metrics;
import io.coxswain.agent.metrics.MetricsDoor;
import io.coxswain.agent.metrics.MetricsSettings;
import io.coxswain.agent.metrics.Standing;
import io.coxswain.agent.probe.Prober;
import io.coxswain.agent.report.MachineIdentity;
import io.coxswain.v1.AgentMessage;
import io.coxswain.v1.Assignment;
import io.coxswain.v1.Group;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * What an agent does all day, for packaging to record which classes that needs, see {@code
 * src/main/deb/train}: it measures this machine, connects over real TLS, runs an assignment on a
 * fake host and tells. The controller is another process, or its classes would be recorded, too.
 * Not a test.
 */
final class Rehearsal {
  private static final int PATIENCE_SECONDS = 60;

  private Rehearsal() {}

  /** Role and the directory by which the two find each other. */
  public static void main(String[] args) throws Exception {
    Path room = Path.of(args[1]);
    switch (args[0]) {
      case "controller" -> controller(room);
      case "agent" -> agent(room);
      default ->
          throw new IllegalArgumentException(
              "role '" + args[0] + "' (expected: controller or agent)");
    }
    System.exit(0);
  }

  /** Until the agent has done its part; the file with the port comes last, and goes first. */
  private static void controller(Path room) throws IOException, InterruptedException {
    FakeHost host = new FakeHost("gpu01");
    host.clock().advanceTo(Instant.now());
    TestAuthority authority = new TestAuthority();
    try (TestController controller = new TestController(authority, "localhost")) {
      AgentIdentity joined =
          new Enrollment(host, new Endpoint("localhost", controller.port()), authority.pin())
              .enroll(
                  TestController.TOKEN,
                  new MachineIdentity("gpu01", "uuid", "serial", "boot-1", "0.1.0"),
                  "gpu01");
      Files.write(room.resolve("key.pem"), joined.key().bytes());
      Files.write(room.resolve("cert.pem"), joined.certificate().bytes());
      Files.write(room.resolve("ca.pem"), joined.ca().bytes());
      controller.assign(
          Assignment.newBuilder()
              .setGeneration(1)
              .addGroups(Group.newBuilder().setName("host").addSteps(WireSteps.file("/etc/a", "1")))
              .build());
      Path port = Files.writeString(room.resolve("port.new"), "" + controller.port());
      Files.move(port, room.resolve("port"), StandardCopyOption.ATOMIC_MOVE);
      await(controller, AgentMessage::hasHeartbeat);
      await(controller, message -> message.getOutcome().getState().name().equals("DONE"));
      Files.delete(room.resolve("port"));
    }
  }

  private static void agent(Path room) throws IOException, InterruptedException {
    Host here = new LinuxHost();
    Prober prober =
        new Prober(
            here, new NvmlGpus(here.clock(), here.files(), NvmlSettings.ofThisRuntime()), "0");
    prober.observe();
    HealthWatch watch = new HealthWatch(new FakeHost("gpu01"), judged -> {}, () -> {});
    watch.measured(prober.measure());
    watch.record(
        new KernelLog.Entry(0, Optional.empty(), "NVRM: Xid (PCI:0000:18:00): 79, pid=1, x"));
    scrape(here, prober);
    AgentIdentity joined =
        new AgentIdentity(
            "m-1",
            new Pem(Files.readAllBytes(room.resolve("key.pem"))),
            new Pem(Files.readAllBytes(room.resolve("cert.pem"))),
            new Pem(Files.readAllBytes(room.resolve("ca.pem"))));
    int port = Integer.parseInt(Files.readString(room.resolve("port")));
    try (RunningAgent agent = new RunningAgent(new FakeHost("gpu01"), joined, port)) {
      while (agent.isAlive() && Files.exists(room.resolve("port"))) {
        agent.work();
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
  }

  private static void scrape(Host here, Prober prober) throws IOException {
    MetricsSettings settings =
        new MetricsSettings(
            Optional.of(MetricsSettings.address("127.0.0.1:0")),
            Optional.empty(),
            MetricsSettings.HOSTNAME);
    Metrics metrics =
        new Metrics(new FakeHost("gpu01"), settings, () -> new Standing("0", true, 1, List.of()));
    metrics.measured(prober.measure());
    metrics.answered("prolog 1 0", true);
    MetricsDoor door = new MetricsDoor(settings, here.files(), metrics::page, new ServerTls(here));
    try (door) {
      door.open();
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), door.port())) {
        socket.getOutputStream().write("GET /metrics HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
        socket.getInputStream().readAllBytes();
      }
    }
  }

  private static void await(TestController controller, Predicate<AgentMessage> wanted)
      throws InterruptedException {
    while (true) {
      AgentMessage message = controller.received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (message == null) {
        throw new IllegalStateException(
            "the agent says nothing (expected: within " + PATIENCE_SECONDS + " s)");
      }
      if (wanted.test(message)) {
        return;
      }
    }
  }
}
