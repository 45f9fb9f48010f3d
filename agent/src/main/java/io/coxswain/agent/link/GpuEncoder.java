package io.coxswain.agent.link;

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
import io.coxswain.agent.report.GpuTrouble;
import io.coxswain.agent.report.LinkMetric;
import io.coxswain.agent.report.PciGpu;
import io.coxswain.agent.report.Reading;
import io.coxswain.v1.GpuLinkEnd;
import io.coxswain.v1.GpuLinkSample;
import io.coxswain.v1.GpuMetrics;
import io.coxswain.v1.GpuPeer;
import io.coxswain.v1.GpuProcess;
import io.coxswain.v1.GpuReading;
import io.coxswain.v1.MigDevice;
import io.coxswain.v1.MigProfile;
import java.util.List;
import java.util.Map;

/**
 * GPUs to wire. A number that a GPU does not have is left out; one that could not be read is named
 * with its reason.
 */
final class GpuEncoder {
  private GpuEncoder() {}

  static io.coxswain.v1.PciGpu card(PciGpu card) {
    return io.coxswain.v1.PciGpu.newBuilder()
        .setBusId(card.busId())
        .setDeviceId(card.deviceId())
        .setName(card.name())
        .setModel(card.model())
        .build();
  }

  static GpuReading inventory(Reading<GpuInventory> reading) {
    return switch (reading) {
      case Reading.Known<GpuInventory>(GpuInventory inventory, var _) -> inventory(inventory);
      case Reading.Unsupported<GpuInventory>(String why) ->
          GpuReading.newBuilder().setState(GpuReading.State.UNSUPPORTED).setReason(why).build();
      case Reading.Failed<GpuInventory>(var reason, String message) ->
          GpuReading.newBuilder()
              .setState(GpuReading.State.FAILED)
              .setReason(reason.sentence() + ": " + message)
              .build();
    };
  }

  static io.coxswain.v1.GpuSamples samples(Reading<GpuSamples> reading) {
    var wire = io.coxswain.v1.GpuSamples.newBuilder();
    switch (reading) {
      case Reading.Known<GpuSamples>(GpuSamples samples, var at) -> {
        wire.setState(GpuReading.State.KNOWN)
            .setSampledAt(OutcomeEncoder.timestamp(at))
            .setTookMicros(samples.took().toNanos() / 1000);
        samples.gpus().forEach(gpu -> wire.addGpus(sample(gpu)));
        samples.troubles().forEach(trouble -> wire.addTroubles(trouble(trouble)));
        samples.events().forEach(event -> wire.addEvents(event(event)));
      }
      case Reading.Unsupported<GpuSamples>(String why) ->
          wire.setState(GpuReading.State.UNSUPPORTED).setReason(why);
      case Reading.Failed<GpuSamples>(var reason, String message) ->
          wire.setState(GpuReading.State.FAILED).setReason(reason.sentence() + ": " + message);
    }
    return wire.build();
  }

  private static GpuReading inventory(GpuInventory inventory) {
    var wire =
        GpuReading.newBuilder()
            .setState(GpuReading.State.KNOWN)
            // One GPU that does not answer does not make the others unknown; it is told beside
            // them.
            .setReason(
                String.join("; ", inventory.troubles().stream().map(GpuTrouble::line).toList()))
            .setDriverVersion(inventory.driverVersion());
    inventory.gpus().forEach(gpu -> wire.addGpus(gpu(gpu)));
    inventory.troubles().forEach(trouble -> wire.addTroubles(trouble(trouble)));
    inventory.driver().known().ifPresent(driver -> wire.setDriver(driver(driver)));
    return wire.build();
  }

  private static io.coxswain.v1.GpuDriver driver(GpuDriver driver) {
    var wire = io.coxswain.v1.GpuDriver.newBuilder();
    driver.module().known().ifPresent(wire::setModuleVersion);
    driver.loadedLibrary().known().ifPresent(wire::setLoadedLibraryVersion);
    driver.installedLibrary().known().ifPresent(wire::setInstalledLibraryVersion);
    driver.nvml().known().ifPresent(wire::setNvmlVersion);
    driver.cuda().known().ifPresent(wire::setCudaVersion);
    driver.excluded().known().ifPresent(wire::addAllExcluded);
    driver.skew().ifPresent(wire::setSkew);
    return wire.build();
  }

  private static io.coxswain.v1.GpuTrouble trouble(GpuTrouble trouble) {
    return io.coxswain.v1.GpuTrouble.newBuilder()
        .setIndex(trouble.index())
        .setPciBusId(trouble.pciBusId())
        .setCode(trouble.reason().name())
        .setMessage(trouble.message())
        .build();
  }

  private static io.coxswain.v1.Gpu gpu(Gpu gpu) {
    var wire =
        io.coxswain.v1.Gpu.newBuilder()
            .setIndex(gpu.index())
            .setMinor(gpu.minor())
            .setUuid(gpu.uuid())
            .setName(gpu.name())
            .setModel(gpu.model())
            .setPciBusId(gpu.pciBusId())
            .setMemoryBytes(gpu.memoryBytes());
    gpu.details().known().ifPresent(details -> wire.setDetails(details(details)));
    return wire.build();
  }

  private static io.coxswain.v1.GpuDetails details(GpuDetails details) {
    var wire = io.coxswain.v1.GpuDetails.newBuilder().setMetrics(metrics(details.metrics()));
    details
        .texts()
        .forEach((text, reading) -> reading.known().ifPresent(v -> wire.putTexts(text.name(), v)));
    known(details.peers()).forEach(peer -> wire.addPeers(peer(peer)));
    known(details.links()).forEach(link -> wire.addLinks(linkEnd(link)));
    known(details.migProfiles()).forEach(profile -> wire.addMigProfiles(migProfile(profile)));
    known(details.migDevices()).forEach(device -> wire.addMigDevices(migDevice(device)));
    known(details.processes()).forEach(process -> wire.addProcesses(process(process)));
    return wire.build();
  }

  private static <T> List<T> known(Reading<List<T>> reading) {
    return reading.known().orElse(List.of());
  }

  private static GpuPeer peer(GpuDetails.Peer peer) {
    var wire = GpuPeer.newBuilder().setIndex(peer.index());
    peer.ancestor().known().map(Math::toIntExact).ifPresent(wire::setAncestor);
    peer.hasNvlinkAccess().known().ifPresent(wire::setNvlinkAccess);
    return wire.build();
  }

  private static GpuLinkEnd linkEnd(GpuDetails.LinkEnd end) {
    var wire = GpuLinkEnd.newBuilder().setLink(end.link());
    end.version().known().map(Math::toIntExact).ifPresent(wire::setVersion);
    end.remoteType().known().map(Math::toIntExact).ifPresent(wire::setRemoteType);
    end.remotePciBusId().known().ifPresent(wire::setRemotePciBusId);
    return wire.build();
  }

  private static MigProfile migProfile(GpuDetails.MigProfile profile) {
    return MigProfile.newBuilder()
        .setId(profile.id())
        .setName(profile.name())
        .setSlices(profile.slices())
        .setInstances(profile.instances())
        .setMultiprocessors(profile.multiprocessors())
        .setMemoryMebibytes(profile.memoryMebibytes())
        .build();
  }

  private static MigDevice migDevice(GpuDetails.MigDevice device) {
    return MigDevice.newBuilder()
        .setUuid(device.uuid())
        .setName(device.name())
        .setGpuInstance(device.gpuInstance())
        .setComputeInstance(device.computeInstance())
        .setSlices(device.slices())
        .setMemoryMebibytes(device.memoryMebibytes())
        .build();
  }

  private static GpuProcess process(GpuDetails.GpuProcess process) {
    var wire =
        GpuProcess.newBuilder()
            .setUse(GpuProcess.Use.valueOf(process.use().name()))
            .setPid(process.pid())
            .setGpuInstance(process.gpuInstance())
            .setComputeInstance(process.computeInstance());
    process.usedBytes().known().ifPresent(wire::setUsedBytes);
    return wire.build();
  }

  private static io.coxswain.v1.GpuSample sample(GpuSample sample) {
    var wire =
        io.coxswain.v1.GpuSample.newBuilder()
            .setIndex(sample.index())
            .setUuid(sample.uuid())
            .setPciBusId(sample.pciBusId())
            .setMetrics(metrics(sample.metrics()));
    sample.links().forEach(link -> wire.addLinks(link(link)));
    return wire.build();
  }

  private static GpuMetrics metrics(Map<GpuMetric, Reading<Long>> metrics) {
    var wire = GpuMetrics.newBuilder();
    metrics.forEach(
        (metric, reading) -> {
          GpuMetrics.Name name = GpuMetrics.Name.valueOf(metric.name());
          switch (reading) {
            case Reading.Known<Long>(Long value, var _) -> wire.addNames(name).addValues(value);
            case Reading.Unsupported<Long> _ -> {}
            case Reading.Failed<Long>(FailureReason reason, String message) ->
                wire.addFailed(
                    GpuMetrics.FailedMetric.newBuilder()
                        .setName(name)
                        .setCode(reason.name())
                        .setMessage(message));
          }
        });
    return wire.build();
  }

  private static GpuLinkSample link(GpuLink link) {
    var wire = GpuLinkSample.newBuilder().setLink(link.link());
    link.metrics()
        .forEach(
            (LinkMetric metric, Reading<Long> reading) -> {
              GpuLinkSample.Name name = GpuLinkSample.Name.valueOf(metric.name());
              switch (reading) {
                case Reading.Known<Long>(Long value, var _) -> wire.addNames(name).addValues(value);
                case Reading.Unsupported<Long> _ -> {}
                case Reading.Failed<Long>(FailureReason reason, String message) ->
                    wire.addFailed(
                        GpuLinkSample.FailedMetric.newBuilder()
                            .setName(name)
                            .setCode(reason.name())
                            .setMessage(message));
              }
            });
    return wire.build();
  }

  private static io.coxswain.v1.GpuEvent event(GpuEvent event) {
    return io.coxswain.v1.GpuEvent.newBuilder()
        .setNumber(event.number())
        .setAt(OutcomeEncoder.timestamp(event.at()))
        .setType(event.type())
        .setDetail(event.detail())
        .setPciBusId(event.pciBusId())
        .setGpuInstance(event.gpuInstance())
        .setComputeInstance(event.computeInstance())
        .build();
  }
}
