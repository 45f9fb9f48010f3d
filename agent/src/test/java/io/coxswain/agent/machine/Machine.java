package io.coxswain.agent.machine;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Ulimit;
import io.coxswain.agent.link.StrandedIdentity;
import io.coxswain.v1.Assignment;
import io.coxswain.v1.Group;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * A machine of the rack, with the agent's package installed and joined to a controller that does
 * not exist. It has no network: whatever the agent does here it does alone.
 */
final class Machine implements AutoCloseable {
  static final String NAME = "m-1";

  private static final String IMAGE = "COXSWAIN_MACHINE_IMAGE";
  private static final String LABEL = "COXSWAIN_MACHINE_LABEL";
  // Under this name Podman gives it what systemd needs as the first process.
  private static final String INIT = "/usr/local/sbin/init";
  private static final Path RACK_INIT = Path.of("../vagrant/image/rack-init");
  private static final String STATUS = "/run/coxswain-agent/status.json";
  private static final int EXECUTABLE = 0755;
  // As facts of the rack: no more than a host allows that is a container itself.
  private static final long MOST_FILES = 20_000;
  // For what takes seconds here; a machine under load takes longer.
  private static final int PATIENCE_SECONDS = 90;

  private final GenericContainer<?> container;
  private long generation;

  @SuppressWarnings("resource") // Closed by close().
  private Machine(String image) {
    container =
        new GenericContainer<>(DockerImageName.parse(image))
            .withImagePullPolicy(name -> false)
            .withNetworkMode("none")
            .withCommand(INIT)
            .withCopyFileToContainer(MountableFile.forHostPath(RACK_INIT, EXECUTABLE), INIT)
            .withCreateContainerCmdModifier(
                create -> {
                  create.withHostName(NAME);
                  create
                      .getHostConfig()
                      .withCapAdd(Capability.SYS_ADMIN)
                      .withUlimits(
                          List.of(
                              new Ulimit("nofile", MOST_FILES, MOST_FILES),
                              new Ulimit("nproc", MOST_FILES, MOST_FILES)));
                });
    label().ifPresent(label -> container.withLabel(label[0], label[1]));
  }

  private static Optional<String[]> label() {
    return Optional.ofNullable(System.getenv(LABEL)).map(label -> label.split("=", 2));
  }

  /** Boots one and installs the agent; removes it again should that fail. */
  static Machine boot() throws IOException {
    String image = System.getenv(IMAGE);
    if (image == null || image.isBlank()) {
      throw new IllegalStateException(
          IMAGE
              + ": not set (expected: the image of a machine; vagrant/rack test maven sets it,"
              + " agent/README.md says how to by hand)");
    }
    Path debian = AgentPackage.find();
    Machine machine = new Machine(image);
    try {
      machine.container.start();
      machine.await("systemctl is-system-running 2>/dev/null | grep -qx running");
      machine.prepareApt();
      machine.install(debian);
      return machine;
    } catch (IOException | RuntimeException | Error e) {
      machine.close();
      throw e;
    }
  }

  private void prepareApt() {
    // Nobody answers: once is enough to learn that.
    put("/etc/apt/apt.conf.d/99offline", "Acquire::Retries \"0\";\n");
    put("/root/sample-packages", SamplePackages.SCRIPT);
    sh("sh -eu /root/sample-packages");
  }

  private void install(Path debian) throws IOException {
    container.copyFileToContainer(MountableFile.forHostPath(debian), "/root/agent.deb");
    sh("dpkg -i /root/agent.deb && rm /root/agent.deb");
    String jar = sh("ls /usr/lib/coxswain/agent/lib/coxswain-agent*.jar").strip();
    AgentPackage.demandFresh(container.copyFileFromContainer(jar, stream -> stream.readAllBytes()));
    put("/etc/coxswain/agent.yaml", "controller: \"127.0.0.1:1\"\n");
    sh("install -d -m 0700 /var/lib/coxswain-agent /var/lib/coxswain-agent/identity");
    for (Map.Entry<String, byte[]> file : StrandedIdentity.files().entrySet()) {
      container.copyFileToContainer(Transferable.of(file.getValue(), 0600), file.getKey());
    }
  }

  /** Runs it as root; throws unless it succeeds. What it printed, errors last. */
  String sh(String script) {
    ExecResult result = attempt(script);
    if (result.getExitCode() != 0) {
      throw new AssertionError(
          "%s: exit status %d: %s%s"
              .formatted(script, result.getExitCode(), result.getStdout(), result.getStderr()));
    }
    return result.getStdout() + result.getStderr();
  }

  /** Runs it as root, however it ends. */
  ExecResult attempt(String script) {
    try {
      return container.execInContainer("sh", "-c", script);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Whether the script succeeds now. */
  boolean is(String script) {
    return attempt(script).getExitCode() == 0;
  }

  /** Returns when the script succeeds; throws when it does not in a minute or so. */
  void await(String script) {
    String loop = "until %s; do sleep 0.05; done".formatted(script);
    ExecResult result = attempt("timeout %d sh -c %s".formatted(PATIENCE_SECONDS, quoted(loop)));
    if (result.getExitCode() != 0) {
      throw new AssertionError(
          "not within %d s: %s%n%s".formatted(PATIENCE_SECONDS, script, condition()));
    }
  }

  private String condition() {
    return attempt("cat " + STATUS + "; journalctl -n 40 --no-pager; ps -ef").getStdout();
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  void put(String path, String content) {
    container.copyFileToContainer(
        Transferable.of(content.getBytes(StandardCharsets.UTF_8), 0644), path);
  }

  /** Stores a newer assignment, as the agent does with one that it is sent; nobody reads it yet. */
  void store(Group... groups) {
    generation++;
    byte[] wire =
        Assignment.newBuilder()
            .setGeneration(generation)
            .addAllGroups(List.of(groups))
            .build()
            .toByteArray();
    container.copyFileToContainer(Transferable.of(wire, 0600), StrandedIdentity.assignmentFile());
  }

  /** Starts the agent's service with nothing in its memory. */
  void restartAgent() {
    sh("systemctl restart coxswain-agent.service");
  }

  /** Stores the assignment, starts the agent anew and waits until each group is done or failed. */
  void assign(Group... groups) {
    store(groups);
    restartAgent();
    awaitEnd();
  }

  /** Returns when the agent that runs now has ended every group of the newest assignment. */
  void awaitEnd() {
    await(
        "grep -q '^{\"isConnected\":false,\"generation\":%d,' %2$s && ! grep -Eq '\"state\":\"(WAITING|RUNNING)\"' %2$s"
            .formatted(generation, STATUS));
  }

  void awaitState(String state) {
    await("grep -q '\"state\":\"%s\"' %s".formatted(state, STATUS));
  }

  Told told(String group) {
    return Told.of(group, status());
  }

  /**
   * Every file on the machine, a line each: path, kind, mode, owner, target of a link, and more as
   * {@code find -printf} says it. Left out are the system's own logs and clocks, what the agent has
   * to say of itself, and the backups that the shadow tools keep.
   */
  List<String> files(String more) {
    String look =
        """
        find /etc /home /opt /root /srv /tmp /usr/local /var -xdev \
          '(' -path /var/log -o -path /var/lib/systemd -o -path '*/tmp/systemd-private-*' \
          -o -path /var/lib/coxswain-agent/assignment -o -path '/etc/*-' ')' -prune -o \
          -printf '%%p %%y %%m %%u:%%g %%l %s\\n' | sort"""
            .formatted(more);
    return sh(look).lines().toList();
  }

  /** Everything the agent says of itself. */
  String status() {
    return sh("cat " + STATUS);
  }

  /** All that was logged on the machine since its boot. */
  String journal() {
    return sh("journalctl --no-pager --boot --output=cat");
  }

  @Override
  public void close() {
    container.stop();
  }
}
