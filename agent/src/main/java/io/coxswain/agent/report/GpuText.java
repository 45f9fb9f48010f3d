package io.coxswain.agent.report;

/** A text that is read of one GPU with the inventory. */
public enum GpuText {
  /** On the card's label (GetSerial). */
  SERIAL,
  /** GetBoardPartNumber. */
  BOARD_PART_NUMBER,
  /** GetVbiosVersion. */
  VBIOS_VERSION,
  /** GetInforomImageVersion. */
  INFOROM_VERSION,
  /** GetGspFirmwareVersion. */
  GSP_FIRMWARE_VERSION,
  /** "hopper" (GetArchitecture). */
  ARCHITECTURE,
  /** "9.0" (GetCudaComputeCapability). */
  COMPUTE_CAPABILITY,
  /** Vendor and device: "10de:2335" (GetPciInfo_v3). */
  PCI_DEVICE,
  /** Vendor and device of the board: "10de:18be". */
  PCI_SUBSYSTEM,
  /** Linux CPU numbers next to the GPU: "0-55,112-167" (GetCpuAffinity). */
  CPUS,
  /** NUMA nodes next to the GPU: "0" (GetMemoryAffinity). */
  MEMORY_NODES,
  /** The NVLink domain that the fabric manager put the GPU into; hexadecimal. */
  FABRIC_CLUSTER,
  /** GetPlatformInfo. */
  CHASSIS_SERIAL
}
