package io.coxswain.agent.report;

import java.util.List;

/**
 * What the machine is made of.
 *
 * @param memoryBytes installed memory that the kernel manages
 * @param pciGpus NVIDIA GPUs on the PCI bus, whatever the driver says of them
 * @param gpus GPUs as the driver gives them
 * @param gpuSamples their last round
 * @param driver their driver as packages and the kernel show it
 */
public record Hardware(
    Reading<Cpu> cpu,
    Reading<Long> memoryBytes,
    Reading<List<Disk>> disks,
    Reading<List<NetworkInterface>> interfaces,
    Reading<List<InfinibandPort>> infiniband,
    Reading<List<PciGpu>> pciGpus,
    Reading<GpuInventory> gpus,
    Reading<GpuSamples> gpuSamples,
    Reading<DriverStack> driver) {
  /** Of a machine whose driver's packages were not read. */
  public Hardware(
      Reading<Cpu> cpu,
      Reading<Long> memoryBytes,
      Reading<List<Disk>> disks,
      Reading<List<NetworkInterface>> interfaces,
      Reading<List<InfinibandPort>> infiniband,
      Reading<List<PciGpu>> pciGpus,
      Reading<GpuInventory> gpus,
      Reading<GpuSamples> gpuSamples) {
    this(
        cpu,
        memoryBytes,
        disks,
        interfaces,
        infiniband,
        pciGpus,
        gpus,
        gpuSamples,
        new Reading.Unsupported<>("not read"));
  }

  /** Of a machine whose GPUs were not sampled. */
  public Hardware(
      Reading<Cpu> cpu,
      Reading<Long> memoryBytes,
      Reading<List<Disk>> disks,
      Reading<List<NetworkInterface>> interfaces,
      Reading<List<InfinibandPort>> infiniband,
      Reading<List<PciGpu>> pciGpus,
      Reading<GpuInventory> gpus) {
    this(
        cpu,
        memoryBytes,
        disks,
        interfaces,
        infiniband,
        pciGpus,
        gpus,
        new Reading.Unsupported<>("not sampled"));
  }
}
