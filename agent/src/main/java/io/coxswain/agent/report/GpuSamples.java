package io.coxswain.agent.report;

import java.time.Duration;
import java.util.List;

/**
 * One round over all GPUs.
 *
 * @param gpus those that answered
 * @param troubles one for each that did not
 * @param events the last events that the driver raised, oldest first, at most {@link #KEPT_EVENTS};
 *     each comes again in every round until newer ones push it out, and their numbers tell which
 *     are new
 * @param took what the round took in the process that asks the driver
 */
public record GpuSamples(
    List<GpuSample> gpus, List<GpuTrouble> troubles, List<GpuEvent> events, Duration took) {
  public static final int KEPT_EVENTS = 64;

  public GpuSamples {
    gpus = List.copyOf(gpus);
    troubles = List.copyOf(troubles);
    events = List.copyOf(events);
  }
}
