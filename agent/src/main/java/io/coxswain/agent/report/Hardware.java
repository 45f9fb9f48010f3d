package io.coxswain.agent.report;

import java.util.List;

/**
 * What the machine is made of.
 *
 * @param memoryBytes installed memory that the kernel manages
 * @param pciGpus NVIDIA GPUs on the PCI bus by bus id ("0000:18:00.0"), whatever the driver says of
 *     them
 * @param gpus GPUs as the driver gives them
 */
public record Hardware(
    Reading<Cpu> cpu,
    Reading<Long> memoryBytes,
    Reading<List<Disk>> disks,
    Reading<List<NetworkInterface>> interfaces,
    Reading<List<InfinibandPort>> infiniband,
    Reading<List<String>> pciGpus,
    Reading<GpuInventory> gpus) {}
