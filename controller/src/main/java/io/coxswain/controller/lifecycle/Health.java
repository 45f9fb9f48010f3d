package io.coxswain.controller.lifecycle;

import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.observed.Reading;
import io.coxswain.controller.observed.Verdict;
import io.coxswain.controller.observed.Verdict.Level;
import java.util.Comparator;
import java.util.Optional;

/** A judgement of a machine, with its reason. What could not be read is UNKNOWN, never PASS. */
public record Health(Level level, String reason) {
  /** Judges the newest facts; empty when nothing was ever reported. */
  public static Health of(Optional<MachineFacts> facts) {
    if (facts.isEmpty()) {
      return new Health(Level.UNKNOWN, "nothing was reported yet");
    }
    MachineFacts known = facts.get();
    Health counted = gpus(known);
    Health judged = judged(known.judged());
    boolean isPlain = judged.level() == Level.PASS;
    return isPlain || counted.level().weight() > judged.level().weight() ? counted : judged;
  }

  /** The worst verdict, with the number of others. */
  private static Health judged(MachineFacts.Judged judged) {
    if (judged.checks() == 0) {
      return new Health(Level.UNKNOWN, "its agent has not judged it yet");
    }
    Optional<Verdict> worst =
        judged.verdicts().stream()
            .max(Comparator.comparingInt(verdict -> verdict.level().weight()));
    int more = judged.verdicts().size() - 1;
    return worst
        .map(
            verdict ->
                new Health(
                    verdict.level(), verdict.line() + (more > 0 ? " (and " + more + " more)" : "")))
        .orElseGet(() -> new Health(Level.PASS, judged.checks() + " checks pass"));
  }

  private static Health gpus(MachineFacts known) {
    return switch (known.gpus()) {
      case Reading.Failed<MachineFacts.Gpus>(String why) ->
          new Health(Level.CRITICAL, "gpus: " + why);
      case Reading.Unsupported<MachineFacts.Gpus>(String why) ->
          known.pciGpus() > 0
              ? new Health(
                  Level.CRITICAL,
                  "gpus: " + known.pciGpus() + " on the PCI bus, none usable: " + why)
              : new Health(Level.PASS, "no GPUs");
      case Reading.Known<MachineFacts.Gpus>(MachineFacts.Gpus gpus) ->
          known.pciGpus() > gpus.count()
              ? new Health(
                  Level.CRITICAL,
                  "gpus: " + gpus.count() + " of " + known.pciGpus() + " on the PCI bus answer")
              : new Health(Level.PASS, gpus.count() + " GPUs answer");
    };
  }
}
