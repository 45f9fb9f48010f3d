package io.coxswain.agent.gpu.nvml;

import io.coxswain.agent.gpu.Gpus;
import io.coxswain.agent.host.ChildProcess;
import io.coxswain.agent.host.Files;
import io.coxswain.agent.report.FailureReason;
import io.coxswain.agent.report.GpuInventory;
import io.coxswain.agent.report.GpuSamples;
import io.coxswain.agent.report.Reading;
import java.io.DataInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The GPUs as the NVIDIA driver gives them, asked through a child process that stays.
 *
 * <ul>
 *   <li>A call that misses its deadline costs the child: it is killed and left to itself, never
 *       waited for, since a process inside a stuck driver call cannot be ended. If the call was
 *       about one GPU, the question is put once more to a new child that leaves that GPU alone: one
 *       sick GPU does not hide seven that are well.
 *   <li>No more than {@link #MOST_HELD} children are left to the driver; then nothing is started
 *       until one of them ends. A sick driver collects four stuck processes and not thousands.
 *   <li>After a failure of the driver as a whole, or of the child, the next child waits 5 seconds,
 *       then twice as long each time, at most 5 minutes; until then the failure is repeated.
 *   <li>The child ends when the kernel module's version changes: its library would be of the old
 *       one. A changed driver also ends any waiting.
 *   <li>A GPU that the driver counts and that answers with an error is left out and named among the
 *       troubles.
 * </ul>
 */
public final class NvmlGpus implements Gpus, AutoCloseable {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
  private static final int MOST_HELD = 4;

  private final InstantSource clock;
  private final NvmlSettings settings;
  private final DriverFiles files;
  private final Suspects suspects = new Suspects();
  private final EventLog events = new EventLog();
  private final List<ChildProcess> abandoned = new ArrayList<>();
  private @Nullable NvmlSession session;
  private String driverSeen = "";
  private String moduleOfSession = "";
  private Duration pause = FIRST_PAUSE;
  private Instant notBefore = Instant.MIN;
  private @Nullable Failure lastFailure;

  private record Failure(FailureReason reason, String message, boolean isAbsence) {
    <T> Reading<T> reading() {
      return isAbsence ? new Reading.Unsupported<>(message) : new Reading.Failed<>(reason, message);
    }
  }

  private interface Understanding<T> {
    T of(Decoder answer) throws IOException;
  }

  public NvmlGpus(InstantSource clock, Files files, NvmlSettings settings) {
    this.clock = clock;
    this.settings = settings;
    this.files = new DriverFiles(files, clock);
  }

  @Override
  public synchronized Reading<GpuInventory> inventory() {
    return ask(Request.Kind.INVENTORY, answer -> answer.inventory(suspects, files));
  }

  @Override
  public synchronized Reading<GpuSamples> sample() {
    return ask(Request.Kind.SAMPLE, answer -> answer.samples(suspects, events.events()));
  }

  /** Lets go of the driver: its module cannot be unloaded while a child uses it. */
  @Override
  public synchronized void close() {
    NvmlSession open = session;
    session = null;
    if (open != null) {
      open.end().ifPresent(abandoned::add);
    }
  }

  private <T> Reading<T> ask(Request.Kind kind, Understanding<T> understanding) {
    noteDriver();
    abandoned.removeIf(child -> !child.isAlive());
    Failure failure = lastFailure;
    if (session == null
        && failure != null
        && (abandoned.size() >= MOST_HELD || clock.instant().isBefore(notBefore))) {
      return failure.reading();
    }
    try {
      return askChild(kind, understanding);
    } catch (NvmlException e) {
      if (e.gpu() < 0) {
        return failed(e);
      }
      // The GPU is named; the others still have to be read.
      try {
        return askChild(kind, understanding);
      } catch (NvmlException again) {
        // A second GPU that hangs: it is named, too, and the next round leaves both alone at once.
        return again.gpu() < 0
            ? failed(again)
            : new Reading.Failed<>(again.reason(), again.sentence());
      }
    }
  }

  private <T> Reading<T> askChild(Request.Kind kind, Understanding<T> understanding)
      throws NvmlException {
    NvmlSession open = session;
    if (open == null) {
      if (abandoned.size() >= MOST_HELD) {
        throw new NvmlException(
            FailureReason.DRIVER_UNRESPONSIVE,
            abandoned + " are held by the driver and cannot be ended");
      }
      open = NvmlSession.start(settings, clock, events);
      session = open;
      moduleOfSession = module();
    }
    try {
      DataInputStream in = open.ask(new Request(kind, suspects.mask(clock.instant())));
      Decoder answer = new Decoder(in, clock.instant());
      Cell driver = answer.driver();
      if (!(driver instanceof Cell.Amount)) {
        return refused(driver);
      }
      Reading<T> reading = new Reading.Known<>(understanding.of(answer), clock.instant());
      pause = FIRST_PAUSE;
      lastFailure = null;
      return reading;
    } catch (IOException e) {
      NvmlException misunderstood =
          new NvmlException(FailureReason.PROBE_ENDED, open.child() + ": " + e.getMessage());
      abandon(open, misunderstood);
      throw misunderstood;
    } catch (NvmlException e) {
      abandon(open, e);
      throw e;
    }
  }

  private void abandon(NvmlSession open, NvmlException why) {
    session = null;
    open.child().abandon();
    abandoned.add(open.child());
    if (why.gpu() >= 0) {
      suspects.add(why.gpu(), why.sentence(), open.child(), clock.instant());
    }
  }

  /** The driver as a whole refused. A child without a driver would be kept for nothing. */
  private <T> Reading<T> refused(Cell driver) {
    close();
    Failure failure =
        switch (driver) {
          case Cell.NoLibrary(String words) -> noLibrary(words);
          case Cell.Refused refused when refused.code() == NvmlLibrary.MISSING ->
              new Failure(FailureReason.LIBRARY_UNUSABLE, refused.message(), false);
          case Cell.Refused refused -> new Failure(refused.reason(), refused.message(), false);
          case Cell.Amount _, Cell.Text _, Cell.Absent _ ->
              new Failure(FailureReason.UNEXPECTED_OUTPUT, "answered with " + driver, false);
        };
    return waitAfter(failure).reading();
  }

  private <T> Reading<T> failed(NvmlException e) {
    return waitAfter(new Failure(e.reason(), e.sentence(), false)).reading();
  }

  private Failure waitAfter(Failure failure) {
    notBefore = clock.instant().plus(pause);
    pause = Suspects.doubled(pause);
    lastFailure = failure;
    return failure;
  }

  private void noteDriver() {
    String module = module();
    String driver = module + " " + files.installedLibrary().known().orElse("none");
    if (!driver.equals(driverSeen)) {
      driverSeen = driver;
      notBefore = Instant.MIN;
      pause = FIRST_PAUSE;
    }
    if (session != null && !module.equals(moduleOfSession)) {
      close();
      suspects.clear();
    }
  }

  private String module() {
    return files.module().known().orElse("none");
  }

  /**
   * The loader tells all places it tried, a line each; a place where nothing is says so, any other
   * words are a broken library.
   */
  private static Failure noLibrary(String words) {
    return words
        .lines()
        .filter(line -> !line.startsWith("Unable to load library"))
        .filter(line -> !line.contains("cannot open shared object file: No such file"))
        .filter(line -> !line.contains("not found in resource path"))
        .filter(line -> !line.isBlank())
        .findFirst()
        .map(line -> new Failure(FailureReason.LIBRARY_UNUSABLE, line.strip(), false))
        .orElseGet(
            () ->
                new Failure(
                    FailureReason.LIBRARY_UNUSABLE,
                    "no driver library: " + NvmlLibrary.NAME + " is not on this machine",
                    true));
  }
}
