package io.coxswain.agent.health;

import io.coxswain.agent.health.Fault.Hit;
import io.coxswain.agent.health.Finding.State;
import io.coxswain.agent.health.KernelEvent.Severity;
import io.coxswain.agent.host.Files;
import io.coxswain.agent.host.Files.Access;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The state on the disk: one fact a line, fields separated by tabs, in one file, so that a line of
 * the kernel's log is never counted as read without its fault being here.
 */
final class HealthFile {
  static final String PATH = "/var/lib/coxswain-agent/health";

  private static final String HEADER = "coxswain-health\t1";
  private static final String DIRECTORY = "/var/lib/coxswain-agent";
  private static final Access ACCESS = new Access(0600, "root", "root");

  private HealthFile() {}

  static void write(Files files, HealthState state) {
    StringBuilder out = new StringBuilder(HEADER).append('\n');
    line(out, "boot", state.bootId());
    line(out, "sequence", state.sequence());
    line(out, "baseline", state.baseline().gpus(), state.baseline().memoryBytes());
    new TreeMap<>(state.baseline().infiniband())
        .forEach((port, rate) -> line(out, "port", port, rate));
    state.faults().list().forEach(fault -> line(out, fault));
    for (Condition c : state.conditions().raised()) {
      Finding finding = c.finding();
      line(
          out,
          "condition",
          c.check(),
          finding.subject(),
          finding.state(),
          c.since(),
          c.seen(),
          finding.message(),
          finding.expected());
    }
    if (files.stat(DIRECTORY).isEmpty()) {
      files.createDirectory(DIRECTORY, new Access(0700, "root", "root"));
    }
    files.write(PATH, out.toString().getBytes(StandardCharsets.UTF_8), ACCESS);
  }

  private static void line(StringBuilder out, Fault fault) {
    line(
        out,
        "fault",
        fault.check(),
        fault.subject(),
        fault.code(),
        fault.severity(),
        fault.first(),
        fault.last(),
        fault.count(),
        fault.ended().map(Instant::toString).orElse(""),
        fault.relapses(),
        fault.message());
    fault.hits().forEach(hit -> line(out, "hit", hit.at(), hit.job(), hit.user()));
  }

  /**
   * Empty when there is no file.
   *
   * @throws IllegalArgumentException when it is not one of ours, with the line
   */
  static Optional<HealthState> read(Files files) {
    if (files.stat(PATH).isEmpty()) {
      return Optional.empty();
    }
    List<String> lines = new String(files.read(PATH), StandardCharsets.UTF_8).lines().toList();
    if (lines.isEmpty() || !lines.getFirst().equals(HEADER)) {
      throw new IllegalArgumentException(PATH + ":1: not a state of this agent's version");
    }
    Reader reader = new Reader();
    for (int i = 1; i < lines.size(); i++) {
      try {
        reader.line(lines.get(i).split("\t", -1));
      } catch (RuntimeException e) {
        if (e instanceof IllegalArgumentException
            || e instanceof DateTimeException
            || e instanceof IndexOutOfBoundsException) {
          throw new IllegalArgumentException(
              PATH + ":" + (i + 1) + ": not understood: " + e.getMessage(), e);
        }
        throw e;
      }
    }
    return Optional.of(reader.state());
  }

  private static void line(StringBuilder out, Object... fields) {
    for (int i = 0; i < fields.length; i++) {
      out.append(i == 0 ? "" : "\t")
          .append(String.valueOf(fields[i]).replaceAll("[\\t\\r\\n\\u2028\\u0085]", " "));
    }
    out.append('\n');
  }

  /** One pass over the lines. */
  private static final class Reader {
    private String bootId = "";
    private long sequence = -1;
    private int gpus;
    private long memoryBytes;
    private final Map<String, Long> ports = new TreeMap<>();
    private final List<Fault> faults = new ArrayList<>();
    private final List<Condition> conditions = new ArrayList<>();

    void line(String[] fields) {
      switch (fields[0]) {
        case "boot" -> bootId = fields[1];
        case "sequence" -> sequence = Long.parseLong(fields[1]);
        case "baseline" -> {
          gpus = Integer.parseInt(fields[1]);
          memoryBytes = Long.parseLong(fields[2]);
        }
        case "port" -> ports.put(fields[1], Long.parseLong(fields[2]));
        case "fault" -> faults.add(fault(fields));
        case "hit" -> hit(new Hit(Instant.parse(fields[1]), fields[2], fields[3]));
        case "condition" -> conditions.add(condition(fields));
        default -> throw new IllegalArgumentException(fields[0]);
      }
    }

    private static Fault fault(String[] f) {
      return new Fault(
          f[1],
          f[2],
          Integer.parseInt(f[3]),
          Severity.valueOf(f[4]),
          Instant.parse(f[5]),
          Instant.parse(f[6]),
          Integer.parseInt(f[7]),
          List.of(),
          f[10],
          f[8].isEmpty() ? Optional.empty() : Optional.of(Instant.parse(f[8])),
          Integer.parseInt(f[9]));
    }

    private void hit(Hit hit) {
      faults.add(faults.removeLast().with(hit));
    }

    private static Condition condition(String[] f) {
      return new Condition(
          f[1],
          new Finding(f[2], State.valueOf(f[3]), f[6], f[7]),
          Instant.parse(f[4]),
          Instant.parse(f[5]),
          Optional.empty(),
          true);
    }

    HealthState state() {
      return new HealthState(
          bootId,
          sequence,
          Faults.of(faults),
          Conditions.of(conditions),
          new Baseline(gpus, memoryBytes, ports));
    }
  }
}
