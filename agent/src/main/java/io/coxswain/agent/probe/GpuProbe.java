package io.coxswain.agent.probe;

import io.coxswain.agent.gpu.Gpus;
import io.coxswain.agent.host.Files;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.report.FailureReason;
import io.coxswain.agent.report.GpuInventory;
import io.coxswain.agent.report.Reading;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The GPUs as the driver gives them, asked only where there is a card or a library: most machines
 * without GPUs never start a process for it.
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
    int cards = pci.read().size();
    if (cards == 0 && !hasLibrary()) {
      return new Reading.Unsupported<>("no NVIDIA GPU on the PCI bus and no driver library");
    }
    return switch (gpus.inventory()) {
      case Reading.Known<GpuInventory> known -> known;
      case Reading.Unsupported<GpuInventory>(String why) when cards > 0 ->
          new Reading.Unsupported<>(cards + " NVIDIA GPUs on the PCI bus, but " + why);
      case Reading.Unsupported<GpuInventory> unsupported -> unsupported;
      // A machine may carry the library without a card, as login nodes do.
      case Reading.Failed<GpuInventory>(FailureReason reason, String message)
          when reason == FailureReason.DRIVER_NOT_LOADED && cards == 0 ->
          new Reading.Unsupported<>(
              "no NVIDIA GPU on the PCI bus and driver not loaded: " + message);
      case Reading.Failed<GpuInventory> failed -> failed;
    };
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
