package io.coxswain.agent.probe;

import io.coxswain.agent.gpu.Gpus;
import io.coxswain.agent.host.Files;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.report.FailureReason;
import io.coxswain.agent.report.Gpu;
import io.coxswain.agent.report.GpuDriver;
import io.coxswain.agent.report.GpuInventory;
import io.coxswain.agent.report.GpuSamples;
import io.coxswain.agent.report.GpuTrouble;
import io.coxswain.agent.report.Reading;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The GPUs as the driver gives them, asked only where there is a card or a library: most machines
 * without GPUs never start a process for it. A card that the bus shows and the driver does not is
 * named.
 */
final class GpuProbe {
  private static final String LIBRARY = "libnvidia-ml.so.1";
  private static final String LOADER_CACHE = "/etc/ld.so.cache";
  private static final List<String> LIBRARY_DIRECTORIES =
      List.of("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib");

  private final Files files;
  private final Gpus gpus;
  private final PciGpuProbe pci;

  GpuProbe(Files files, Gpus gpus, PciGpuProbe pci) {
    this.files = files;
    this.gpus = gpus;
    this.pci = pci;
  }

  Reading<GpuInventory> read() {
    List<String> cards = pci.ids();
    Reading<GpuInventory> reading = ask(cards.size(), gpus::inventory);
    return reading instanceof Reading.Known<GpuInventory>(GpuInventory value, var at)
        ? new Reading.Known<>(withMissing(value, cards), at)
        : reading;
  }

  Reading<GpuSamples> sample() {
    return ask(pci.ids().size(), gpus::sample);
  }

  private <T> Reading<T> ask(int cards, Supplier<Reading<T>> question) {
    if (cards == 0 && !hasLibrary()) {
      return new Reading.Unsupported<>("no NVIDIA GPU on the PCI bus and no driver library");
    }
    return switch (question.get()) {
      case Reading.Known<T> known -> known;
      case Reading.Unsupported<T>(String why) when cards > 0 ->
          new Reading.Unsupported<>(cards + " NVIDIA GPUs on the PCI bus, but " + why);
      case Reading.Unsupported<T> unsupported -> unsupported;
      // A machine may carry the library without a card, as login nodes do.
      case Reading.Failed<T>(FailureReason reason, String message)
          when reason == FailureReason.DRIVER_NOT_LOADED && cards == 0 ->
          new Reading.Unsupported<>(
              "no NVIDIA GPU on the PCI bus and driver not loaded: " + message);
      case Reading.Failed<T> failed -> failed;
    };
  }

  /**
   * Names the cards that did not answer. One card missing and one trouble without an address are
   * the same card; beyond that nobody can tell which index is which address.
   */
  private static GpuInventory withMissing(GpuInventory inventory, List<String> cards) {
    List<String> known =
        Stream.of(
                inventory.gpus().stream().map(Gpu::pciBusId),
                inventory.troubles().stream().map(GpuTrouble::pciBusId),
                inventory.driver().known().stream()
                    .map(GpuDriver::excluded)
                    .flatMap(excluded -> excluded.known().stream())
                    .flatMap(List::stream))
            .flatMap(ids -> ids)
            .toList();
    List<String> missing = cards.stream().filter(card -> !known.contains(card)).toList();
    List<GpuTrouble> troubles = new ArrayList<>(inventory.troubles());
    List<GpuTrouble> nameless =
        troubles.stream().filter(trouble -> trouble.pciBusId().isEmpty()).toList();
    if (missing.size() == 1 && nameless.size() == 1) {
      troubles.replaceAll(t -> t.pciBusId().isEmpty() ? t.at(missing.getFirst()) : t);
    } else {
      missing.stream()
          .map(
              card ->
                  new GpuTrouble(
                      -1,
                      card,
                      FailureReason.GPU_MISSING,
                      "on the PCI bus and not answering the driver ("
                          + inventory.gpus().size()
                          + " of "
                          + cards.size()
                          + " answer)"))
          .forEach(troubles::add);
    }
    return new GpuInventory(
        inventory.driverVersion(), inventory.gpus(), troubles, inventory.driver());
  }

  private boolean hasLibrary() {
    return LIBRARY_DIRECTORIES.stream()
            .anyMatch(directory -> files.stat(directory + "/" + LIBRARY).isPresent())
        || isInLoaderCache();
  }

  private boolean isInLoaderCache() {
    try {
      return new String(files.read(LOADER_CACHE), StandardCharsets.ISO_8859_1).contains(LIBRARY);
    } catch (HostException e) {
      return false;
    }
  }
}
