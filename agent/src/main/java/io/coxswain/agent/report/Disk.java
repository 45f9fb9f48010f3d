package io.coxswain.agent.report;

/** A block device with a medium: "nvme0n1". Loop, RAM and device-mapper devices are not disks. */
public record Disk(String name, String model, long sizeBytes) {}
