package io.coxswain.cli;

import io.coxswain.v1.Cluster;
import io.coxswain.v1.GetInstanceRequest;
import io.coxswain.v1.Instance;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cox ssh}. */
@Command(
    name = "ssh",
    header = "Log in to an instance as its cluster's user.",
    description =
        "Runs ssh and ends with its status. Host keys are kept by machine, not by address, in"
            + " ~/.ssh/known_hosts.coxswain: your own known_hosts is neither read nor changed.",
    footer = {
      "",
      "Examples:",
      "  cox ssh c-7f3a-jumphost                the cluster's login",
      "  cox ssh c-7f3a                         the same",
      "  cox ssh c-7f3a-0 -- nvidia-smi",
      "  cox ssh -L 8888:localhost:8888 c-7f3a-0"
    })
final class SshCommand extends CoxCommand {
  @Option(
      names = {"-i", "--identity"},
      paramLabel = "FILE",
      description = "The private key to log in with. Default: as ssh itself.")
  String identity = "";

  @Option(
      names = "-L",
      paramLabel = "FORWARD",
      description = "Forward a local port, as ssh -L; may be repeated.")
  List<String> forwards = new ArrayList<>();

  @Option(names = "-t", description = "Ask for a terminal even with a command.")
  boolean asksTerminal;

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description = "An instance, or a cluster for its jumphost.")
  String name = "";

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "Run this instead of a login shell.")
  List<String> command = new ArrayList<>();

  /** Where to log in, as whom, and under which name the host key is kept. */
  record Login(String user, String address, String hostKeyName) {}

  @Override
  int run() throws IOException, InterruptedException {
    List<String> arguments = arguments(login());
    terminal().flush();
    Process ssh;
    try {
      ssh = new ProcessBuilder(arguments).inheritIO().start();
    } catch (IOException e) {
      throw new CoxException(
          ExitCode.FAILED,
          "ssh could not be started: " + e.getMessage(),
          "apt install openssh-client");
    }
    Thread ending = new Thread(ssh::destroy);
    Runtime.getRuntime().addShutdownHook(ending);
    int status = ssh.waitFor();
    Runtime.getRuntime().removeShutdownHook(ending);
    return status;
  }

  Login login() {
    Instance instance = instance();
    if (instance != null) {
      Cluster cluster = ClusterInfoCommand.get(controller(), instance.getClusterId());
      return checked(
          instance.getName(), cluster.getUser(), instance.getAddress(), instance.getMachine());
    }
    Cluster cluster = ClusterInfoCommand.get(controller(), name);
    return checked(name, cluster.getUser(), cluster.getJumphostAddress(), cluster.getJumphost());
  }

  // A name is an instance's or a cluster's; only when it is no instance is the cluster asked for.
  private @Nullable Instance instance() {
    try {
      return controller()
          .call(
              "Instances/GetInstance",
              GetInstanceRequest.newBuilder().setName(name).build(),
              Instance.parser());
    } catch (CoxException e) {
      if (e.exitCode() == ExitCode.NOT_FOUND) {
        return null;
      }
      throw e;
    }
  }

  private static Login checked(String name, String user, String address, String machine) {
    if (address.isEmpty() || user.isEmpty()) {
      throw new CoxException(
          ExitCode.FAILED, name + " has no machine to log in to yet", "cox why " + name);
    }
    // They become arguments of ssh: nothing that could be an option or a pattern.
    if (!isPlain(user) || !isPlain(address) || !isPlain(machine)) {
      throw new CoxException(
          ExitCode.FAILED, name + ": the controller gave an address that is none", "");
    }
    return new Login(user, address, machine.isEmpty() ? address : machine);
  }

  private static boolean isPlain(String word) {
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if (!Character.isLetterOrDigit(c) && (i == 0 ? ":" : ".:_-").indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  List<String> arguments(Login login) {
    List<String> arguments = new ArrayList<>();
    arguments.add("ssh");
    for (String option :
        List.of(
            "StrictHostKeyChecking=accept-new",
            "UserKnownHostsFile=~/.ssh/known_hosts.coxswain",
            "HostKeyAlias=" + login.hostKeyName())) {
      arguments.add("-o");
      arguments.add(option);
    }
    if (!identity.isEmpty()) {
      arguments.add("-i");
      arguments.add(identity);
    }
    for (String forward : forwards) {
      arguments.add("-L");
      arguments.add(forward);
    }
    if (asksTerminal) {
      arguments.add("-t");
    }
    arguments.add("-l");
    arguments.add(login.user());
    arguments.add("--");
    arguments.add(login.address());
    // The parser stops at NAME, so the word that ends options arrives as the first of the command.
    boolean hasMark = !command.isEmpty() && command.getFirst().equals("--");
    arguments.addAll(hasMark ? command.subList(1, command.size()) : command);
    return arguments;
  }
}
