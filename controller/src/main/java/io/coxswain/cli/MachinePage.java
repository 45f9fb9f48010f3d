package io.coxswain.cli;

import io.coxswain.v1.Cpu;
import io.coxswain.v1.Disk;
import io.coxswain.v1.Gpu;
import io.coxswain.v1.GpuReading;
import io.coxswain.v1.InfinibandPort;
import io.coxswain.v1.Machine;
import io.coxswain.v1.NetworkInterface;
import io.coxswain.v1.Observation;
import io.coxswain.v1.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A machine as people read it: what was measured, never what a price list says. */
final class MachinePage {
  private MachinePage() {}

  static Table table() {
    return new Table(
        "NAME", "ROLE", "SHAPE", "CPUS", "MEMORY", "LINK", "HEALTH", "INSTANCE", "ADDRESS");
  }

  static Table wideTable() {
    return new Table(
        "NAME",
        "ROLE",
        "SHAPE",
        "CPUS",
        "MEMORY",
        "LINK",
        "HEALTH",
        "INSTANCE",
        "ADDRESS",
        "SERIAL",
        "DRIVER",
        "OS",
        "AGENT",
        "SEEN",
        "LABELS");
  }

  static String[] row(Machine machine) {
    Observation seen = machine.getObservation();
    return new String[] {
      machine.getName(),
      Text.name(machine.getRole()),
      machine.getShape(),
      count(seen.getCpu().getThreads()),
      Text.bytes(seen.getMemoryBytes()),
      Text.name(machine.getLink()),
      Text.name(machine.getHealth()),
      use(machine),
      machine.getAddress()
    };
  }

  static String[] wideRow(Machine machine, Instant now) {
    Observation seen = machine.getObservation();
    String[] row = row(machine);
    int width = row.length;
    row = Arrays.copyOf(row, width + 6);
    row[width] = machine.getSerial();
    row[width + 1] = seen.getGpus().getDriverVersion();
    row[width + 2] = (seen.getOs().getId() + " " + seen.getOs().getVersion()).strip();
    row[width + 3] = seen.getAgentVersion();
    row[width + 4] = Text.age(machine.getLastSeenAt(), now);
    row[width + 5] = labels(machine.getLabelsMap());
    return row;
  }

  private static String count(int count) {
    return count == 0 ? "" : String.valueOf(count);
  }

  /** The instances that lease it, or why none can. */
  private static String use(Machine machine) {
    if (machine.getRevoked()) {
      return "(revoked)";
    }
    return machine.getQuarantine().isEmpty()
        ? String.join(",", machine.getInstancesList())
        : "(quarantined)";
  }

  private static String labels(Map<String, String> labels) {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, String> label : new TreeMap<>(labels).entrySet()) {
      text.append(text.isEmpty() ? "" : ",")
          .append(label.getKey())
          .append('=')
          .append(label.getValue());
    }
    return text.toString();
  }

  static void print(Machine machine, Terminal terminal) {
    Instant now = terminal.time().clock().instant();
    Observation seen = machine.getObservation();
    Page page = new Page(terminal);
    page.fact("machine", machine.getName())
        .fact("id", machine.getId())
        .fact("role", Text.name(machine.getRole()))
        .fact("shape", machine.getShape())
        .fact(
            "link",
            Text.name(machine.getLink()) + ago(" (seen ", Text.age(machine.getLastSeenAt(), now)))
        .fact("health", health(machine))
        .facts("verdicts", verdicts(machine))
        .fact("instances", String.join(", ", machine.getInstancesList()))
        .fact("revoked", machine.getRevoked() ? "yes: its agent is cut off" : "")
        .fact("quarantine", machine.getQuarantine())
        .fact("address", machine.getAddress())
        .fact("labels", labels(machine.getLabelsMap()))
        .fact("serial", machine.getSerial())
        .fact("cpu", cpu(seen.getCpu()))
        .fact("memory", Text.bytes(seen.getMemoryBytes()))
        .facts("gpus", gpus(seen))
        .fact("bundle", seen.getDriverStack().getBundle())
        .facts("drift", seen.getDriverStack().getDriftList())
        .fact("reboot", reboot(seen))
        .facts("tests", TestPage.lines(machine.getMeasurementsList()))
        .facts("disks", disks(seen))
        .facts("network", network(seen))
        .facts("infiniband", infiniband(seen))
        .fact("os", os(seen))
        .fact("slurm", seen.getSlurm().getVersion())
        .fact("mpi", mpi(seen))
        .fact("cgroup", cgroup(seen))
        .fact("agent", seen.getAgentVersion())
        .fact("enrolled", Text.moment(machine.getEnrolledAt()))
        .fact("certificate", until(Text.moment(machine.getCertificateExpiresAt())))
        .fact("cleaned", Text.moment(machine.getCleanedAt()))
        .flush();
  }

  private static String ago(String before, String age) {
    return age.equals("-") ? "" : before + age + " ago)";
  }

  private static String until(String moment) {
    return moment.equals("-") ? "" : "until " + moment;
  }

  private static String health(Machine machine) {
    String reason = machine.getHealthReason();
    return Text.name(machine.getHealth()) + (reason.isEmpty() ? "" : " (" + reason + ")");
  }

  private static List<String> verdicts(Machine machine) {
    List<String> lines = new ArrayList<>();
    for (Verdict verdict : machine.getVerdictsList()) {
      String subject = verdict.getSubject().isEmpty() ? "" : " " + verdict.getSubject();
      String expected =
          verdict.getExpected().isEmpty() ? "" : " (expected: " + verdict.getExpected() + ")";
      lines.add(
          Text.name(verdict.getLevel())
              + "  "
              + verdict.getCheck()
              + subject
              + ": "
              + verdict.getMessage()
              + expected
              + (verdict.getSuppressed().isEmpty() ? "" : "; off: " + verdict.getSuppressed()));
    }
    return lines;
  }

  private static String cpu(Cpu cpu) {
    if (cpu.getThreads() == 0) {
      return "";
    }
    String counts =
        Text.count(cpu.getSockets(), "socket")
            + ", "
            + Text.count(cpu.getCores(), "core")
            + ", "
            + Text.count(cpu.getThreads(), "thread");
    return cpu.getModel().isEmpty() ? counts : cpu.getModel() + ": " + counts;
  }

  private static List<String> gpus(Observation seen) {
    GpuReading reading = seen.getGpus();
    List<String> lines = new ArrayList<>();
    if (reading.getState() != GpuReading.State.KNOWN) {
      if (!reading.getReason().isEmpty()) {
        lines.add(Text.name(reading.getState()) + " (" + reading.getReason() + ")");
      }
      return lines;
    }
    for (Gpu gpu : reading.getGpusList()) {
      lines.add(
          gpu.getIndex()
              + "  "
              + gpu.getName()
              + "  "
              + Text.bytes(gpu.getMemoryBytes())
              + "  "
              + gpu.getPciBusId()
              + "  "
              + gpu.getUuid());
    }
    if (seen.getPciGpuCount() != reading.getGpusCount()) {
      lines.add("the PCI bus shows " + seen.getPciGpuCount());
    }
    lines.add("driver " + reading.getDriverVersion());
    return lines;
  }

  private static String reboot(Observation seen) {
    String why = seen.getDriverStack().getRebootRequired();
    return why.isEmpty() ? "" : "required: " + why;
  }

  private static List<String> disks(Observation seen) {
    List<String> lines = new ArrayList<>();
    for (Disk disk : seen.getDisksList()) {
      lines.add(
          (disk.getName() + "  " + Text.bytes(disk.getSizeBytes()) + "  " + disk.getModel())
              .strip());
    }
    return lines;
  }

  private static List<String> network(Observation seen) {
    List<String> lines = new ArrayList<>();
    for (NetworkInterface network : seen.getInterfacesList()) {
      long gigabits = network.getSpeedBitsPerSecond() / 1_000_000_000L;
      lines.add(
          network.getName()
              + (network.getUp() ? "" : " (down)")
              + (gigabits == 0 ? "" : "  " + gigabits + " Gbit/s")
              + "  "
              + String.join(" ", network.getAddressesList()));
    }
    return lines;
  }

  private static List<String> infiniband(Observation seen) {
    List<String> lines = new ArrayList<>();
    for (InfinibandPort port : seen.getInfinibandList()) {
      lines.add(
          port.getDevice()
              + "/"
              + port.getPort()
              + "  "
              + port.getState()
              + "  "
              + port.getRateGigabits()
              + " Gbit/s");
    }
    return lines;
  }

  private static String os(Observation seen) {
    var os = seen.getOs();
    return (os.getId() + " " + os.getVersion() + "  " + os.getKernel() + " " + os.getArchitecture())
        .strip();
  }

  private static String mpi(Observation seen) {
    String version = seen.getMpi().getOpenMpiVersion();
    return version.isEmpty()
        ? ""
        : "Open MPI " + version + (seen.getMpi().getPmixLoadable() ? ", PMIx" : ", no PMIx");
  }

  private static String cgroup(Observation seen) {
    int version = seen.getCgroups().getVersion();
    return version == 0
        ? ""
        : "v" + version + (seen.getCgroups().getWritable() ? "" : ", read-only");
  }
}
