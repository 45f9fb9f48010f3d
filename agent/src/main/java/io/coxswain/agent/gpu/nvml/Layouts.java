package io.coxswain.agent.gpu.nvml;

import java.util.List;

/** NVML's structures that are passed (NVML API reference), by their names without "nvml". */
final class Layouts {
  static final Layout PCI =
      Layout.struct("PciInfo_t")
          .bytes("busIdLegacy", 16)
          .u32("domain", "bus", "device", "pciDeviceId", "pciSubSystemId")
          .bytes("busId", 32)
          .end();
  static final Layout MEMORY = Layout.struct("Memory_t").u64("total", "free", "used").end();
  static final Layout MEMORY_V2 =
      Layout.struct("Memory_v2_t").u32("version").u64("total", "reserved", "free", "used").end();
  static final Layout BAR1 =
      Layout.struct("BAR1Memory_t").u64("bar1Total", "bar1Free", "bar1Used").end();
  static final Layout UTILIZATION = Layout.struct("Utilization_t").u32("gpu", "memory").end();
  static final Layout TEMPERATURE =
      Layout.struct("Temperature_v1_t").u32("version", "sensorType", "temperature").end();
  static final Layout MARGIN =
      Layout.struct("MarginTemperature_v1_t").u32("version", "marginTemperature").end();
  static final Layout SRAM =
      Layout.struct("EccSramErrorStatus_v1_t")
          .u32("version")
          .u64("aggregateUncParity", "aggregateUncSecDed", "aggregateCor")
          .u64("volatileUncParity", "volatileUncSecDed", "volatileCor")
          .u64("aggregateUncBucketL2", "aggregateUncBucketSm", "aggregateUncBucketPcie")
          .u64("aggregateUncBucketMcu", "aggregateUncBucketOther")
          .u32("bThresholdExceeded")
          .end();
  static final Layout HISTOGRAM =
      Layout.struct("RowRemapperHistogramValues_t")
          .u32("max", "high", "partial", "low", "none")
          .end();
  static final Layout REPAIR =
      Layout.struct("RepairStatus_v1_t")
          .u32("version", "bChannelRepairPending", "bTpcRepairPending")
          .end();
  static final Layout UNREPAIRABLE =
      Layout.struct("UnrepairableMemoryStatus_v1_t").u32("bUnrepairableMemory").end();
  static final Layout FABRIC_V3 =
      Layout.struct("GpuFabricInfo_v3_t")
          .u32("version")
          .bytes("clusterUuid", 16)
          .u32("status", "cliqueId")
          .u8("state")
          .u32("healthMask")
          .u8("healthSummary")
          .end();
  static final Layout FABRIC_V2 =
      Layout.struct("GpuFabricInfo_v2_t")
          .u32("version")
          .bytes("clusterUuid", 16)
          .u32("status", "cliqueId")
          .u8("state")
          .u32("healthMask")
          .end();
  static final Layout PLATFORM_V2 =
      Layout.struct("PlatformInfo_v2_t")
          .u32("version")
          .bytes("ibGuid", 16)
          .bytes("chassisSerialNumber", 16)
          .u8("slotNumber", "trayIndex", "hostId", "peerType", "moduleId")
          .end();
  static final Layout PLATFORM_V1 =
      Layout.struct("PlatformInfo_v1_t")
          .u32("version")
          .bytes("ibGuid", 16)
          .bytes("rackGuid", 16)
          .u8("chassisPhysicalSlotNumber", "computeSlotIndex", "nodeIndex", "peerType", "moduleId")
          .end();
  static final Layout FIELD =
      Layout.struct("FieldValue_t")
          .u32("fieldId", "scopeId")
          .u64("timestamp", "latencyUsec")
          .u32("valueType", "nvmlReturn")
          .u64("value")
          .end();
  static final Layout EVENT =
      Layout.struct("EventData_t")
          .u64("device", "eventType", "eventData")
          .u32("gpuInstanceId", "computeInstanceId")
          .end();
  static final Layout PROCESS =
      Layout.struct("ProcessInfo_v2_t")
          .u32("pid")
          .u64("usedGpuMemory")
          .u32("gpuInstanceId", "computeInstanceId")
          .end();
  static final Layout PROCESS_DETAIL =
      Layout.struct("ProcessDetail_v1_t")
          .u32("pid")
          .u64("usedGpuMemory")
          .u32("gpuInstanceId", "computeInstanceId")
          .u64("usedGpuCcProtectedMemory")
          .end();
  static final Layout PROCESS_LIST =
      Layout.struct("ProcessDetailList_v1_t")
          .u32("version", "mode", "numProcArrayEntries")
          .u64("procArray")
          .end();
  static final Layout ATTRIBUTES =
      Layout.struct("DeviceAttributes_t")
          .u32("multiprocessorCount", "sharedCopyEngineCount", "sharedDecoderCount")
          .u32("sharedEncoderCount", "sharedJpegCount", "sharedOfaCount")
          .u32("gpuInstanceSliceCount", "computeInstanceSliceCount")
          .u64("memorySizeMB")
          .end();
  static final Layout PROFILE_V3 =
      Layout.struct("GpuInstanceProfileInfo_v3_t")
          .u32("version", "id", "sliceCount", "instanceCount", "multiprocessorCount")
          .u32("copyEngineCount", "decoderCount", "encoderCount", "jpegCount", "ofaCount")
          .u64("memorySizeMB")
          .bytes("name", 96)
          .u32("capabilities")
          .end();
  static final Layout PROFILE_V2 =
      Layout.struct("GpuInstanceProfileInfo_v2_t")
          .u32("version", "id", "isP2pSupported", "sliceCount", "instanceCount")
          .u32("multiprocessorCount", "copyEngineCount", "decoderCount", "encoderCount")
          .u32("jpegCount", "ofaCount")
          .u64("memorySizeMB")
          .bytes("name", 96)
          .end();
  static final Layout GPM_SUPPORT =
      Layout.struct("GpmSupport_t").u32("version", "isSupportedDevice").end();
  // Its last member is a pointer-aligned structure of three texts, which nobody asks for.
  static final Layout GPM_METRIC =
      Layout.struct("GpmMetric_t")
          .u32("metricId", "nvmlReturn")
          .u64("value")
          .u64("shortName", "longName", "unit")
          .end();
  // Followed by an array of GPM_METRIC.
  static final Layout GPM_METRICS =
      Layout.struct("GpmMetricsGet_t").u32("version", "numMetrics").u64("sample1", "sample2").end();
  static final Layout EXCLUDED =
      Layout.struct("ExcludedDeviceInfo_t").nested("pciInfo", PCI).bytes("uuid", 80).end();

  static final List<Layout> ALL =
      List.of(
          PCI,
          MEMORY,
          MEMORY_V2,
          BAR1,
          UTILIZATION,
          TEMPERATURE,
          MARGIN,
          SRAM,
          HISTOGRAM,
          REPAIR,
          UNREPAIRABLE,
          FABRIC_V3,
          FABRIC_V2,
          PLATFORM_V2,
          PLATFORM_V1,
          FIELD,
          EVENT,
          PROCESS,
          PROCESS_DETAIL,
          PROCESS_LIST,
          ATTRIBUTES,
          PROFILE_V3,
          PROFILE_V2,
          EXCLUDED,
          GPM_SUPPORT);

  private Layouts() {}
}
