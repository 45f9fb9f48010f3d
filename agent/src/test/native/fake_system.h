/* SPDX-License-Identifier: Apache-2.0
 * Start and end, versions, the GPUs and their names. Part of fake_nvml.c. */

API nvmlReturn_t nvmlInit_v2(void) {
  nvmlReturn_t code = enter("nvmlInit_v2", -1, 0);
  if (code == NVML_SUCCESS && (!config.present || !config.profile)) code = NVML_ERROR_DRIVER_NOT_LOADED;
  if (code == NVML_SUCCESS) {
    for (int g = 0; g < GENERATIONS; g++)
      for (int i = 0; i < MAX_GPUS; i++) {
        devices[g][i] = (struct fake_device){i, -1};
        for (int slot = 0; slot < MAX_MIG; slot++) parts[g][i][slot] = (struct fake_device){i, slot};
      }
    users++;
  }
  return leave(code);
}

API nvmlReturn_t nvmlShutdown(void) {
  nvmlReturn_t code = enter("nvmlShutdown", -1, 1);
  if (code == NVML_SUCCESS) users--;
  write_calls();
  return leave(code);
}

API nvmlReturn_t nvmlSystemGetDriverVersion(char *version, unsigned int length) {
  nvmlReturn_t code = enter("nvmlSystemGetDriverVersion", -1, 1);
  if (code == NVML_SUCCESS) code = version ? copy(version, length, config.driver) : NVML_ERROR_INVALID_ARGUMENT;
  return leave(code);
}

static const char *cuda(void) {
  switch (BRANCH) {
    case 535: return "12.2";
    case 550: return "12.4";
    case 580: return "13.0";
    case 590: return "13.1";
    case 595: return "13.2";
    default: return "12.8";
  }
}

API nvmlReturn_t nvmlSystemGetNVMLVersion(char *version, unsigned int length) {
  nvmlReturn_t code = enter("nvmlSystemGetNVMLVersion", -1, 1);
  char text[96];
  snprintf(text, sizeof text, "%.2s.%.70s", cuda(), config.driver);
  if (code == NVML_SUCCESS) code = version ? copy(version, length, *config.nvml ? config.nvml : text) : NVML_ERROR_INVALID_ARGUMENT;
  return leave(code);
}

API nvmlReturn_t nvmlSystemGetCudaDriverVersion_v2(int *version) {
  nvmlReturn_t code = enter("nvmlSystemGetCudaDriverVersion_v2", -1, 1);
  if (code == NVML_SUCCESS) *version = (int)(atof(cuda()) * 1000 + 0.5) / 1000 * 1000 + (cuda()[3] - '0') * 10;
  return leave(code);
}

API nvmlReturn_t nvmlDeviceGetCount_v2(unsigned int *count) {
  nvmlReturn_t code = enter("nvmlDeviceGetCount_v2", -1, 1);
  if (code == NVML_SUCCESS && !count) code = NVML_ERROR_INVALID_ARGUMENT;
  if (code == NVML_SUCCESS) *count = (unsigned int)config.count;
  write_calls();
  return leave(code);
}

API nvmlReturn_t nvmlDeviceGetHandleByIndex_v2(unsigned int index, nvmlDevice_t *device) {
  nvmlReturn_t code = enter("nvmlDeviceGetHandleByIndex_v2", index < MAX_GPUS ? (int)index : -1, 1);
  if (code == NVML_SUCCESS && (!device || index >= (unsigned int)config.count)) code = NVML_ERROR_INVALID_ARGUMENT;
  if (code == NVML_SUCCESS) *device = &devices[config.generation][index];
  return leave(code);
}

API nvmlReturn_t nvmlGetExcludedDeviceCount(unsigned int *count) {
  nvmlReturn_t code = enter("nvmlGetExcludedDeviceCount", -1, 1);
  if (code == NVML_SUCCESS) *count = *config.excluded ? 1 : 0;
  return leave(code);
}

API nvmlReturn_t nvmlGetExcludedDeviceInfoByIndex(unsigned int index, nvmlExcludedDeviceInfo_t *info) {
  nvmlReturn_t code = enter("nvmlGetExcludedDeviceInfoByIndex", -1, 1);
  if (code == NVML_SUCCESS && (index > 0 || !*config.excluded)) code = NVML_ERROR_INVALID_ARGUMENT;
  if (code == NVML_SUCCESS) {
    memset(info, 0, sizeof *info);
    snprintf(info->pciInfo.busId, sizeof info->pciInfo.busId, "0000%.27s", config.excluded);
    for (char *c = info->pciInfo.busId; *c; c++)
      if (*c >= 'a' && *c <= 'f') *c = (char)(*c - 'a' + 'A');
    strcpy(info->uuid, "GPU-excluded");
  }
  return leave(code);
}

/* A part is named after its share of the GPU's memory in gigabytes (10^9), as the driver does. */
static int part_gigabytes(void) { return (int)((double)config.profile->memory_mib * 1.048576 / 1000 / 8 + 0.5); }

API nvmlReturn_t nvmlDeviceGetName(nvmlDevice_t device, char *name, unsigned int length) {
  nvmlReturn_t code = enter_device("nvmlDeviceGetName", device, name);
  char text[160];
  if (code == NVML_SUCCESS && device->slot < 0) code = copy(name, length, config.profile->name);
  else if (code == NVML_SUCCESS) {
    snprintf(text, sizeof text, "%s MIG 1g.%dgb", config.profile->name, part_gigabytes());
    code = copy(name, length, text);
  }
  return leave(code);
}

API nvmlReturn_t nvmlDeviceGetUUID(nvmlDevice_t device, char *uuid, unsigned int length) {
  nvmlReturn_t code = enter_device("nvmlDeviceGetUUID", device, uuid);
  if (code == NVML_SUCCESS) {
    uint64_t seed = device->slot < 0 ? 1 : 16 + 2 * (uint64_t)device->slot;
    uint64_t a = hash(config.serial, device->gpu, seed), b = hash(config.serial, device->gpu, seed + 1);
    char text[64];
    snprintf(text, sizeof text, "%s-%08x-%04x-%04x-%04x-%012llx", device->slot < 0 ? "GPU" : "MIG", (unsigned int)(a >> 32),
             (unsigned int)(a >> 16) & 0xffff, (unsigned int)a & 0xffff, (unsigned int)(b >> 48),
             (unsigned long long)(b & 0xffffffffffffull));
    code = copy(uuid, length, text);
  }
  return leave(code);
}

API nvmlReturn_t nvmlDeviceGetPciInfo_v3(nvmlDevice_t device, nvmlPciInfo_t *pci) {
  nvmlReturn_t code = enter_device("nvmlDeviceGetPciInfo_v3", device, pci);
  if (code == NVML_SUCCESS) {
    memset(pci, 0, sizeof *pci);
    pci->bus = BUSES[device->gpu];
    pci->pciDeviceId = config.profile->pci_device << 16 | 0x10de;
    pci->pciSubSystemId = 0x165810de;
    snprintf(pci->busIdLegacy, sizeof pci->busIdLegacy, "%04X:%02X:%02X.0", pci->domain, pci->bus & 0xff, pci->device & 0xff);
    snprintf(pci->busId, sizeof pci->busId, "%08X:%02X:%02X.0", pci->domain, pci->bus & 0xff, pci->device & 0xff);
    overrun("nvmlDeviceGetPciInfo_v3", pci + 1);
  }
  return leave(code);
}

GETTER(nvmlDeviceGetMinorNumber, unsigned int, "minor", device->gpu)
GETTER(nvmlDeviceGetModuleId, unsigned int, "module", device->gpu + 1)
GETTER(nvmlDeviceGetArchitecture, unsigned int, "architecture", config.profile->architecture)
TEXT(nvmlDeviceGetSerial, "165%010llu", (unsigned long long)(hash(config.serial, device->gpu, 9) % 10000000000ull))
TEXT(nvmlDeviceGetBoardPartNumber, "900-2G520-0%03x-000", config.profile->pci_device & 0xfff)
TEXT(nvmlDeviceGetVbiosVersion, "96.00.%02X.00.01", config.profile->pci_device & 0xff)
TEXT(nvmlDeviceGetInforomImageVersion, "G520.0200.00.05")

API nvmlReturn_t nvmlDeviceGetGspFirmwareVersion(nvmlDevice_t device, char *version) {
  nvmlReturn_t code = enter_device("nvmlDeviceGetGspFirmwareVersion", device, version);
  if (code == NVML_SUCCESS) strcpy(version, config.driver);
  return leave(code);
}

API nvmlReturn_t nvmlDeviceGetCudaComputeCapability(nvmlDevice_t device, int *major, int *minor) {
  nvmlReturn_t code = enter_device("nvmlDeviceGetCudaComputeCapability", device, major);
  if (code == NVML_SUCCESS) {
    *major = (int)config.profile->capability / 10;
    *minor = (int)config.profile->capability % 10;
  }
  return leave(code);
}

#if BRANCH >= 570
API nvmlReturn_t nvmlDeviceGetPlatformInfo(nvmlDevice_t device, nvmlPlatformInfo_v2_t *info) {
  nvmlReturn_t code = enter_device("nvmlDeviceGetPlatformInfo", device, info);
  if (code == NVML_SUCCESS && config.profile->architecture < 10) code = NVML_ERROR_NOT_SUPPORTED;
  if (code == NVML_SUCCESS) {
    if (is_form("nvmlDeviceGetPlatformInfo", info->version, sizeof *info, 2, 2)) {
      memcpy(info->chassisSerialNumber, "1821224270000", 14);
    } else if (!is_form("nvmlDeviceGetPlatformInfo", info->version, sizeof *info, 1, 2)) {
      code = NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
    }
    /* Slot, tray and host lie alike in both forms. */
    info->slotNumber = 3;
    info->trayIndex = 1;
    info->hostId = 1;
  }
  return leave(code);
}
#endif

API const char *nvmlErrorString(nvmlReturn_t code) {
  switch (code) {
    case NVML_SUCCESS: return "Success";
    case NVML_ERROR_UNINITIALIZED: return "Uninitialized";
    case NVML_ERROR_INVALID_ARGUMENT: return "Invalid Argument";
    case NVML_ERROR_NOT_SUPPORTED: return "Not Supported";
    case 4: return "Insufficient Permissions";
    case NVML_ERROR_NOT_FOUND: return "Not Found";
    case NVML_ERROR_INSUFFICIENT_SIZE: return "Insufficient Size";
    case NVML_ERROR_DRIVER_NOT_LOADED: return "Driver Not Loaded";
    case NVML_ERROR_TIMEOUT: return "Timeout";
    case NVML_ERROR_GPU_IS_LOST: return "GPU is lost";
    case 16: return "GPU requires reset";
    case 18: return "Driver/library version mismatch";
    case NVML_ERROR_ARGUMENT_VERSION_MISMATCH: return "Argument version mismatch";
    default: return "Unknown Error";
  }
}
