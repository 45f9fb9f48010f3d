package io.coxswain.agent.gpu.nvml;

import io.coxswain.agent.host.ChildProcess;
import io.coxswain.agent.report.FailureReason;
import io.coxswain.agent.report.GpuTrouble;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * GPUs that held a call beyond its deadline. Such a GPU is left alone while the rest is read: for 5
 * seconds, twice as long each further time, at most 5 minutes, and as long as the child that it
 * holds has not ended.
 */
final class Suspects {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  private final Map<Integer, Suspect> suspects = new HashMap<>();
  private final Map<Integer, String> busIds = new HashMap<>();

  private record Suspect(String message, Duration pause, Instant notBefore, ChildProcess held) {
    boolean isShunned(Instant now) {
      return held.isAlive() || now.isBefore(notBefore);
    }
  }

  /** A GPU held a call of the child, which was killed and may be alive all the same. */
  void add(int gpu, String message, ChildProcess child, Instant now) {
    Suspect before = suspects.get(gpu);
    Duration pause = before == null ? FIRST_PAUSE : doubled(before.pause());
    suspects.put(gpu, new Suspect(message, pause, now.plus(pause), child));
  }

  void answered(int gpu, String busId) {
    suspects.remove(gpu);
    busIds.put(gpu, busId);
  }

  void clear() {
    suspects.clear();
    busIds.clear();
  }

  /** A bit for each GPU that is not to be touched now. */
  long mask(Instant now) {
    return suspects.entrySet().stream()
        .filter(entry -> entry.getValue().isShunned(now))
        .mapToLong(entry -> 1L << entry.getKey())
        .reduce(0, (a, b) -> a | b);
  }

  /** Where the GPU was when it last answered; empty when it never did. */
  String busId(int gpu) {
    return busIds.getOrDefault(gpu, "");
  }

  GpuTrouble trouble(int gpu) {
    Suspect suspect = suspects.get(gpu);
    String message = suspect == null ? "not asked in this round" : suspect.message();
    String held =
        suspect != null && suspect.held().isAlive()
            ? "; " + suspect.held() + " is held by the driver and cannot be ended"
            : "";
    return new GpuTrouble(gpu, busId(gpu), FailureReason.DRIVER_UNRESPONSIVE, message + held);
  }

  static Duration doubled(Duration pause) {
    Duration doubled = pause.multipliedBy(2);
    return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
  }
}
