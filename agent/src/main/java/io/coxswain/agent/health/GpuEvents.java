package io.coxswain.agent.health;

import io.coxswain.agent.report.GpuEvent;
import io.coxswain.agent.report.GpuMetric;
import io.coxswain.agent.report.GpuSample;
import io.coxswain.agent.report.GpuSamples;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What rounds over the GPUs say of faults: some that began, some that ended. */
final class GpuEvents {
  // The kernel's log has most of what the driver raises, with more to it, and may be a little
  // later.
  private static final Duration KERNEL_FIRST = Duration.ofSeconds(10);
  private static final Duration SAME_EVENT = Duration.ofMinutes(1);

  private long lastNumber;

  Faults next(GpuSamples samples, Faults before, Policy policy, Instant now) {
    return resets(samples, raised(samples, before, policy, now), policy, now);
  }

  // What the driver raised and the kernel's log did not have.
  private Faults raised(GpuSamples samples, Faults before, Policy policy, Instant now) {
    Faults faults = before;
    for (GpuEvent event : samples.events()) {
      if (event.number() <= lastNumber || event.at().plus(KERNEL_FIRST).isAfter(now)) {
        continue;
      }
      lastNumber = event.number();
      if (event.type() != GpuEvent.XID || event.pciBusId().isEmpty()) {
        continue;
      }
      int code = (int) event.detail();
      boolean isKnown =
          Optional.ofNullable(faults.all().get(new Faults.Key("xid-" + code, event.pciBusId())))
              .filter(fault -> fault.last().plus(SAME_EVENT).isAfter(event.at()))
              .isPresent();
      // 154 without its text says nothing that the recovery action itself does not; a follower
      // without its cause is as empty.
      if (!isKnown && code != 154 && code != 45) {
        faults =
            faults.happened(
                new KernelEvent.Xid(
                    code,
                    event.pciBusId(),
                    KernelEvent.Severity.PLAIN,
                    OptionalLong.empty(),
                    "",
                    OptionalInt.empty(),
                    "raised by the driver"),
                new Fault.Hit(event.at(), "", ""),
                policy);
      }
    }
    return faults;
  }

  // The driver takes its recovery action back only when the GPU was reset.
  private static Faults resets(GpuSamples samples, Faults before, Policy policy, Instant now) {
    Faults faults = before;
    for (GpuSample gpu : samples.gpus()) {
      boolean isNone =
          gpu.reading(GpuMetric.RECOVERY_ACTION).known().filter(action -> action == 0).isPresent();
      Fault asked = faults.all().get(new Faults.Key("xid-154", gpu.pciBusId()));
      if (isNone
          && asked != null
          && asked.isOpen()
          && asked.last().plus(SAME_EVENT).isBefore(now)) {
        faults = faults.reset(gpu.pciBusId(), now, policy);
      }
    }
    return faults;
  }
}
