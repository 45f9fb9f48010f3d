package io.coxswain.agent.gpu.nvml;

import io.coxswain.agent.gpu.GpuModel;
import io.coxswain.agent.gpu.Gpus;
import io.coxswain.agent.host.ChildProcess;
import io.coxswain.agent.report.FailureReason;
import io.coxswain.agent.report.Gpu;
import io.coxswain.agent.report.GpuInventory;
import io.coxswain.agent.report.Reading;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The GPUs as the NVIDIA driver gives them, asked through a child process that lives for one
 * inventory. An inventory is wanted once a minute and is done in a fraction of a second, so a child
 * that stayed would cost its memory all the time to save one JVM start a minute; and each fresh
 * child sees the driver that is installed now.
 *
 * <ul>
 *   <li>A call that misses its deadline makes the whole reading Failed: driver unresponsive. The
 *       child is killed.
 *   <li>A child that survives SIGKILL sits in the driver. No second one is started while it is
 *       there, so that a sick GPU collects one stuck process and not thousands.
 *   <li>After a child that had to be killed or that ended by itself the next one waits 5 seconds,
 *       then twice as long each time, at most 5 minutes; until then the failure is repeated. What
 *       the driver merely refuses is asked again at once.
 *   <li>A GPU that the driver counts and that answers with an error is left out and named among the
 *       troubles.
 * </ul>
 */
public final class NvmlGpus implements Gpus {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  private final InstantSource clock;
  private final NvmlSettings settings;
  private Optional<ChildProcess> stuck = Optional.empty();
  private Duration pause = FIRST_PAUSE;
  private Instant notBefore = Instant.MIN;
  private @Nullable Reading<GpuInventory> lastFailure;

  public NvmlGpus(InstantSource clock, NvmlSettings settings) {
    this.clock = clock;
    this.settings = settings;
  }

  @Override
  public synchronized Reading<GpuInventory> inventory() {
    stuck = stuck.filter(ChildProcess::isAlive);
    Reading<GpuInventory> failure = lastFailure;
    if (failure != null && (stuck.isPresent() || clock.instant().isBefore(notBefore))) {
      return failure;
    }
    Reading<GpuInventory> reading = readInChild();
    if (reading instanceof Reading.Failed<GpuInventory> failed && isCostly(failed.reason())) {
      notBefore = clock.instant().plus(pause);
      Duration doubled = pause.multipliedBy(2);
      pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
      lastFailure = reading;
    } else {
      pause = FIRST_PAUSE;
      lastFailure = null;
    }
    return reading;
  }

  private static boolean isCostly(FailureReason reason) {
    return reason == FailureReason.DRIVER_UNRESPONSIVE || reason == FailureReason.PROBE_ENDED;
  }

  private Reading<GpuInventory> readInChild() {
    try {
      NvmlSession session = NvmlSession.start(settings);
      try {
        session.greet();
        Reading<GpuInventory> reading = read(session);
        stuck = session.end();
        return reading;
      } catch (NvmlException e) {
        stuck = session.kill();
        throw e;
      }
    } catch (NvmlException e) {
      String held =
          stuck.map(c -> "; " + c + " is held by the driver and cannot be ended").orElse("");
      return new Reading.Failed<>(e.reason(), e.getMessage() + held);
    }
  }

  private Reading<GpuInventory> read(NvmlSession nvml) throws NvmlException {
    switch (nvml.ask(NvmlCall.INIT, -1)) {
      case NvmlAnswer.NoLibrary(String words) -> {
        return noLibrary(words);
      }
      case NvmlAnswer.Missing(String symbol) -> {
        return new Reading.Unsupported<>(symbol + " is missing in this driver's library");
      }
      case NvmlAnswer.Refused(int code, String words) ->
          throw NvmlException.refused(NvmlCall.INIT.symbol(), code, words);
      case NvmlAnswer.Amount _, NvmlAnswer.Text _ -> {}
    }
    String driver = text(nvml, NvmlCall.DRIVER_VERSION, -1);
    long count = number(nvml, NvmlCall.COUNT, -1);
    List<Gpu> gpus = new ArrayList<>();
    List<String> troubles = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      try {
        gpus.add(gpu(nvml, index));
      } catch (NvmlException e) {
        if (e.reason() != FailureReason.DRIVER_ERROR) {
          throw e;
        }
        troubles.add("GPU " + index + ": " + e.getMessage());
      }
    }
    nvml.ask(NvmlCall.SHUTDOWN, -1);
    return new Reading.Known<>(new GpuInventory(driver, gpus, troubles), clock.instant());
  }

  private static Gpu gpu(NvmlSession nvml, int index) throws NvmlException {
    number(nvml, NvmlCall.HANDLE, index);
    String name = text(nvml, NvmlCall.NAME, index);
    return new Gpu(
        index,
        Math.toIntExact(number(nvml, NvmlCall.MINOR, index)),
        text(nvml, NvmlCall.UUID, index),
        name,
        GpuModel.of(name),
        sysfsBusId(text(nvml, NvmlCall.PCI_BUS_ID, index)),
        number(nvml, NvmlCall.MEMORY_BYTES, index));
  }

  private static String text(NvmlSession nvml, NvmlCall call, int gpu) throws NvmlException {
    NvmlAnswer answer = nvml.ask(call, gpu);
    if (answer instanceof NvmlAnswer.Text(String value)) {
      return value;
    }
    throw unexpected(call, answer);
  }

  private static long number(NvmlSession nvml, NvmlCall call, int gpu) throws NvmlException {
    NvmlAnswer answer = nvml.ask(call, gpu);
    if (answer instanceof NvmlAnswer.Amount(long value)) {
      return value;
    }
    throw unexpected(call, answer);
  }

  private static NvmlException unexpected(NvmlCall call, NvmlAnswer answer) {
    return switch (answer) {
      case NvmlAnswer.Refused(int code, String words) ->
          NvmlException.refused(call.symbol(), code, words);
      case NvmlAnswer.Missing(String symbol) ->
          new NvmlException(
              FailureReason.DRIVER_ERROR, symbol + " is missing in this driver's library");
      case NvmlAnswer.NoLibrary(String words) ->
          new NvmlException(FailureReason.LIBRARY_UNUSABLE, words);
      case NvmlAnswer.Amount _, NvmlAnswer.Text _ ->
          new NvmlException(
              FailureReason.PROBE_ENDED, call.symbol() + " was answered with " + answer);
    };
  }

  /**
   * The loader tells all places it tried, a line each; a place where nothing is says so, any other
   * words are a broken library.
   */
  private static Reading<GpuInventory> noLibrary(String words) {
    return words
        .lines()
        .filter(line -> !line.startsWith("Unable to load library"))
        .filter(line -> !line.contains("cannot open shared object file: No such file"))
        .filter(line -> !line.contains("not found in resource path"))
        .filter(line -> !line.isBlank())
        .findFirst()
        .<Reading<GpuInventory>>map(
            line -> new Reading.Failed<>(FailureReason.LIBRARY_UNUSABLE, line.strip()))
        .orElseGet(
            () ->
                new Reading.Unsupported<>(
                    "no driver library: " + NvmlLibrary.NAME + " is not on this machine"));
  }

  /**
   * NVML pads the domain to eight digits and writes upper case: "00000000:3B:00.0" is
   * "0000:3b:00.0" in sysfs.
   */
  static String sysfsBusId(String nvmlBusId) {
    String lower = nvmlBusId.toLowerCase(Locale.ROOT);
    return lower.matches("0000[0-9a-f]{4}:.*") ? lower.substring(4) : lower;
  }
}
