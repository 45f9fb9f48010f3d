package io.coxswain.agent.host;

import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.FakeSlurm.Cluster;
import io.coxswain.agent.host.FakeSlurm.Node;
import io.coxswain.agent.host.HostException.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Slurm's daemons and programs on one fake machine, acting on the network's clusters. */
final class FakeSlurmHost implements FakeUnits.Services {
  private static final String CLUSTERS = "/etc/coxswain/clusters/";
  private static final Pattern CONTROLLER = Pattern.compile("coxswain-slurmctld@(.+)\\.service");
  private static final Pattern MUNGED = Pattern.compile("coxswain-munged@(.+)\\.service");
  private static final Pattern PORT = Pattern.compile("(?m)^SlurmctldPort=(\\d+)");
  private static final Pattern CONF_SERVER =
      Pattern.compile("--conf-server[= ]([^\\s:,\"']+)(?::(\\d+))?");
  private static final Pattern NODE_NAME = Pattern.compile("\\s-N\\s*([^\\s\"']+)");
  private static final String DEFAULT_PORT = "6817";

  private final FakeHost host;
  private final FakeSlurm network;

  FakeSlurmHost(FakeHost host, FakeSlurm network) {
    this.host = host;
    this.network = network;
  }

  void programs(FakeCommands commands) {
    commands.on("scontrol", command -> withCluster(command, this::scontrol));
    commands.on("squeue", command -> withCluster(command, this::squeue));
    commands.on("scancel", command -> withCluster(command, this::scancel));
    commands.on("srun", command -> withCluster(command, this::srun));
  }

  @Override
  public void started(String unit) {
    Matcher controller = CONTROLLER.matcher(unit);
    if (controller.matches()) {
      startController(controller.group(1));
    } else if (MUNGED.matcher(unit).matches()) {
      demandFile(unit, key(unit.substring(unit.indexOf('@') + 1, unit.lastIndexOf('.'))));
    } else if (unit.equals("slurmd.service")) {
      startWorker();
    }
  }

  @Override
  public void stopped(String unit) {
    Matcher controller = CONTROLLER.matcher(unit);
    if (controller.matches()) {
      network.cluster(controller.group(1)).stop();
    }
  }

  private void startController(String id) {
    String configuration = CLUSTERS + id + "/slurm.conf";
    demandFile("slurmctld", configuration);
    demandMunged(id);
    network.cluster(id).start(host, port(host.files().text(configuration)));
  }

  private void startWorker() {
    String options = options();
    Matcher server = CONF_SERVER.matcher(options);
    if (!server.find()) {
      throw refused("slurmd", "no --conf-server");
    }
    int port = Integer.parseInt(Optional.ofNullable(server.group(2)).orElse(DEFAULT_PORT));
    Cluster cluster =
        network
            .listeningOn(port)
            .orElseThrow(() -> refused("slurmd", "_fetch_child: failed to fetch remote configs"));
    demandMunged(cluster.id());
    FakeHost controller = cluster.controller().orElseThrow();
    String key = key(cluster.id());
    if (!Arrays.equals(host.files().read(key), controller.files().read(key))) {
      throw refused("slurmd", "Munge decode failed: Invalid credential");
    }
    Matcher name = NODE_NAME.matcher(options);
    cluster.register(name.find() ? name.group(1) : host.identity().hostName(), host);
  }

  private String options() {
    StringBuilder text = new StringBuilder();
    String dropIns = "/etc/systemd/system/slurmd.service.d";
    host.files()
        .list(dropIns)
        .forEach(file -> text.append(host.files().text(dropIns + "/" + file)));
    if (host.files().stat("/etc/default/slurmd").isPresent()) {
      text.append(host.files().text("/etc/default/slurmd"));
    }
    return text.toString();
  }

  private static int port(String configuration) {
    Matcher port = PORT.matcher(configuration);
    return Integer.parseInt(port.find() ? port.group(1) : DEFAULT_PORT);
  }

  private static String key(String id) {
    return CLUSTERS + id + "/munge.key";
  }

  private void demandMunged(String id) {
    demandFile("munge", key(id));
    if (!host.units().isActive("coxswain-munged@" + id + ".service")) {
      throw refused("munge", "Munge encode failed: Failed to access the socket");
    }
  }

  private void demandFile(String who, String path) {
    if (host.files().stat(path).isEmpty()) {
      throw refused(who, path + ": No such file or directory");
    }
  }

  private static HostException refused(String who, String line) {
    return new HostException(Reason.UNIT_FAILED, who + ": failed to start", List.of(line));
  }

  private Result withCluster(Command command, BiFunction<Cluster, List<String>, Result> program) {
    String configuration =
        command.environment().getOrDefault("SLURM_CONF", "/etc/slurm/slurm.conf");
    if (host.files().stat(configuration).isEmpty()) {
      return FakeCommands.error("error: s_p_parse_file: unable to status file " + configuration);
    }
    String id = configuration.substring(CLUSTERS.length(), configuration.lastIndexOf('/'));
    Cluster cluster = network.cluster(id);
    return cluster.isRunning()
        ? program.apply(cluster, command.argv())
        : FakeCommands.error("Unable to contact slurm controller (connect failure)");
  }

  private Result scontrol(Cluster cluster, List<String> argv) {
    String reservation = option(argv, "reservation=");
    if (argv.contains("reservation") || !reservation.isEmpty()) {
      return reservation(cluster, argv, reservation);
    }
    if (argv.contains("show")) {
      return show(cluster, argv);
    }
    String name = option(argv, "nodename=");
    if (argv.contains("create")) {
      return create(cluster, argv, name);
    }
    Node node = cluster.nodes().get(name);
    if (node == null) {
      return FakeCommands.error("Node " + name + " not found");
    }
    if (argv.contains("delete")) {
      if (cluster.isBusy(name)) {
        return FakeCommands.error("slurm_delete_node: Node has running jobs");
      }
      cluster.nodes().remove(name);
    } else if (argv.contains("state=resume")) {
      node.resume();
    } else if (argv.contains("state=undrain")) {
      node.undrain();
    } else if (argv.contains("state=drain")) {
      node.drain(option(argv, "reason="), "root");
    } else if (argv.contains("state=power_down")) {
      node.powerDown();
    } else if (argv.contains("state=power_down_force")) {
      cluster.requeue(name);
      node.powerDown();
    }
    return FakeCommands.ok("");
  }

  private static Result create(Cluster cluster, List<String> argv, String names) {
    Map<String, String> options = new TreeMap<>();
    for (String word : argv.subList(3, argv.size())) {
      options.put(word.substring(0, word.indexOf('=')), word.substring(word.indexOf('=') + 1));
    }
    if (!"CLOUD".equals(options.get("state"))) {
      return FakeCommands.error(
          "Only State=FUTURE and State=CLOUD allowed for nodes created by scontrol");
    }
    for (String name : names.split(",", -1)) {
      cluster.create(name, options);
    }
    return FakeCommands.ok("");
  }

  private static Result reservation(Cluster cluster, List<String> argv, String deleted) {
    if (argv.contains("create")) {
      boolean isBusy =
          List.of(option(argv, "nodes=").split(",", -1)).stream().anyMatch(cluster::isBusy);
      if (isBusy && !option(argv, "flags=").contains("ignore_jobs")) {
        return FakeCommands.error("Error creating the reservation: Requested nodes are busy");
      }
      cluster.reservations().put(option(argv, "reservationname="), option(argv, "nodes="));
      return FakeCommands.ok("Reservation created");
    }
    boolean isThere =
        argv.contains("delete")
            ? cluster.reservations().remove(deleted) != null
            : cluster.reservations().containsKey(argv.getLast());
    return isThere ? FakeCommands.ok("") : FakeCommands.error("Reservation not found");
  }

  private static Result show(Cluster cluster, List<String> argv) {
    List<String> lines = new ArrayList<>();
    if (argv.getLast().equals("node")) {
      cluster.nodes().values().forEach(node -> lines.add(cluster.line(node)));
      return FakeCommands.ok(String.join("\n", lines));
    }
    boolean isMissing = false;
    for (String name : argv.getLast().split(",", -1)) {
      Node node = cluster.nodes().get(name);
      isMissing |= node == null;
      lines.add(node == null ? "Node " + name + " not found" : cluster.line(node));
    }
    return new Result(isMissing ? 1 : 0, String.join("\n", lines), "");
  }

  private Result squeue(Cluster cluster, List<String> argv) {
    List<String> lines =
        cluster.jobs().stream()
            .map(job -> job.id() + "|" + job.user() + "|" + job.state() + "|" + job.reservation())
            .toList();
    return FakeCommands.ok(String.join("\n", lines));
  }

  private Result scancel(Cluster cluster, List<String> argv) {
    for (String argument : argv.subList(1, argv.size())) {
      if (argument.matches("\\d+")) {
        cluster.finish(Integer.parseInt(argument));
      }
    }
    String user = option(argv, "--user=");
    if (!user.isEmpty()) {
      cluster.cancelNamed(user);
    }
    return FakeCommands.ok("");
  }

  private Result srun(Cluster cluster, List<String> argv) {
    List<String> nodes = List.of(option(argv, "--nodelist=").split(",", -1));
    int perNode = Integer.parseInt(option(argv, "--ntasks-per-node="));
    String gres = option(argv, "--gres=gpu:");
    int size = nodes.size() * perNode;
    String program =
        argv.stream().skip(1).filter(word -> !word.startsWith("--")).findFirst().orElse("");
    List<String> lines = new ArrayList<>();
    for (String name : nodes) {
      Node node = cluster.nodes().get(name);
      if (node == null
          || !node.isResponding()
          || node.isDrained()
          || cluster.isBusy(name)
          || isReservedForOthers(cluster, name, option(argv, "--reservation="))) {
        return FakeCommands.error(
            "srun: error: Unable to allocate resources: Requested nodes are busy");
      }
      if (!node.host().orElseThrow().hasProgram(program)) {
        return FakeCommands.error(
            "slurmstepd: error: execve(): " + program + ": No such file or directory");
      }
      for (int i = 0; i < perNode; i++) {
        lines.add(
            "rank=%d size=%d sum=%d host=%s gpus=%s"
                .formatted(lines.size(), size, size * (size + 1) / 2, name, devices(gres)));
      }
    }
    return FakeCommands.ok(
        program.endsWith("/pairwise")
            ? pairs(nodes, size)
            : program.endsWith("/runtool")
                ? String.join("#absent\n", nodes) + "#absent\n"
                : String.join("\n", lines));
  }

  private static boolean isReservedForOthers(Cluster cluster, String node, String reservation) {
    return cluster.reservations().entrySet().stream()
        .filter(entry -> List.of(entry.getValue().split(",", -1)).contains(node))
        .anyMatch(entry -> !entry.getKey().equals(reservation));
  }

  private static String pairs(List<String> nodes, int size) {
    List<String> lines = new ArrayList<>();
    for (int a = 0; a < size; a++) {
      for (int b = a + 1; b < size; b++) {
        lines.add(
            "pair a=%s b=%s latency_us=1.50 bandwidth_mbs=12000.0"
                .formatted(nodes.get(a % nodes.size()), nodes.get(b % nodes.size())));
      }
    }
    lines.add("world size=%d pairs=%d".formatted(size, lines.size()));
    return String.join("\n", lines);
  }

  private static String devices(String count) {
    if (count.isEmpty()) {
      return "-";
    }
    List<String> devices = new ArrayList<>();
    for (int i = 0; i < Integer.parseInt(count); i++) {
      devices.add(Integer.toString(i));
    }
    return String.join(",", devices);
  }

  private static String option(List<String> argv, String prefix) {
    return argv.stream()
        .filter(argument -> argument.startsWith(prefix))
        .map(argument -> argument.substring(prefix.length()))
        .findFirst()
        .orElse("");
  }
}
