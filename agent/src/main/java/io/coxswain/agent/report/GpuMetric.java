package io.coxswain.agent.report;

/**
 * A number that is read of one GPU. Units are in the names; yes and no are 1 and 0; counters only
 * grow until the driver is loaded again (those named TOTAL: for the life of the card) and may wrap.
 * Sources are functions and field ids of the NVML API reference.
 */
public enum GpuMetric {
  /**
   * Time with a kernel running, over the driver's last window (GetUtilizationRates). Not on MIG.
   */
  GPU_BUSY_PERCENT,
  /** Time with device memory being read or written, likewise. */
  MEMORY_BUSY_PERCENT,
  /** GetEncoderUtilization. */
  ENCODER_BUSY_PERCENT,
  /** GetDecoderUtilization. */
  DECODER_BUSY_PERCENT,
  /** GetJpgUtilization. */
  JPEG_BUSY_PERCENT,
  /** Optical flow (GetOfaUtilization). */
  OFA_BUSY_PERCENT,

  /** Framebuffer (GetMemoryInfo_v2, else GetMemoryInfo). */
  MEMORY_TOTAL_BYTES,
  MEMORY_USED_BYTES,
  MEMORY_FREE_BYTES,
  /** What driver and firmware keep for themselves; only the newer call tells it. */
  MEMORY_RESERVED_BYTES,
  /** GetBAR1MemoryInfo. */
  BAR1_TOTAL_BYTES,
  BAR1_USED_BYTES,

  /** The die (GetTemperatureV, else GetTemperature). */
  TEMPERATURE_CELSIUS,
  /** The memory (field 82). */
  MEMORY_TEMPERATURE_CELSIUS,
  /** Until slowdown (GetMarginTemperature); may be 0 or less on a healthy card: advice only. */
  TEMPERATURE_MARGIN_CELSIUS,

  /** GetPowerUsage: over the last second, on GA100 at the moment. */
  POWER_MILLIWATTS,
  /** Field 185. */
  POWER_AVERAGE_MILLIWATTS,
  /** Field 186. */
  POWER_INSTANT_MILLIWATTS,
  /** What holds now, whoever set it (GetEnforcedPowerLimit). */
  POWER_LIMIT_MILLIWATTS,
  /** Since the driver was loaded (GetTotalEnergyConsumption). */
  ENERGY_MILLIJOULES,

  /** GetClockInfo 0. */
  GRAPHICS_CLOCK_MHZ,
  /** GetClockInfo 1. */
  SM_CLOCK_MHZ,
  /** GetClockInfo 2. */
  MEMORY_CLOCK_MHZ,
  /** GetClockInfo 3. */
  VIDEO_CLOCK_MHZ,
  /** 0 fastest to 15; 32 is unknown to the driver itself (GetPerformanceState). */
  PERFORMANCE_STATE,
  /** Why clocks are not higher: the bits of {@link ClockReason} (GetCurrentClocksEventReasons). */
  CLOCK_REASONS,
  /** Time slowed for power (field 74). */
  POWER_SLOWDOWN_NANOS,
  /** Time slowed for heat (field 75). */
  THERMAL_SLOWDOWN_NANOS,

  /** GetEccMode, now. */
  ECC_ON,
  /** Corrected since the driver was loaded (GetTotalEccErrors). */
  ECC_CORRECTED,
  /** Uncorrected since the driver was loaded. */
  ECC_UNCORRECTED,
  ECC_CORRECTED_TOTAL,
  ECC_UNCORRECTED_TOTAL,
  /** Parity and SEC-DED together (GetSramEccErrorStatus). */
  SRAM_UNCORRECTED,
  SRAM_UNCORRECTED_TOTAL,
  SRAM_CORRECTED,
  SRAM_CORRECTED_TOTAL,
  /** The driver's own threshold for the exchange of the card. */
  SRAM_THRESHOLD_EXCEEDED,

  /** Rows remapped for corrected errors, Ampere and later (GetRemappedRows). */
  ROWS_REMAPPED_CORRECTED,
  ROWS_REMAPPED_UNCORRECTED,
  /** A remapping waits for the next reset. */
  ROW_REMAP_PENDING,
  /** A remapping failed: the card is to be exchanged. */
  ROW_REMAP_FAILED,
  /** Pages retired for many corrected errors, before Ampere (GetRetiredPages_v2, cause 0). */
  PAGES_RETIRED_CORRECTED,
  /** Pages retired for an uncorrected error (cause 1). */
  PAGES_RETIRED_UNCORRECTED,
  /** GetRetiredPagesPendingStatus. */
  PAGE_RETIREMENT_PENDING,
  /** GetRepairStatus, branch 580 and later. */
  CHANNEL_REPAIR_PENDING,
  TPC_REPAIR_PENDING,
  /** GetUnrepairableMemoryFlag_v1, branch 590 and later. */
  MEMORY_UNREPAIRABLE,

  /** The link as it runs now; it drops at idle by design (GetCurrPcieLinkGeneration). */
  PCIE_GENERATION,
  /** Lanes (GetCurrPcieLinkWidth). */
  PCIE_WIDTH,
  /** GetPcieReplayCounter. */
  PCIE_REPLAYS,
  /** Field 197; may wrap. */
  PCIE_SENT_BYTES,
  /** Field 198; may wrap. */
  PCIE_RECEIVED_BYTES,
  /** Field 173. */
  PCIE_CORRECTABLE_ERRORS,
  /** Field 179. */
  PCIE_NON_FATAL_ERRORS,
  /** Field 180. */
  PCIE_FATAL_ERRORS,

  /** 1 not started, 2 in progress, 3 completed; 0 not supported (GetGpuFabricInfoV). */
  FABRIC_STATE,
  /** Return code of the registration; counts once the state is 3. */
  FABRIC_STATUS,
  /**
   * Shifts: degraded bandwidth 0, route recovery 2, route unhealthy 4, access timeout 6 (1 yes).
   */
  FABRIC_HEALTH_MASK,
  /** 1 healthy, 2 unhealthy, 3 limited; 0 not supported. */
  FABRIC_HEALTH_SUMMARY,
  FABRIC_CLIQUE,

  /** The driver's own verdict: a code of {@link RecoveryAction} (field 230, branch 565 on). */
  RECOVERY_ACTION,
  /** GetMigMode, now. */
  MIG_ON,
  /** After the next reset. */
  MIG_PENDING,
  /** GetPersistenceMode. */
  PERSISTENCE_ON,

  /**
   * Share of the time since the last round in which the graphics or compute engine was busy, in
   * millionths (GPM metric 1). Hopper and later, not on MIG; so are the next three.
   */
  GRAPHICS_ENGINE_ACTIVE_PPM,
  /** A warp was resident on a multiprocessor, over all of them (GPM metric 2). */
  SM_ACTIVE_PPM,
  /** The tensor cores' pipes were at work (GPM metric 5). */
  TENSOR_ACTIVE_PPM,
  /** Of the device memory's highest bandwidth (GPM metric 10). */
  MEMORY_BANDWIDTH_PPM,

  // From here on read with the inventory.

  /** After the next reboot. */
  ECC_PENDING,
  /** GetPowerManagementDefaultLimit. */
  POWER_LIMIT_DEFAULT_MILLIWATTS,
  /** GetPowerManagementLimitConstraints. */
  POWER_LIMIT_MIN_MILLIWATTS,
  POWER_LIMIT_MAX_MILLIWATTS,
  /** GetMaxClockInfo 1. */
  SM_CLOCK_MAX_MHZ,
  /** GetMaxClockInfo 2. */
  MEMORY_CLOCK_MAX_MHZ,
  /** GetMaxPcieLinkGeneration: what card and slot can do together. */
  PCIE_GENERATION_MAX,
  /** GetMaxPcieLinkWidth. */
  PCIE_WIDTH_MAX,
  /** GetTemperatureThreshold 0; cards from Ada on give margins instead. */
  TEMPERATURE_SHUTDOWN_CELSIUS,
  /** GetTemperatureThreshold 1. */
  TEMPERATURE_SLOWDOWN_CELSIUS,
  /** Banks by the spare rows they have left (GetRowRemapperHistogram). */
  BANKS_SPARE_MAX,
  BANKS_SPARE_HIGH,
  BANKS_SPARE_PARTIAL,
  BANKS_SPARE_LOW,
  BANKS_SPARE_NONE,
  /** Of the system (GetNumaNodeId). */
  NUMA_NODE,
  /** The card's place on its baseboard (GetModuleId). */
  MODULE_ID,
  /** NVLinks that the card has (field 91). */
  LINK_COUNT,
  /** Bits that the GPU can raise (GetSupportedEventTypes). */
  EVENT_TYPES,
  /** GetMaxMigDeviceCount. */
  MIG_INSTANCES_MAX,
  /** GetPlatformInfo: place in a rack of NVLink-connected trays. */
  CHASSIS_SLOT,
  TRAY_INDEX,
  HOST_ID;

  /** Whether it is read every round, and not only with the inventory. */
  public boolean isSampled() {
    return compareTo(ECC_PENDING) < 0;
  }
}
