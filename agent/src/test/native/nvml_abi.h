/* SPDX-License-Identifier: Apache-2.0
 *
 * The part of NVML's binary interface that the agent uses, declared from its documentation: no line of NVIDIA's header is here.
 * layouts.c prints what the compiler makes of it; a test compares that, and the agent's own layouts, with the numbers measured on
 * NVIDIA's header (../resources/nvml-13.3/layouts.txt).
 */
#ifndef COXSWAIN_NVML_ABI_H
#define COXSWAIN_NVML_ABI_H

#include <stddef.h>

typedef unsigned int U;
typedef unsigned long long L;
typedef int nvmlReturn_t;
typedef struct fake_device *nvmlDevice_t;
typedef struct fake_event_set *nvmlEventSet_t;

enum {
  NVML_SUCCESS = 0,
  NVML_ERROR_UNINITIALIZED = 1,
  NVML_ERROR_INVALID_ARGUMENT = 2,
  NVML_ERROR_NOT_SUPPORTED = 3,
  NVML_ERROR_NOT_FOUND = 6,
  NVML_ERROR_INSUFFICIENT_SIZE = 7,
  NVML_ERROR_DRIVER_NOT_LOADED = 9,
  NVML_ERROR_TIMEOUT = 10,
  NVML_ERROR_MEMORY = 20,
  NVML_ERROR_GPU_IS_LOST = 15,
  NVML_ERROR_ARGUMENT_VERSION_MISMATCH = 25
};

typedef struct {
  char busIdLegacy[16];
  U domain, bus, device, pciDeviceId, pciSubSystemId;
  char busId[32];
} nvmlPciInfo_t;

typedef struct {
  L total, free, used;
} nvmlMemory_t;

typedef struct {
  U version;
  L total, reserved, free, used;
} nvmlMemory_v2_t;

typedef struct {
  L bar1Total, bar1Free, bar1Used;
} nvmlBAR1Memory_t;

typedef struct {
  U gpu, memory;
} nvmlUtilization_t;

typedef struct {
  U version;
  int sensorType;
  int temperature;
} nvmlTemperature_v1_t;

typedef struct {
  U version;
  int marginTemperature;
} nvmlMarginTemperature_v1_t;

typedef struct {
  U version;
  L aggregateUncParity, aggregateUncSecDed, aggregateCor, volatileUncParity, volatileUncSecDed, volatileCor;
  L aggregateUncBucketL2, aggregateUncBucketSm, aggregateUncBucketPcie, aggregateUncBucketMcu, aggregateUncBucketOther;
  U bThresholdExceeded;
} nvmlEccSramErrorStatus_v1_t;

typedef struct {
  U max, high, partial, low, none;
} nvmlRowRemapperHistogramValues_t;

typedef struct {
  U version;
  U bChannelRepairPending, bTpcRepairPending;
} nvmlRepairStatus_v1_t;

typedef struct {
  U bUnrepairableMemory;
} nvmlUnrepairableMemoryStatus_v1_t;

typedef struct {
  U version;
  unsigned char clusterUuid[16];
  int status;
  U cliqueId;
  unsigned char state;
  U healthMask;
  unsigned char healthSummary;
} nvmlGpuFabricInfo_v3_t;

typedef struct {
  U version;
  unsigned char clusterUuid[16];
  int status;
  U cliqueId;
  unsigned char state;
  U healthMask;
} nvmlGpuFabricInfo_v2_t;

typedef struct {
  U version;
  unsigned char ibGuid[16], chassisSerialNumber[16], slotNumber, trayIndex, hostId, peerType, moduleId;
} nvmlPlatformInfo_v2_t;

typedef struct {
  U version;
  unsigned char ibGuid[16], rackGuid[16], chassisPhysicalSlotNumber, computeSlotIndex, nodeIndex, peerType, moduleId;
} nvmlPlatformInfo_v1_t;

typedef struct {
  U fieldId, scopeId;
  long long timestamp, latencyUsec;
  int valueType;
  int nvmlReturn;
  union { double d; int i; U u; unsigned long ul; L ull; long long ll; unsigned short us; } value;
} nvmlFieldValue_t;

typedef struct {
  void *device;
  L eventType, eventData;
  U gpuInstanceId, computeInstanceId;
} nvmlEventData_t;

typedef struct {
  U pid;
  L usedGpuMemory;
  U gpuInstanceId, computeInstanceId;
} nvmlProcessInfo_v2_t;

typedef struct {
  U pid;
  L usedGpuMemory;
  U gpuInstanceId, computeInstanceId;
  L usedGpuCcProtectedMemory;
} nvmlProcessDetail_v1_t;

typedef struct {
  U version, mode, numProcArrayEntries;
  void *procArray;
} nvmlProcessDetailList_v1_t;

typedef struct {
  U multiprocessorCount, sharedCopyEngineCount, sharedDecoderCount, sharedEncoderCount, sharedJpegCount, sharedOfaCount, gpuInstanceSliceCount, computeInstanceSliceCount;
  L memorySizeMB;
} nvmlDeviceAttributes_t;

typedef struct {
  U version, id, sliceCount, instanceCount, multiprocessorCount, copyEngineCount, decoderCount, encoderCount, jpegCount, ofaCount;
  L memorySizeMB;
  char name[96];
  U capabilities;
} nvmlGpuInstanceProfileInfo_v3_t;

typedef struct {
  U version, id, isP2pSupported, sliceCount, instanceCount, multiprocessorCount, copyEngineCount, decoderCount, encoderCount, jpegCount, ofaCount;
  L memorySizeMB;
  char name[96];
} nvmlGpuInstanceProfileInfo_v2_t;

typedef struct {
  nvmlPciInfo_t pciInfo;
  char uuid[80];
} nvmlExcludedDeviceInfo_t;

/* nvmlGpmMetricsGet_t of 13.x; NVML_GPM_METRIC_MAX metrics. */
typedef struct {
  U metricId;
  int nvmlReturn;
  double value;
  struct { char *shortName, *longName, *unit; } metricInfo;
} nvmlGpmMetric_t;

typedef struct {
  U version, numMetrics;
  void *sample1, *sample2;
  nvmlGpmMetric_t metrics[333];
} nvmlGpmMetricsGet_t;

typedef struct {
  U version, isSupportedDevice;
} nvmlGpmSupport_t;

#endif
