package io.coxswain.agent.health;

import io.coxswain.agent.health.EventRow.Escalation;
import io.coxswain.agent.health.KernelEvent.Severity;
import io.coxswain.agent.health.Policy.Expected;
import io.coxswain.agent.health.Policy.Off;
import io.coxswain.agent.report.Health;
import io.coxswain.agent.report.RepairAction;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads policies. The agent brings one; a site's file has the same keys and changes single rows of
 * it: what a row there leaves out stays as it is. Anything not understood refuses the whole file,
 * because half a policy is nobody's.
 */
final class PolicyFile {
  private static final String OWN = "health-policy.yaml";
  private static final double HIGHEST = 1e15;

  private final Map<Integer, EventRow> xids = new LinkedHashMap<>();
  private final Map<Integer, Ruling> recovery = new LinkedHashMap<>();
  private final Map<String, EventRow> lines = new LinkedHashMap<>();
  private final Map<String, CheckRow> checks = new LinkedHashMap<>();
  private final @Nullable Policy base;
  private final Section top;

  private PolicyFile(Section top, @Nullable Policy base) {
    this.top = top;
    this.base = base;
    if (base != null) {
      xids.putAll(base.xids());
      recovery.putAll(base.recovery());
      lines.putAll(base.lines());
      checks.putAll(base.checks());
    }
  }

  /** The policy that the agent brings. */
  static Policy own() {
    try (InputStream in = PolicyFile.class.getResourceAsStream(OWN)) {
      if (in == null) {
        throw new IllegalStateException(OWN + ": not in this program");
      }
      return parse(OWN, in.readAllBytes(), null);
    } catch (IOException e) {
      throw new UncheckedIOException(OWN, e);
    }
  }

  /**
   * The base with a site's changes; {@link PolicyRefused} when there is anything wrong with them.
   */
  static Policy parse(String file, byte[] yaml, @Nullable Policy base) {
    Optional<Section> top = Section.parse(file, yaml);
    if (top.isPresent()) {
      return new PolicyFile(top.get(), base).read();
    }
    if (base == null) {
      throw new PolicyRefused(file + ": empty (expected: a policy)");
    }
    return base;
  }

  private Policy read() {
    int version =
        top.number("version", 1, 1).orElse(base == null ? 0.0 : base.version()).intValue();
    if (version == 0) {
      throw top.missing("version", "1");
    }
    EventRow unlisted = xids();
    Ruling unknown = recovery();
    lines();
    checks();
    List<Integer> fatal = top.integers("fatal-sxids");
    Policy policy =
        new Policy(
            version,
            xids,
            unlisted,
            recovery,
            unknown,
            lines,
            fatal.isEmpty() && base != null ? base.fatalSxids() : fatal,
            checks,
            expected(),
            off(),
            top.text("kernel-log").orElse(base == null ? "/dev/kmsg" : base.kernelLog()),
            duration(top, "remember", base == null ? null : base.remember()),
            duration(top, "relapse", base == null ? null : base.relapse()),
            epilog());
    top.end();
    return policy;
  }

  /** Reads the rows of Xids; what comes back is for those without one. */
  private EventRow xids() {
    Optional<EventRow> unlisted = Optional.ofNullable(base).map(Policy::unlistedXid);
    for (var entry : rows("xid").entrySet()) {
      Section row = entry.getValue();
      if (entry.getKey().equals("unlisted")) {
        unlisted = Optional.of(event("xid", row, unlisted));
        continue;
      }
      int code = code(row, entry.getKey());
      xids.put(code, event("xid-" + code, row, Optional.ofNullable(xids.get(code))));
    }
    return unlisted.orElseThrow(() -> top.missing("xid.unlisted", "a row"));
  }

  /** Reads the rows of recovery actions; what comes back is for those without one. */
  private Ruling recovery() {
    Optional<Ruling> unknown = Optional.ofNullable(base).map(Policy::unknownRecovery);
    for (var entry : rows("recovery-action").entrySet()) {
      Section row = entry.getValue();
      if (entry.getKey().equals("unknown")) {
        unknown = Optional.of(ruling(row, unknown));
      } else {
        int code = code(row, entry.getKey());
        recovery.put(code, ruling(row, Optional.ofNullable(recovery.get(code))));
      }
      row.text("source");
      row.text("name");
      row.end();
    }
    return unknown.orElseThrow(() -> top.missing("recovery-action.unknown", "a row"));
  }

  private Map<String, Section> rows(String key) {
    return top.section(key).map(Section::sections).orElse(Map.of());
  }

  private void lines() {
    for (var entry : rows("lines").entrySet()) {
      String check = entry.getKey();
      EventRow before = known(lines, check, entry.getValue());
      lines.put(check, event(check, entry.getValue(), Optional.ofNullable(before)));
    }
  }

  private void checks() {
    for (var entry : rows("checks").entrySet()) {
      String check = entry.getKey();
      checks.put(check, check(check, entry.getValue(), known(checks, check, entry.getValue())));
    }
  }

  // A site changes checks and makes none: their meaning is in this program.
  private <T> @Nullable T known(Map<String, T> rows, String check, Section row) {
    T before = rows.get(check);
    if (before == null && base != null) {
      throw row.refused("", "unknown (expected: one of " + rows.keySet() + ")");
    }
    return before;
  }

  private static int code(Section row, String key) {
    if (!key.matches("\\d{1,4}")) {
      throw row.refused("", key + " (expected: a number, or the word for all others)");
    }
    return Integer.parseInt(key);
  }

  private static EventRow event(String check, Section row, Optional<EventRow> before) {
    row.text("name");
    Map<Severity, Ruling> worse = new EnumMap<>(Severity.class);
    before.ifPresent(b -> worse.putAll(b.worse()));
    worse(row, "if-reset", Severity.RESET, worse);
    worse(row, "if-fatal", Severity.FATAL, worse);
    Optional<Escalation> escalation = before.flatMap(EventRow::escalation);
    Optional<Section> escalate = row.section("escalate");
    if (escalate.isPresent()) {
      escalation = Optional.of(escalation(escalate.get()));
    }
    EventRow made =
        new EventRow(
            check,
            row.text("text").or(() -> before.map(EventRow::text)).orElse(""),
            ruling(row, before.map(EventRow::ruling)),
            worse,
            escalation,
            source(row, before.map(EventRow::source)));
    row.end();
    return made;
  }

  private static void worse(
      Section row, String key, Severity severity, Map<Severity, Ruling> worse) {
    row.section(key)
        .ifPresent(
            section -> {
              worse.put(severity, ruling(section, Optional.ofNullable(worse.get(severity))));
              section.end();
            });
  }

  private static Escalation escalation(Section section) {
    Escalation made =
        new Escalation(
            section.number("times", 1, Fault.KEPT_HITS).orElse(0.0).intValue(),
            section.number("jobs", 1, Fault.KEPT_HITS).orElse(0.0).intValue(),
            section.number("users", 1, Fault.KEPT_HITS).orElse(0.0).intValue(),
            section.duration("within").orElseThrow(() -> section.missing("within", "24h")),
            ruling(section, Optional.empty()));
    if (made.times() + made.jobs() + made.users() == 0) {
      throw section.missing("times", "times, jobs or users");
    }
    section.end();
    return made;
  }

  private static Ruling ruling(Section row, Optional<Ruling> before) {
    return new Ruling(
        row.word("level", Health.class)
            .or(() -> before.map(Ruling::level))
            .orElseThrow(() -> row.missing("level", "INFO, WARNING or CRITICAL")),
        row.flag("drain")
            .or(() -> before.map(Ruling::drain))
            .orElseThrow(() -> row.missing("drain", "true or false")),
        row.word("action", RepairAction.class)
            .or(() -> before.map(Ruling::action))
            .orElseThrow(() -> row.missing("action", "NO_REPAIR, RESET_GPU, REBOOT …")));
  }

  private static String source(Section row, Optional<String> before) {
    return row.text("source").or(() -> before).orElseThrow(() -> row.missing("source", "a text"));
  }

  private static CheckRow check(String name, Section row, @Nullable CheckRow before) {
    Map<String, Double> thresholds = new LinkedHashMap<>();
    if (before == null) {
      row.section("thresholds").ifPresent(s -> own(s, thresholds));
    } else {
      thresholds.putAll(before.thresholds());
      row.section("thresholds").ifPresent(s -> changed(s, thresholds));
    }
    CheckRow made =
        new CheckRow(
            name,
            ruling(row, Optional.ofNullable(before).map(CheckRow::ruling)),
            duration(row, "for", before == null ? null : before.hold()),
            duration(row, "clear", before == null ? null : before.clear()),
            thresholds,
            source(row, Optional.ofNullable(before).map(CheckRow::source)));
    row.end();
    return made;
  }

  private static void own(Section section, Map<String, Double> thresholds) {
    for (String name : section.names()) {
      changed(section, Map.of(name, 0.0), thresholds);
    }
    section.end();
  }

  private static void changed(Section section, Map<String, Double> thresholds) {
    changed(section, Map.copyOf(thresholds), thresholds);
    section.end();
  }

  private static void changed(
      Section section, Map<String, Double> known, Map<String, Double> thresholds) {
    for (String name : known.keySet()) {
      section
          .number(name, 0, name.endsWith("percent") ? 100 : HIGHEST)
          .ifPresent(value -> thresholds.put(name, value));
    }
  }

  private static Duration duration(Section section, String key, @Nullable Duration before) {
    return section
        .duration(key)
        .or(() -> Optional.ofNullable(before))
        .orElseThrow(() -> section.missing(key, "a duration such as 30s"));
  }

  private EpilogRule epilog() {
    Optional<EpilogRule> before = Optional.ofNullable(base).map(Policy::epilog);
    Optional<Section> section = top.section("epilog");
    if (section.isEmpty()) {
      return before.orElseThrow(() -> top.missing("epilog", "leftovers and grace"));
    }
    Section epilog = section.get();
    EpilogRule made =
        new EpilogRule(
            epilog
                .word("leftovers", EpilogRule.Leftovers.class)
                .or(() -> before.map(EpilogRule::leftovers))
                .orElseThrow(() -> epilog.missing("leftovers", "report or end")),
            duration(epilog, "grace", before.map(EpilogRule::grace).orElse(null)));
    if (made.grace().compareTo(Epilog.LONGEST) >= 0) {
      throw epilog.refused(
          "grace",
          made.grace().toSeconds() + "s (expected: less than " + Epilog.LONGEST.toSeconds() + "s)");
    }
    epilog.end();
    return made;
  }

  private Expected expected() {
    Optional<Section> section = top.section("expect");
    if (section.isEmpty()) {
      return base == null
          ? new Expected(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty())
          : base.expect();
    }
    Section expect = section.get();
    Expected made =
        new Expected(
            expect.number("gpus", 0, 1024).map(Double::intValue),
            expect.number("memory-gib", 1, 1 << 20).map(gib -> (long) (gib * (1L << 30))),
            expect.number("pcie-width", 1, 64).map(Double::intValue),
            expect.number("infiniband-gigabits", 1, 100_000).map(Double::longValue));
    expect.end();
    return made;
  }

  private List<Off> off() {
    List<Off> all = new ArrayList<>();
    for (Section entry : top.list("off")) {
      String check = entry.text("check").orElseThrow(() -> entry.missing("check", "its name"));
      if (!isCheck(check)) {
        throw entry.refused("check", check + ": unknown (expected: a check of the policy)");
      }
      all.add(
          new Off(
              check,
              entry.text("subject").orElse(""),
              entry.text("machine").orElse(""),
              until(entry),
              entry.text("reason").orElseThrow(() -> entry.missing("reason", "a text"))));
      entry.end();
    }
    return all;
  }

  private boolean isCheck(String check) {
    return checks.containsKey(check)
        || lines.containsKey(check)
        || check.matches("xid-\\d{1,4}")
        || Judge.OWN_CHECKS.contains(check);
  }

  private static Instant until(Section entry) {
    String text =
        entry.text("until").orElseThrow(() -> entry.missing("until", "a date: 2027-01-31"));
    try {
      return text.contains("T")
          ? Instant.parse(text)
          : LocalDate.parse(text).plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    } catch (DateTimeParseException e) {
      throw entry.refused("until", text + " (expected: 2027-01-31 or 2027-01-31T12:00:00Z)");
    }
  }
}
