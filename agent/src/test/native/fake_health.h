/* SPDX-License-Identifier: Apache-2.0
 * What a GPU reads: load, memory, heat, power, clocks, errors, PCIe, field values. Part of fake_nvml.c. */

static unsigned long long total_bytes(void) { return config.profile->memory_mib << 20; }

API nvmlReturn_t nvmlDeviceGetMemoryInfo(nvmlDevice_t device, nvmlMemory_t *memory) {
  nvmlReturn_t code = enter_device("nvmlDeviceGetMemoryInfo", device, memory);
  if (code == NVML_SUCCESS) {
    memory->total = total_bytes();
    memory->used = reading("used", device->gpu, 0);
    memory->free = memory->total - memory->used;
    overrun("nvmlDeviceGetMemoryInfo", memory + 1);
  }
  return leave(code);
}

API nvmlReturn_t nvmlDeviceGetMemoryInfo_v2(nvmlDevice_t device, nvmlMemory_v2_t *memory) {
  nvmlReturn_t code = enter_device("nvmlDeviceGetMemoryInfo_v2", device, memory);
  if (code == NVML_SUCCESS && !is_form("nvmlDeviceGetMemoryInfo_v2", memory->version, sizeof *memory, 2, 2))
    code = NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
  if (code == NVML_SUCCESS) {
    memory->total = total_bytes();
    memory->reserved = 600ull << 20;
    memory->used = reading("used", device->gpu, 0);
    memory->free = memory->total - memory->used - memory->reserved;
    overrun("nvmlDeviceGetMemoryInfo_v2", memory + 1);
  }
  return leave(code);
}

API nvmlReturn_t nvmlDeviceGetBAR1MemoryInfo(nvmlDevice_t device, nvmlBAR1Memory_t *memory) {
  nvmlReturn_t code = enter_device("nvmlDeviceGetBAR1MemoryInfo", device, memory);
  if (code == NVML_SUCCESS) *memory = (nvmlBAR1Memory_t){256ull << 30, 255ull << 30, 1ull << 30};
  return leave(code);
}

/* On a GPU that is cut nobody can say how busy the whole is. */
static nvmlReturn_t enter_whole(const char *function, nvmlDevice_t device, const void *result) {
  nvmlReturn_t code = enter_device(function, device, result);
  return code == NVML_SUCCESS && config.mig[device->gpu] ? NVML_ERROR_NOT_SUPPORTED : code;
}

API nvmlReturn_t nvmlDeviceGetUtilizationRates(nvmlDevice_t device, nvmlUtilization_t *utilization) {
  nvmlReturn_t code = enter_whole("nvmlDeviceGetUtilizationRates", device, utilization);
  if (code == NVML_SUCCESS) {
    utilization->gpu = (U)reading("busy", device->gpu, 0);
    utilization->memory = (U)reading("memory_busy", device->gpu, 0);
  }
  return leave(code);
}

#define ENGINE(function, name)                                                                   \
  API nvmlReturn_t function(nvmlDevice_t device, unsigned int *percent, unsigned int *micros) {  \
    nvmlReturn_t code = enter_whole(#function, device, percent);                                 \
    if (code == NVML_SUCCESS) {                                                                  \
      *percent = (U)reading(name, device->gpu, 0);                                               \
      *micros = 167000;                                                                          \
    }                                                                                            \
    return leave(code);                                                                          \
  }
ENGINE(nvmlDeviceGetEncoderUtilization, "encoder")
ENGINE(nvmlDeviceGetDecoderUtilization, "decoder")
#if BRANCH >= 550
ENGINE(nvmlDeviceGetJpgUtilization, "jpeg")
ENGINE(nvmlDeviceGetOfaUtilization, "ofa")
#endif

CHOICE(nvmlDeviceGetTemperature, unsigned int, LIST("temperature"), LIST(34))
/* Cards from Ada on give margins instead. */
API nvmlReturn_t nvmlDeviceGetTemperatureThreshold(nvmlDevice_t device, unsigned int which, unsigned int *celsius) {
  nvmlReturn_t code = enter_device("nvmlDeviceGetTemperatureThreshold", device, celsius);
  if (code == NVML_SUCCESS && (config.profile->architecture >= 8 || which > 1)) code = NVML_ERROR_NOT_SUPPORTED;
  if (code == NVML_SUCCESS) *celsius = which == 0 ? 92 : 89;
  return leave(code);
}

#if BRANCH >= 570
API nvmlReturn_t nvmlDeviceGetTemperatureV(nvmlDevice_t device, nvmlTemperature_v1_t *temperature) {
  nvmlReturn_t code = enter_device("nvmlDeviceGetTemperatureV", device, temperature);
  if (code == NVML_SUCCESS && !is_form("nvmlDeviceGetTemperatureV", temperature->version, sizeof *temperature, 1, 1))
    code = NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
  if (code == NVML_SUCCESS) temperature->temperature = (int)reading("temperature", device->gpu, 34);
  return leave(code);
}

API nvmlReturn_t nvmlDeviceGetMarginTemperature(nvmlDevice_t device, nvmlMarginTemperature_v1_t *margin) {
  nvmlReturn_t code = enter_device("nvmlDeviceGetMarginTemperature", device, margin);
  if (code == NVML_SUCCESS && !is_form("nvmlDeviceGetMarginTemperature", margin->version, sizeof *margin, 1, 1))
    code = NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
  if (code == NVML_SUCCESS) margin->marginTemperature = (int)reading("margin", device->gpu, 53);
  return leave(code);
}
#endif

GETTER(nvmlDeviceGetPowerUsage, unsigned int, "power", config.profile->watts * 140.0)
GETTER(nvmlDeviceGetEnforcedPowerLimit, unsigned int, "power_limit", config.profile->watts * 1000.0)
GETTER(nvmlDeviceGetPowerManagementDefaultLimit, unsigned int, "power_default", config.profile->watts * 1000.0)
PAIR(nvmlDeviceGetPowerManagementLimitConstraints, "power_min", 200000, "power_max", config.profile->watts * 1000.0)
GETTER(nvmlDeviceGetTotalEnergyConsumption, unsigned long long, "energy", 123456789)
CHOICE(nvmlDeviceGetClockInfo, unsigned int, LIST("graphics_clock", "sm_clock", "memory_clock", "video_clock"),
       LIST(345, 345, config.profile->memory_mhz, 765))
CHOICE(nvmlDeviceGetMaxClockInfo, unsigned int, LIST("max_graphics", "max_sm", "max_memory", "max_video"),
       LIST(config.profile->sm_mhz, config.profile->sm_mhz, config.profile->memory_mhz, 1545))
GETTER(nvmlDeviceGetPerformanceState, unsigned int, "pstate", 0)
GETTER(nvmlDeviceGetCurrentClocksEventReasons, unsigned long long, "reasons", 1)
GETTER(nvmlDeviceGetCurrentClocksThrottleReasons, unsigned long long, "reasons", 1)

PAIR(nvmlDeviceGetEccMode, "ecc", 1, "ecc_pending", 1)

API nvmlReturn_t nvmlDeviceGetTotalEccErrors(nvmlDevice_t device, unsigned int kind, unsigned int counter, unsigned long long *count) {
  static const char *const names[2][2] = {{"ecc_corrected", "ecc_corrected_total"}, {"ecc_uncorrected", "ecc_uncorrected_total"}};
  nvmlReturn_t code = enter_device("nvmlDeviceGetTotalEccErrors", device, count);
  if (code == NVML_SUCCESS && (kind > 1 || counter > 1)) code = NVML_ERROR_INVALID_ARGUMENT;
  if (code == NVML_SUCCESS) *count = reading(names[kind][counter], device->gpu, 0);
  return leave(code);
}

API nvmlReturn_t nvmlDeviceGetSramEccErrorStatus(nvmlDevice_t device, nvmlEccSramErrorStatus_v1_t *status) {
  nvmlReturn_t code = enter_device("nvmlDeviceGetSramEccErrorStatus", device, status);
  if (code == NVML_SUCCESS && !is_form("nvmlDeviceGetSramEccErrorStatus", status->version, sizeof *status, 1, 1))
    code = NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
  if (code == NVML_SUCCESS) {
    status->volatileUncParity = reading("sram_parity", device->gpu, 0);
    status->volatileUncSecDed = reading("sram_secded", device->gpu, 0);
    status->aggregateUncParity = reading("sram_parity_total", device->gpu, 0);
    status->volatileCor = reading("sram_corrected", device->gpu, 0);
    status->bThresholdExceeded = (U)reading("sram_threshold", device->gpu, 0);
    overrun("nvmlDeviceGetSramEccErrorStatus", status + 1);
  }
  return leave(code);
}

API nvmlReturn_t nvmlDeviceGetRemappedRows(nvmlDevice_t device, U *corrected, U *uncorrected, U *pending, U *failed) {
  nvmlReturn_t code = enter_device("nvmlDeviceGetRemappedRows", device, corrected);
  if (code == NVML_SUCCESS && config.profile->architecture < 7) code = NVML_ERROR_NOT_SUPPORTED;
  if (code == NVML_SUCCESS) {
    *corrected = (U)reading("rows_corrected", device->gpu, 0);
    *uncorrected = (U)reading("rows_uncorrected", device->gpu, 0);
    *pending = (U)reading("remap_pending", device->gpu, 0);
    *failed = (U)reading("remap_failed", device->gpu, 0);
  }
  return leave(code);
}

API nvmlReturn_t nvmlDeviceGetRowRemapperHistogram(nvmlDevice_t device, nvmlRowRemapperHistogramValues_t *banks) {
  nvmlReturn_t code = enter_device("nvmlDeviceGetRowRemapperHistogram", device, banks);
  if (code == NVML_SUCCESS) *banks = (nvmlRowRemapperHistogramValues_t){.max = 3072};
  return leave(code);
}

API nvmlReturn_t nvmlDeviceGetRetiredPages_v2(nvmlDevice_t device, U cause, U *count, L *addresses, L *times) {
  nvmlReturn_t code = enter_device("nvmlDeviceGetRetiredPages_v2", device, count);
  (void)times;
  if (code == NVML_SUCCESS && config.profile->architecture >= 7) code = NVML_ERROR_NOT_SUPPORTED;
  if (code == NVML_SUCCESS) {
    U there = (U)reading(cause ? "retired_uncorrected" : "retired_corrected", device->gpu, 0);
    if (*count < there || !addresses) code = there ? NVML_ERROR_INSUFFICIENT_SIZE : NVML_SUCCESS;
    *count = there;
  }
  return leave(code);
}

API nvmlReturn_t nvmlDeviceGetRetiredPagesPendingStatus(nvmlDevice_t device, U *pending) {
  nvmlReturn_t code = enter_device("nvmlDeviceGetRetiredPagesPendingStatus", device, pending);
  if (code == NVML_SUCCESS) code = NVML_ERROR_NOT_SUPPORTED;
  return leave(code);
}

#if BRANCH >= 580
API nvmlReturn_t nvmlDeviceGetRepairStatus(nvmlDevice_t device, nvmlRepairStatus_v1_t *status) {
  nvmlReturn_t code = enter_device("nvmlDeviceGetRepairStatus", device, status);
  if (code == NVML_SUCCESS && !is_form("nvmlDeviceGetRepairStatus", status->version, sizeof *status, 1, 1))
    code = NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
  if (code == NVML_SUCCESS) {
    status->bChannelRepairPending = (U)reading("channel_repair", device->gpu, 0);
    status->bTpcRepairPending = (U)reading("tpc_repair", device->gpu, 0);
  }
  return leave(code);
}
#endif

#if BRANCH >= 590
API nvmlReturn_t nvmlDeviceGetUnrepairableMemoryFlag_v1(nvmlDevice_t device, nvmlUnrepairableMemoryStatus_v1_t *status) {
  nvmlReturn_t code = enter_device("nvmlDeviceGetUnrepairableMemoryFlag_v1", device, status);
  if (code == NVML_SUCCESS) status->bUnrepairableMemory = (U)reading("unrepairable", device->gpu, 0);
  return leave(code);
}
#endif

GETTER(nvmlDeviceGetCurrPcieLinkGeneration, unsigned int, "pcie_gen", config.profile->pcie_gen)
GETTER(nvmlDeviceGetCurrPcieLinkWidth, unsigned int, "pcie_width", 16)
GETTER(nvmlDeviceGetMaxPcieLinkGeneration, unsigned int, "pcie_gen_max", config.profile->pcie_gen)
GETTER(nvmlDeviceGetMaxPcieLinkWidth, unsigned int, "pcie_width_max", 16)
GETTER(nvmlDeviceGetPcieReplayCounter, unsigned int, "pcie_replays", 0)
GETTER(nvmlDeviceGetPersistenceMode, unsigned int, "persistence", 1)
#if BRANCH >= 550
GETTER(nvmlDeviceGetNumaNodeId, unsigned int, "numa", device->gpu / 4)
#endif

/* Whether the field is one of this driver and this GPU; then its value. */
static nvmlReturn_t field(nvmlFieldValue_t *field, int gpu) {
  const struct profile *card = config.profile;
  int link = (int)field->scopeId;
  switch (field->fieldId) {
    case 74: field->value.ull = reading("power_slowed", gpu, 0); break;
    case 75: field->value.ull = reading("heat_slowed", gpu, 0); break;
    case 82:
      if (!card->has_memory_sensor) return NVML_ERROR_NOT_SUPPORTED;
      field->value.ull = reading("memory_temperature", gpu, 41);
      break;
    case 91:
      if (!card->links) return NVML_ERROR_NOT_SUPPORTED;
      field->value.ull = card->links;
      break;
    case 161: case 162: case 163:
      /* Counted so on Hopper only. */
      if (card->architecture != 9) return NVML_ERROR_NOT_SUPPORTED;
      field->value.ull = reading(field->fieldId == 161 ? "link_replays" : field->fieldId == 162 ? "link_recoveries" : "link_crc", gpu, 0);
      break;
    case 164: case 165:
      if (link >= (int)reading("links", gpu, card->links)) return NVML_ERROR_INVALID_ARGUMENT;
      if (card->architecture < 9) return NVML_ERROR_NOT_SUPPORTED;
      field->value.ull = field->fieldId == 164 ? card->link_mbps : (config.down[gpu] >> link & 1) == 0;
      break;
    case 173: case 179: case 180:
      field->value.ull = reading(field->fieldId == 173 ? "pcie_correctable" : field->fieldId == 179 ? "pcie_nonfatal" : "pcie_fatal", gpu, 0);
      break;
    case 185: case 186: field->value.ull = reading("power", gpu, card->watts * 140.0); break;
    case 197: case 198:
      if (BRANCH < 555) return NVML_ERROR_INVALID_ARGUMENT;
      field->value.ull = reading(field->fieldId == 197 ? "pcie_sent" : "pcie_received", gpu, 1e12);
      break;
    case 206: case 207: case 208: case 211: case 214: case 215: case 219: case 221:
      if (card->architecture < 10) return NVML_ERROR_NOT_SUPPORTED;
      field->value.ull = reading("link_errors", gpu, 0);
      break;
    case 230:
      if (BRANCH < 565) return NVML_ERROR_INVALID_ARGUMENT;
      field->value.ull = reading("recovery", gpu, 0);
      break;
    default: return NVML_ERROR_INVALID_ARGUMENT;
  }
  return NVML_SUCCESS;
}

API nvmlReturn_t nvmlDeviceGetFieldValues(nvmlDevice_t device, int count, nvmlFieldValue_t *values) {
  nvmlReturn_t code = enter_device("nvmlDeviceGetFieldValues", device, values);
  for (int i = 0; code == NVML_SUCCESS && i < count; i++) {
    values[i].nvmlReturn = field(&values[i], device->gpu);
    values[i].latencyUsec = 1;
    /* Small numbers as unsigned int, large ones as unsigned long long, as drivers do. */
    values[i].valueType = values[i].value.ull >> 32 ? 3 : 1;
  }
  if (code == NVML_SUCCESS) overrun("nvmlDeviceGetFieldValues", values + count);
  return leave(code);
}
