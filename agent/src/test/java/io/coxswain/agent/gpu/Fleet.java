package io.coxswain.agent.gpu;

import io.coxswain.agent.report.FailureReason;
import io.coxswain.agent.report.Gpu;
import io.coxswain.agent.report.GpuInventory;
import io.coxswain.agent.report.GpuTrouble;
import io.coxswain.agent.report.PciGpu;
import io.coxswain.agent.report.Reading;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/** Hardware as data: the GPUs of machines that people own, healthy and sick. */
public final class Fleet {
  public static final Instant SEEN_AT = Instant.parse("2026-11-22T12:00:00Z");
  private static final String DRIVER = "570.124.06";
  private static final List<String> BUSES = List.of("18", "2a", "3a", "5d", "9a", "ab", "ba", "db");

  private static final GpuTrouble LOST =
      new GpuTrouble(
          3, "", FailureReason.GPU_LOST, "nvmlDeviceGetHandleByIndex_v2 gave 15 (GPU is lost)");

  private Fleet() {}

  public static Reading<GpuInventory> dgxH200(String serial) {
    return known(gpus(serial, 8, "NVIDIA H200", 143_771));
  }

  public static Reading<GpuInventory> dgxH100(String serial) {
    return known(gpus(serial, 8, "NVIDIA H100 80GB HBM3", 81_559));
  }

  public static Reading<GpuInventory> hgxB200(String serial) {
    return known(gpus(serial, 8, "NVIDIA B200", 183_359));
  }

  public static Reading<GpuInventory> oneL40s(String serial) {
    return known(gpus(serial, 1, "NVIDIA L40S", 46_068));
  }

  /** Eight on the bus, number 3 does not answer. */
  public static Reading<GpuInventory> oneGpuLost(String serial) {
    List<Gpu> seven =
        gpus(serial, 8, "NVIDIA H200", 143_771).stream().filter(gpu -> gpu.index() != 3).toList();
    return new Reading.Known<>(new GpuInventory(DRIVER, seven, List.of(LOST)), SEEN_AT);
  }

  /** Eight on the bus, the driver counts seven. */
  public static Reading<GpuInventory> oneGpuUncounted(String serial) {
    return known(gpus(serial, 8, "NVIDIA H200", 143_771).subList(0, 7));
  }

  public static Reading<GpuInventory> driverUnresponsive() {
    return new Reading.Failed<>(
        FailureReason.DRIVER_UNRESPONSIVE,
        "nvmlDeviceGetName of GPU 2 did not come back in 5000 ms");
  }

  public static Reading<GpuInventory> none() {
    return new Reading.Unsupported<>("no NVIDIA GPU on the PCI bus and no driver library");
  }

  /** The PCI bus of a machine with that many H200. */
  public static List<PciGpu> pciBus(int count) {
    return BUSES.subList(0, count).stream()
        .map(
            bus ->
                new PciGpu("0000:" + bus + ":00.0", "10de:2335", "GH100 [H200 SXM 141GB]", "H200"))
        .toList();
  }

  private static List<Gpu> gpus(String serial, int count, String name, long mebibytes) {
    return IntStream.range(0, count)
        .mapToObj(
            index ->
                new Gpu(
                    index,
                    index,
                    "GPU-%08x-0000-0000-0000-%012x".formatted(serial.hashCode(), index),
                    name,
                    GpuModel.of(name),
                    "0000:" + BUSES.get(index) + ":00.0",
                    mebibytes << 20))
        .toList();
  }

  private static Reading<GpuInventory> known(List<Gpu> gpus) {
    return new Reading.Known<>(new GpuInventory(DRIVER, gpus, List.of()), SEEN_AT);
  }
}
