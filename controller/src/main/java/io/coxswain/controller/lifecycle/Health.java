package io.coxswain.controller.lifecycle;

import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.observed.Reading;
import java.util.Optional;

/** A judgement of a machine, with its reason. What could not be read is UNKNOWN, never PASS. */
public record Health(Level level, String reason) {
  /** From good to unreadable. */
  public enum Level {
    PASS,
    INFO,
    WARNING,
    CRITICAL,
    UNKNOWN
  }

  /** Judges the newest facts; empty when nothing was ever reported. */
  public static Health of(Optional<MachineFacts> facts) {
    if (facts.isEmpty()) {
      return new Health(Level.UNKNOWN, "nothing was reported yet");
    }
    MachineFacts known = facts.get();
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
