package io.coxswain.agent.metrics;

import io.coxswain.agent.report.Gpu;
import io.coxswain.agent.report.GpuDetails.MigDevice;
import io.coxswain.agent.report.GpuInventory;
import io.coxswain.agent.report.GpuLink;
import io.coxswain.agent.report.GpuMetric;
import io.coxswain.agent.report.GpuSample;
import io.coxswain.agent.report.GpuSamples;
import io.coxswain.agent.report.GpuTrouble;
import io.coxswain.agent.report.Hardware;
import io.coxswain.agent.report.LinkMetric;
import io.coxswain.agent.report.Reading;
import io.coxswain.agent.report.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Series of the GPUs, as dcgm-exporter names and labels them. What a GPU does not have, or did not
 * give, has no series: never a zero.
 */
final class GpuSeries {
  /** A round comes every ten seconds; values older than a GPU's longest deadline are nobody's. */
  static final Duration STALE = Duration.ofMinutes(1);

  private static final String XID = "xid-";

  private final Exposition page;
  private final Snapshot snapshot;

  private GpuSeries(Exposition page, Snapshot snapshot) {
    this.page = page;
    this.snapshot = snapshot;
  }

  static void write(Exposition page, Snapshot snapshot) {
    snapshot.hardware().ifPresent(new GpuSeries(page, snapshot)::write);
  }

  private void write(Hardware hardware) {
    Reading<GpuSamples> reading = hardware.gpuSamples();
    page.gauge("coxswain_gpus_readable", "1 when the driver answered the last round.");
    if (reading instanceof Reading.Unsupported<GpuSamples>) {
      return;
    }
    page.sample(Labels.NONE, reading instanceof Reading.Known<GpuSamples>);
    counts(hardware);
    if (reading instanceof Reading.Known<GpuSamples>(GpuSamples samples, Instant at)) {
      Duration age = Duration.between(at, snapshot.now());
      page.gauge("coxswain_gpu_sample_age_seconds", "How old the GPUs' values are.")
          .sample(Labels.NONE, age.toMillis() / 1e3);
      page.gauge("coxswain_nvml_round_seconds", "What the last round over the GPUs took.")
          .sample(Labels.NONE, samples.took().toNanos() / 1e9);
      if (age.compareTo(STALE) <= 0) {
        samples(samples, hardware.gpus().known());
      }
    }
  }

  private void counts(Hardware hardware) {
    page.gauge("coxswain_gpus_on_bus", "NVIDIA GPUs on the PCI bus.");
    hardware
        .pciGpus()
        .known()
        .ifPresent(all -> page.sample(Labels.NONE, all.size() - excluded(hardware)));
    page.gauge("coxswain_gpus_answering", "GPUs that answered the last round.");
    hardware
        .gpuSamples()
        .known()
        .ifPresent(samples -> page.sample(Labels.NONE, samples.gpus().size()));
    page.gauge("coxswain_gpu_trouble", "1 for each GPU that is there and did not answer.");
    for (GpuTrouble trouble :
        hardware.gpuSamples().known().map(GpuSamples::troubles).orElse(List.of())) {
      Labels labels =
          (trouble.index() < 0 ? Labels.NONE : Labels.of("gpu", trouble.index() + ""))
              .and("pci_bus_id", busId(trouble.pciBusId()))
              .and("reason", trouble.reason().name());
      page.sample(labels, 1L);
    }
  }

  /** Those that the administrator hid from the driver are not missed. */
  private static int excluded(Hardware hardware) {
    return hardware
        .gpus()
        .known()
        .flatMap(inventory -> inventory.driver().known())
        .flatMap(driver -> driver.excluded().known())
        .map(List::size)
        .orElse(0);
  }

  private void samples(GpuSamples samples, Optional<GpuInventory> inventory) {
    Map<GpuSample, Labels> labels = new LinkedHashMap<>();
    for (GpuSample sample : samples.gpus()) {
      labels.put(sample, labels(sample, gpu(sample, inventory), inventory));
    }
    for (GpuFamily family : GpuFamily.ALL) {
      begin(family);
      labels.forEach(
          (sample, of) ->
              sample
                  .reading(family.metric())
                  .known()
                  .ifPresent(value -> page.sample(of, value / family.divisor())));
    }
    links(labels);
    fabric(labels);
    xids(labels);
    parts(labels, inventory);
  }

  private void begin(GpuFamily family) {
    if (family.isCounter()) {
      page.counter(family.name(), family.help());
    } else {
      page.gauge(family.name(), family.help());
    }
  }

  private Labels labels(GpuSample sample, Optional<Gpu> gpu, Optional<GpuInventory> inventory) {
    // In dcgm-exporter's order.
    return Labels.of("gpu", sample.index() + "")
        .and("UUID", sample.uuid())
        .and("pci_bus_id", busId(sample.pciBusId()))
        .and("device", gpu.map(known -> "nvidia" + known.minor()).orElse(""))
        .and("modelName", gpu.map(Gpu::name).orElse(""))
        .and(snapshot.hostnameLabel(), snapshot.hostName())
        .and("DCGM_FI_DRIVER_VERSION", inventory.map(GpuInventory::driverVersion).orElse(""))
        .and("hpc_job", gpu.map(Gpu::minor).map(snapshot.jobs()::get).orElse(""));
  }

  private static Optional<Gpu> gpu(GpuSample sample, Optional<GpuInventory> inventory) {
    return inventory.stream()
        .flatMap(known -> known.gpus().stream())
        .filter(gpu -> gpu.pciBusId().equals(sample.pciBusId()))
        .findFirst();
  }

  /** As NVML writes it, with a domain of eight digits: 00000000:9A:00.0 for 0000:9a:00.0. */
  private static String busId(String sysfs) {
    return sysfs.isEmpty() ? "" : "0000" + sysfs.toUpperCase(Locale.ROOT);
  }

  private void links(Map<GpuSample, Labels> labels) {
    links(labels, "CRC_FLIT", LinkMetric.CRC_ERRORS);
    links(labels, "REPLAY", LinkMetric.REPLAY_ERRORS);
    links(labels, "RECOVERY", LinkMetric.RECOVERY_ERRORS);
  }

  private void links(Map<GpuSample, Labels> labels, String what, LinkMetric metric) {
    page.counter(
        "DCGM_FI_DEV_NVLINK_" + what + "_ERROR_COUNT_TOTAL", "Over all NVLinks of the GPU.");
    labels.forEach(
        (sample, of) -> sum(sample.links(), metric).ifPresent(sum -> page.sample(of, sum)));
  }

  /** Empty when no link counts it, or when one that does could not be read. */
  private static OptionalLong sum(List<GpuLink> links, LinkMetric metric) {
    List<Reading<Long>> readings = links.stream().map(link -> link.reading(metric)).toList();
    if (readings.stream().anyMatch(reading -> reading instanceof Reading.Failed<Long>)
        || readings.stream().noneMatch(reading -> reading instanceof Reading.Known<Long>)) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(
        readings.stream().flatMap(reading -> reading.known().stream()).mapToLong(n -> n).sum());
  }

  // dcgmFabricManagerStatus_t (dcgm_structs.h): as NVML's states up to 3, done well; 4 done badly.
  private void fabric(Map<GpuSample, Labels> labels) {
    page.gauge("DCGM_FI_DEV_FABRIC_MANAGER_STATUS", "1 not begun, 2 under way, 3 well, 4 failed.");
    labels.forEach(
        (sample, of) -> {
          Optional<Long> state = sample.reading(GpuMetric.FABRIC_STATE).known();
          Optional<Long> status = sample.reading(GpuMetric.FABRIC_STATUS).known();
          if (state.isPresent() && state.get() > 0 && (state.get() < 3 || status.isPresent())) {
            boolean isFailed = state.get() == 3 && status.orElse(0L) != 0;
            page.sample(of, isFailed ? 4 : state.get());
          }
        });
  }

  /**
   * The newest Xid that the health policy still tells of, and 0 when it tells of none: unlike
   * dcgm-exporter's it ends when the fault was put right.
   */
  private void xids(Map<GpuSample, Labels> labels) {
    if (snapshot.judgement().checks() == 0) {
      return;
    }
    page.gauge("DCGM_FI_DEV_XID_ERRORS", "Newest Xid that has not been put right; 0: none.");
    labels.forEach(
        (sample, of) -> {
          Optional<Verdict> newest =
              snapshot.judgement().verdicts().stream()
                  .filter(verdict -> verdict.subject().equals(sample.pciBusId()))
                  .filter(verdict -> verdict.check().matches(XID + "[0-9]{1,9}"))
                  .max(Comparator.comparing(Verdict::observedAt));
          String code = newest.map(verdict -> verdict.check().substring(XID.length())).orElse("0");
          page.sample(
              of.and("err_code", code)
                  .and("err_msg", newest.map(GpuSeries::meaning).orElse("No Error")),
              Long.parseLong(code));
        });
  }

  /**
   * What the Xid means in general. What the kernel wrote of this one time is behind it, and would
   * make a new series each time.
   */
  private static String meaning(Verdict verdict) {
    int colon = verdict.message().indexOf(": ");
    return colon < 0 ? "" : verdict.message().substring(0, colon);
  }

  private void parts(Map<GpuSample, Labels> labels, Optional<GpuInventory> inventory) {
    page.gauge("coxswain_gpu_part_memory_bytes", "Memory of each part of a GPU that is cut (MIG).");
    labels.forEach(
        (sample, of) -> {
          List<MigDevice> parts = new ArrayList<>();
          gpu(sample, inventory)
              .flatMap(gpu -> gpu.details().known())
              .flatMap(details -> details.migDevices().known())
              .ifPresent(parts::addAll);
          for (MigDevice part : parts) {
            page.sample(
                of.and("GPU_I_PROFILE", part.name().replaceFirst("^.*MIG ", ""))
                    .and("GPU_I_ID", part.gpuInstance() + "")
                    .and("part_uuid", part.uuid()),
                part.memoryMebibytes() << 20);
          }
        });
  }
}
