package io.coxswain.agent;

import io.coxswain.agent.gpu.nvml.NvmlGpus;
import io.coxswain.agent.gpu.nvml.NvmlSettings;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.LinuxHost;
import io.coxswain.agent.link.AgentIdentity;
import io.coxswain.agent.link.LinkException;
import io.coxswain.agent.probe.Prober;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * cox-agent. The daemon is started by hand, so that it carries no command line parser; the rest is
 * picocli's.
 */
public final class AgentMain {
  static final String VERSION = "0.1.0";

  private AgentMain() {}

  public static void main(String[] args) {
    if (args.length > 0 && args[0].equals("run")) {
      System.exit(run(List.of(args).subList(1, args.length)));
    }
    System.exit(AgentCommand.execute(args));
  }

  private static int run(List<String> args) {
    Logging.start(System.getenv("JOURNAL_STREAM"));
    String file = AgentConfig.FILE;
    if (args.size() == 2 && args.getFirst().equals("--config")) {
      file = args.getLast();
    } else if (!args.isEmpty()) {
      System.err.println("usage: cox-agent run [--config FILE]");
      return AgentCommand.USAGE;
    }
    Host host = new LinuxHost();
    try {
      AgentConfig config = AgentConfig.read(host, file);
      AgentIdentity identity =
          AgentIdentity.read(host)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "this machine has not joined a controller (expected: cox-agent join …)"));
      Prober prober = prober(host);
      AgentDaemon daemon = new AgentDaemon(host, config, identity, prober, VERSION);
      CountDownLatch ended = new CountDownLatch(1);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(daemon, ended)));
      daemon.run();
      ended.countDown();
      return 0;
    } catch (IllegalArgumentException | HostException | LinkException e) {
      System.err.println("cox-agent: " + e.getMessage());
      return AgentCommand.FAILED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return AgentCommand.FAILED;
    }
  }

  private static void end(AgentDaemon daemon, CountDownLatch ended) {
    daemon.stop();
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // Else the status would be the signal's.
    Runtime.getRuntime().halt(0);
  }

  static Prober prober(Host host) {
    return new Prober(
        host, new NvmlGpus(host.clock(), host.files(), NvmlSettings.ofThisRuntime()), VERSION);
  }
}
