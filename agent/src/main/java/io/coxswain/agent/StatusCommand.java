package io.coxswain.agent;

import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.LinuxHost;
import io.coxswain.agent.link.AgentIdentity;
import io.coxswain.agent.link.StoredAssignment;
import io.coxswain.agent.runner.Assignment;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows who this machine is to its controller and how far its assignment is. */
@Command(
    name = "status",
    description = "Show whether this machine has joined, and how far its assignment is.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  private static final String UNIT = "coxswain-agent.service";

  @Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-o", "--output"},
      description = "${COMPLETION-CANDIDATES}")
  AgentCommand.Output output = AgentCommand.Output.TABLE;

  @Override
  public Integer call() {
    Host host = new LinuxHost();
    Joined joined = read(host);
    PrintWriter out = spec.commandLine().getOut();
    if (output == AgentCommand.Output.JSON) {
      // The daemon's own words are JSON already.
      String text = Json.of(joined);
      out.println(
          text.substring(0, text.length() - 1)
              + ",\"daemon\":"
              + daemon(host).orElse("null")
              + "}");
    } else {
      print(host, out, joined);
    }
    out.flush();
    return joined.isJoined() ? 0 : AgentCommand.FAILED;
  }

  private static void print(Host host, PrintWriter out, Joined joined) {
    if (!joined.isJoined()) {
      out.println("not joined; next: cox-agent join");
      return;
    }
    out.println("machine      " + joined.machineId());
    out.println("controller   " + joined.controller());
    out.println("ca           " + joined.caPin());
    out.println("certificate  until " + joined.certificateUntil());
    out.println("agent        " + joined.agent());
    out.println(
        "assignment   "
            + (joined.generation() == 0 ? "none" : "generation " + joined.generation()));
    daemon(host).ifPresent(text -> out.println("daemon       " + text));
  }

  private static Joined read(Host host) {
    String agent = host.units().state(UNIT).active().name();
    long generation = StoredAssignment.read(host).map(Assignment::generation).orElse(0L);
    Optional<AgentIdentity> identity = AgentIdentity.read(host);
    if (identity.isEmpty()) {
      return new Joined(false, "", "", "", Instant.EPOCH, agent, generation);
    }
    return new Joined(
        true,
        identity.get().machineId(),
        AgentConfig.read(host, AgentConfig.FILE).controller().toString(),
        identity.get().caPin(),
        identity.get().x509().getNotAfter().toInstant(),
        agent,
        generation);
  }

  private static Optional<String> daemon(Host host) {
    return host.files()
        .stat(AgentDaemon.STATUS_FILE)
        .map(
            stat ->
                new String(host.files().read(AgentDaemon.STATUS_FILE), StandardCharsets.UTF_8)
                    .strip());
  }

  /** What the files of this machine say. */
  record Joined(
      boolean isJoined,
      String machineId,
      String controller,
      String caPin,
      Instant certificateUntil,
      String agent,
      long generation) {}
}
