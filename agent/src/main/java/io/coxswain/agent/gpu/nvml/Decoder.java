package io.coxswain.agent.gpu.nvml;

import io.coxswain.agent.gpu.GpuModel;
import io.coxswain.agent.report.FailureReason;
import io.coxswain.agent.report.Gpu;
import io.coxswain.agent.report.GpuDetails;
import io.coxswain.agent.report.GpuDriver;
import io.coxswain.agent.report.GpuEvent;
import io.coxswain.agent.report.GpuInventory;
import io.coxswain.agent.report.GpuLink;
import io.coxswain.agent.report.GpuMetric;
import io.coxswain.agent.report.GpuSample;
import io.coxswain.agent.report.GpuSamples;
import io.coxswain.agent.report.GpuText;
import io.coxswain.agent.report.GpuTrouble;
import io.coxswain.agent.report.LinkMetric;
import io.coxswain.agent.report.Reading;
import java.io.DataInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads an answer in the order in which {@link Asker} wrote it. Throws IOException for anything
 * else than an answer of this build.
 */
final class Decoder {
  /** More than any machine has of anything. */
  private static final int MOST_ROWS = 100_000;

  private final DataInputStream in;
  private final Instant at;

  Decoder(DataInputStream in, Instant at) {
    this.in = in;
    this.at = at;
  }

  /** First of all: whether the driver as a whole answered. */
  Cell driver() throws IOException {
    return cell();
  }

  GpuSamples samples(Suspects suspects, List<GpuEvent> events) throws IOException {
    List<GpuSample> gpus = new ArrayList<>();
    List<GpuTrouble> troubles = new ArrayList<>();
    int count = count(in.readLong());
    for (int i = 0; i < count; i++) {
      Head head = head(suspects);
      if (head.trouble() != null) {
        troubles.add(head.trouble());
        continue;
      }
      Map<GpuMetric, Reading<Long>> metrics = numbers(GpuMetric.values());
      List<GpuLink> links = new ArrayList<>();
      int linkCount = count(in.readLong());
      for (int link = 0; link < linkCount; link++) {
        links.add(new GpuLink(link, numbers(LinkMetric.values())));
      }
      gpus.add(new GpuSample(head.index(), head.uuid(), head.busId(), metrics, links));
    }
    return new GpuSamples(gpus, troubles, events, Duration.ofNanos(in.readLong()));
  }

  GpuInventory inventory(Suspects suspects, DriverFiles files) throws IOException {
    Map<Part, Cell> texts = cells(Part.values());
    Cell version = part(texts, Part.DRIVER_VERSION);
    GpuDriver driver =
        new GpuDriver(
            files.module(),
            version.text(at),
            files.installedLibrary(),
            part(texts, Part.NVML_VERSION).text(at),
            part(texts, Part.CUDA_VERSION).text(at),
            rows(() -> text(cell())));
    List<Gpu> gpus = new ArrayList<>();
    List<GpuTrouble> troubles = new ArrayList<>();
    int count = count(in.readLong());
    for (int i = 0; i < count; i++) {
      Head head = head(suspects);
      GpuTrouble trouble = head.trouble();
      if (trouble == null) {
        trouble = gpu(head, gpus);
      }
      if (trouble != null) {
        troubles.add(trouble);
      }
    }
    String shown = version.text(at).known().or(() -> driver.module().known()).orElse("");
    return new GpuInventory(shown, gpus, troubles, new Reading.Known<>(driver, at));
  }

  /** Adds the GPU, or returns why it cannot be named. */
  private @Nullable GpuTrouble gpu(Head head, List<Gpu> gpus) throws IOException {
    Map<Part, Cell> core = cells(Part.values());
    Map<GpuText, Reading<String>> texts = readings(GpuText.values(), Cell::text);
    Map<GpuMetric, Reading<Long>> metrics = numbers(GpuMetric.values());
    Reading<List<GpuDetails.LinkEnd>> links = rows(this::linkEnd);
    Reading<List<GpuDetails.Peer>> peers = rows(this::peer);
    Reading<List<GpuDetails.MigProfile>> profiles = rows(this::migProfile);
    Reading<List<GpuDetails.MigDevice>> devices = rows(this::migDevice);
    Reading<List<GpuDetails.GpuProcess>> processes = rows(this::process);
    GpuDetails details = new GpuDetails(texts, metrics, peers, links, profiles, devices, processes);
    for (Part part : List.of(Part.NAME, Part.MINOR, Part.MEMORY_BYTES)) {
      switch (part(core, part)) {
        case Cell.Refused refused -> {
          return new GpuTrouble(head.index(), head.busId(), refused.reason(), refused.message());
        }
        case Cell.Absent absent -> {
          return new GpuTrouble(
              head.index(), head.busId(), FailureReason.DRIVER_ERROR, absent.why());
        }
        case Cell.Amount _, Cell.Text _, Cell.NoLibrary _ -> {}
      }
    }
    String name = text(part(core, Part.NAME));
    gpus.add(
        new Gpu(
            head.index(),
            Math.toIntExact(number(part(core, Part.MINOR))),
            head.uuid(),
            name,
            GpuModel.of(name),
            head.busId(),
            number(part(core, Part.MEMORY_BYTES)),
            new Reading.Known<>(details, at)));
    return null;
  }

  /**
   * @param trouble why the GPU did not answer; null when it did
   */
  private record Head(int index, String uuid, String busId, @Nullable GpuTrouble trouble) {}

  private Head head(Suspects suspects) throws IOException {
    int index = count(in.readLong());
    Cell cell = cell();
    return switch (cell) {
      case Cell.Amount(long value) when value == 1 -> {
        String uuid = text(cell());
        String busId = text(cell());
        suspects.answered(index, busId);
        yield new Head(index, uuid, busId, null);
      }
      case Cell.Amount _ -> new Head(index, "", "", suspects.trouble(index));
      case Cell.Refused refused ->
          new Head(
              index,
              "",
              "",
              new GpuTrouble(index, suspects.busId(index), refused.reason(), refused.message()));
      case Cell.Text _, Cell.Absent _, Cell.NoLibrary _ -> throw unexpected(cell);
    };
  }

  private GpuDetails.LinkEnd linkEnd() throws IOException {
    return new GpuDetails.LinkEnd(
        count(in.readLong()), cell().number(at), cell().number(at), cell().text(at));
  }

  private GpuDetails.Peer peer() throws IOException {
    int index = count(in.readLong());
    Reading<Long> ancestor = cell().number(at);
    Reading<Boolean> access =
        switch (cell().number(at)) {
          // nvmlGpuP2PStatus_t: 0 is OK, the rest are kinds of no.
          case Reading.Known<Long>(Long status, var when) -> new Reading.Known<>(status == 0, when);
          case Reading.Unsupported<Long>(String why) -> new Reading.Unsupported<>(why);
          case Reading.Failed<Long>(var reason, String message) ->
              new Reading.Failed<>(reason, message);
        };
    return new GpuDetails.Peer(index, ancestor, access);
  }

  private GpuDetails.MigProfile migProfile() throws IOException {
    int id = (int) in.readLong();
    int slices = (int) in.readLong();
    int instances = (int) in.readLong();
    int multiprocessors = (int) in.readLong();
    long mebibytes = in.readLong();
    // NVML writes "MIG 1g.18gb" where users say "1g.18gb".
    String name = text(cell()).replaceFirst("^MIG ", "");
    return new GpuDetails.MigProfile(id, name, slices, instances, multiprocessors, mebibytes);
  }

  private GpuDetails.MigDevice migDevice() throws IOException {
    int gpuInstance = (int) in.readLong();
    int computeInstance = (int) in.readLong();
    int slices = (int) in.readLong();
    long mebibytes = in.readLong();
    String uuid = text(cell());
    return new GpuDetails.MigDevice(
        uuid, text(cell()), gpuInstance, computeInstance, slices, mebibytes);
  }

  private GpuDetails.GpuProcess process() throws IOException {
    GpuDetails.Use use = WireCode.at(GpuDetails.Use.values(), (int) in.readLong());
    long pid = in.readLong();
    long used = in.readLong();
    Reading<Long> usedBytes =
        used == -1
            ? new Reading.Unsupported<>("the driver does not say what this process uses")
            : new Reading.Known<>(used, at);
    return new GpuDetails.GpuProcess(use, pid, usedBytes, (int) in.readLong(), (int) in.readLong());
  }

  private interface Row<T> {
    T read() throws IOException;
  }

  private <T> Reading<List<T>> rows(Row<T> row) throws IOException {
    return switch (cell().number(at)) {
      case Reading.Known<Long>(Long count, var when) -> {
        List<T> rows = new ArrayList<>();
        for (int i = 0; i < count(count); i++) {
          rows.add(row.read());
        }
        yield new Reading.Known<>(List.copyOf(rows), when);
      }
      case Reading.Unsupported<Long>(String why) -> new Reading.Unsupported<>(why);
      case Reading.Failed<Long>(var reason, String message) ->
          new Reading.Failed<>(reason, message);
    };
  }

  private Cell cell() throws IOException {
    Cell.Kind kind = Cell.kind(in);
    in.readUnsignedByte();
    return Cell.read(kind, in);
  }

  private <K extends Enum<K>> Map<K, Reading<Long>> numbers(K[] keys) throws IOException {
    return readings(keys, Cell::number);
  }

  private <K extends Enum<K>, T> Map<K, Reading<T>> readings(
      K[] keys, BiFunction<Cell, Instant, Reading<T>> reading) throws IOException {
    Map<K, Reading<T>> readings = new EnumMap<>(keys[0].getDeclaringClass());
    cells(keys).forEach((key, cell) -> readings.put(key, reading.apply(cell, at)));
    return readings;
  }

  private <K extends Enum<K>> Map<K, Cell> cells(K[] keys) throws IOException {
    Map<K, Cell> cells = new EnumMap<>(keys[0].getDeclaringClass());
    for (Cell.Kind kind = Cell.kind(in); kind != Cell.Kind.END; kind = Cell.kind(in)) {
      K key = WireCode.at(keys, in.readUnsignedByte());
      cells.put(key, Cell.read(kind, in));
    }
    return cells;
  }

  private static Cell part(Map<Part, Cell> cells, Part part) throws IOException {
    Cell cell = cells.get(part);
    if (cell == null) {
      throw new IOException("no " + part + " (expected: a cell for it)");
    }
    return cell;
  }

  private static String text(Cell cell) throws IOException {
    if (cell instanceof Cell.Text(String value)) {
      return value;
    }
    throw unexpected(cell);
  }

  private static long number(Cell cell) throws IOException {
    if (cell instanceof Cell.Amount(long value)) {
      return value;
    }
    throw unexpected(cell);
  }

  private static IOException unexpected(Cell cell) {
    return new IOException(cell + " (expected: another kind of answer)");
  }

  private static int count(long number) throws IOException {
    if (number < 0 || number > MOST_ROWS) {
      throw new IOException("a count of " + number + " (expected: 0 to " + MOST_ROWS + ")");
    }
    return (int) number;
  }
}
