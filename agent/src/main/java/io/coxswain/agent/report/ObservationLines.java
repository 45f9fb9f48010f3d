package io.coxswain.agent.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** An observation for people: "name value" lines, and what could not be read says why. */
public final class ObservationLines {
  private static final int NAME_WIDTH = 14;

  private final List<String> lines = new ArrayList<>();

  private ObservationLines() {}

  public static List<String> of(Observation observation) {
    ObservationLines text = new ObservationLines();
    text.machine(observation.machine());
    text.software(observation.software());
    text.hardware(observation.hardware());
    observation.slurmClusters().forEach(text::slurmCluster);
    return List.copyOf(text.lines);
  }

  private void machine(MachineIdentity machine) {
    add("machine", machine.hostName());
    add("system uuid", orNone(machine.systemUuid()));
    add("board serial", orNone(machine.boardSerial()));
    add("boot id", machine.bootId());
    add("agent", machine.agentVersion());
  }

  private void software(Software software) {
    add(
        "os",
        software.os(),
        os -> List.of(os.id() + " " + os.version() + ", " + os.kernel() + " " + os.architecture()));
    add("cgroups", software.cgroups(), ObservationLines::cgroups);
    add("slurm", software.slurm(), ObservationLines::slurm);
    add(
        "mpi",
        software.mpi(),
        mpi ->
            List.of(
                (mpi.openMpiVersion().isEmpty()
                        ? "no Open MPI"
                        : "Open MPI " + mpi.openMpiVersion())
                    + (mpi.isPmixLoadable()
                        ? ", pmix loadable by Slurm"
                        : ", pmix not loadable by Slurm")));
  }

  private void hardware(Hardware hardware) {
    add(
        "cpu",
        hardware.cpu(),
        cpu ->
            List.of(
                cpu.model()
                    + ", "
                    + cpu.sockets()
                    + " sockets, "
                    + cpu.cores()
                    + " cores, "
                    + cpu.threads()
                    + " threads"));
    add("memory", hardware.memoryBytes(), bytes -> List.of(gibibytes(bytes)));
    addEach(
        "disk",
        hardware.disks(),
        disk -> (disk.name() + " " + gibibytes(disk.sizeBytes()) + " " + disk.model()).strip());
    addEach("network", hardware.interfaces(), ObservationLines::networkInterface);
    addEach(
        "infiniband",
        hardware.infiniband(),
        port ->
            port.device()
                + " port "
                + port.port()
                + " "
                + port.state()
                + " "
                + port.rateGigabits()
                + " Gb/s "
                + port.linkLayer());
    add("pci gpus", hardware.pciGpus(), GpuLines::cards);
    add("gpus", hardware.gpus(), GpuLines::inventory);
    add("gpu readings", hardware.gpuSamples(), GpuLines::samples);
    add("driver", hardware.driver(), DriverLines::of);
  }

  private void slurmCluster(SlurmCluster cluster) {
    switch (cluster) {
      case SlurmCluster.Unreachable(String id, String error) ->
          add("slurmctld", id + ": unreachable: " + error);
      case SlurmCluster.Reachable(String id, List<SlurmNode> nodes, List<SlurmJob> jobs) -> {
        add("slurmctld", id + ": " + nodes.size() + " nodes, " + jobs.size() + " jobs");
        for (SlurmNode node : nodes) {
          String reason = node.reason().isEmpty() ? "" : " (" + node.reason() + ")";
          add("", (node.name() + " " + node.state() + reason + " " + node.gres()).strip());
        }
        for (SlurmJob job : jobs) {
          add(
              "",
              ("job "
                      + job.id()
                      + " "
                      + job.state()
                      + " "
                      + job.user()
                      + " "
                      + job.name()
                      + " "
                      + String.join(",", job.nodes()))
                  .strip());
        }
      }
    }
  }

  private static List<String> cgroups(CgroupFacts cgroups) {
    return List.of(
        cgroups.version() == 0
            ? "none"
            : "v" + cgroups.version() + (cgroups.isWritable() ? ", writable" : ", read-only"));
  }

  private static List<String> slurm(SlurmFacts slurm) {
    String layout =
        slurm
            .layout()
            .map(
                l ->
                    ", slurmd sees %d CPUs (%d boards, %d sockets, %d cores, %d threads), %d MiB"
                        .formatted(
                            l.cpus(),
                            l.boards(),
                            l.socketsPerBoard(),
                            l.coresPerSocket(),
                            l.threadsPerCore(),
                            l.realMemoryMib()))
            .orElse(", no slurmd");
    return List.of(slurm.version() + layout);
  }

  private static String networkInterface(NetworkInterface link) {
    String speed =
        link.speedBitsPerSecond() == 0 ? "" : " " + link.speedBitsPerSecond() / 1_000_000 + " Mb/s";
    return link.name()
        + (link.isUp() ? " up" : " down")
        + speed
        + " "
        + link.mac()
        + " "
        + String.join(" ", link.addresses());
  }

  private <T> void addEach(String name, Reading<List<T>> reading, Function<T, String> line) {
    add(
        name,
        reading,
        values -> values.isEmpty() ? List.of("none") : values.stream().map(line).toList());
  }

  private <T> void add(String name, Reading<T> reading, Function<T, List<String>> render) {
    switch (reading) {
      case Reading.Known<T>(T value, var _) -> {
        List<String> rendered = render.apply(value);
        add(name, rendered.getFirst());
        rendered.stream().skip(1).forEach(line -> add("", line));
      }
      case Reading.Unsupported<T>(String why) -> add(name, "none (" + why + ")");
      case Reading.Failed<T>(FailureReason reason, String message) ->
          add(name, "FAILED: " + reason.sentence() + " (" + message + ")");
    }
  }

  private void add(String name, String value) {
    lines.add((name + " ".repeat(Math.max(1, NAME_WIDTH - name.length())) + value).stripTrailing());
  }

  private static String orNone(String text) {
    return text.isEmpty() ? "none (the firmware gives none)" : text;
  }

  static String gibibytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
  }
}
