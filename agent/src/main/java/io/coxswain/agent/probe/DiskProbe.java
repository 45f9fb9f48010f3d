package io.coxswain.agent.probe;

import io.coxswain.agent.report.Disk;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import oshi.hardware.HardwareAbstractionLayer;

/** The disks: block devices with a medium of their own. */
final class DiskProbe {
  // Devices that lie on others, or on nothing.
  private static final Pattern MADE_UP = Pattern.compile("(loop|ram|zram|dm-|md|nbd|sr|fd)\\d+.*");

  private final Supplier<HardwareAbstractionLayer> hardware;

  DiskProbe(Supplier<HardwareAbstractionLayer> hardware) {
    this.hardware = hardware;
  }

  List<Disk> read() {
    return hardware.get().getDiskStores().stream()
        .map(
            store ->
                new Disk(
                    store.getName().replaceFirst("^/dev/", ""),
                    model(store.getModel()),
                    store.getSize()))
        .filter(disk -> !isMadeUp(disk.name()) && disk.sizeBytes() > 0)
        .sorted(Comparator.comparing(Disk::name))
        .toList();
  }

  static boolean isMadeUp(String name) {
    return MADE_UP.matcher(name).matches();
  }

  private static String model(String model) {
    return model.equals("unknown") ? "" : model.strip();
  }
}
