package io.coxswain.agent;

import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.LinuxHost;
import io.coxswain.agent.link.AgentIdentity;
import io.coxswain.agent.link.Endpoint;
import io.coxswain.agent.link.Enrollment;
import io.coxswain.agent.metrics.MetricsSettings;
import io.coxswain.agent.report.MachineIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes this machine one of a controller's. */
@Command(
    name = "join",
    description = "Join a controller. Joining it again changes nothing and uses no token.",
    mixinStandardHelpOptions = true)
final class JoinCommand implements Callable<Integer> {
  private static final int LONGEST_TOKEN = 1024;

  @Spec CommandSpec spec = CommandSpec.create();

  @Option(names = "--controller", required = true, paramLabel = "HOST:PORT")
  String controller = "";

  @Option(
      names = "--ca-pin",
      required = true,
      paramLabel = "sha256:HEX",
      description = "printed by coxd fingerprint and by cox machine join-token")
  String caPin = "";

  @Option(
      names = "--token-file",
      required = true,
      paramLabel = "FILE",
      description = "a file that holds the join token, or - for standard input")
  String tokenFile = "";

  @Option(
      names = "--anew",
      description =
          "also where this machine has joined: for one that was revoked or removed there, or that"
              + " goes to another controller. The old identity is given up once the new one is here")
  boolean anew;

  @Option(names = "--name", description = "default: this machine's host name")
  @Nullable String name;

  @Override
  public Integer call() {
    Host host = new LinuxHost();
    Endpoint endpoint = Endpoint.parse(controller);
    Enrollment enrollment = new Enrollment(host, endpoint, caPin);
    Optional<AgentIdentity> existing = anew ? Optional.empty() : enrollment.existing();
    if (existing.isEmpty()) {
      MachineIdentity machine = AgentMain.prober(host).observe().machine();
      String chosen = name == null ? machine.hostName() : name;
      AgentIdentity joined = enrollment.enroll(token(host), machine, chosen);
      say("joined %s as %s".formatted(endpoint, joined.machineId()));
      if (anew) {
        say("next: systemctl restart coxswain-agent, which still is what it was");
      }
    } else {
      say("joined already, as " + existing.get().machineId());
    }
    configure(host, endpoint);
    return 0;
  }

  private void say(String line) {
    spec.commandLine().getOut().println(line);
  }

  private static void configure(Host host, Endpoint endpoint) {
    Optional<AgentConfig> present =
        host.files().stat(AgentConfig.FILE).isPresent()
            ? Optional.of(AgentConfig.read(host, AgentConfig.FILE))
            : Optional.empty();
    if (present.filter(config -> config.controller().equals(endpoint)).isPresent()) {
      return;
    }
    AgentConfig wanted =
        new AgentConfig(
            endpoint, present.map(AgentConfig::metrics).orElse(MetricsSettings.DEFAULT));
    if (host.files().stat("/etc/coxswain").isEmpty()) {
      host.files().createDirectory("/etc/coxswain", new Access(0755, "root", "root"));
    }
    host.files()
        .write(
            AgentConfig.FILE,
            wanted.render().getBytes(StandardCharsets.UTF_8),
            new Access(0644, "root", "root"));
  }

  private String token(Host host) {
    byte[] bytes =
        tokenFile.equals("-")
            ? standardInput()
            : host.files().read(Path.of(tokenFile).toAbsolutePath().normalize().toString());
    String token = new String(bytes, StandardCharsets.UTF_8).strip();
    Arrays.fill(bytes, (byte) 0);
    if (token.isEmpty()) {
      throw new IllegalArgumentException("token: empty (expected: one, in " + tokenFile + ")");
    }
    return token;
  }

  private static byte[] standardInput() {
    try {
      InputStream in = System.in;
      return in.readNBytes(LONGEST_TOKEN);
    } catch (IOException e) {
      throw new UncheckedIOException("read the token", e);
    }
  }
}
