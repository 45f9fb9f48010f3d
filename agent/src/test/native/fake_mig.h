/* SPDX-License-Identifier: Apache-2.0
 * GPUs that are cut, and processes. Part of fake_nvml.c. */

API nvmlReturn_t nvmlDeviceGetMigMode(nvmlDevice_t device, U *current, U *pending) {
  nvmlReturn_t code = enter_device("nvmlDeviceGetMigMode", device, current);
  if (code == NVML_SUCCESS && !config.profile->max_mig) code = NVML_ERROR_NOT_SUPPORTED;
  if (code == NVML_SUCCESS) {
    *current = config.mig[device->gpu] ? 1 : 0;
    *pending = (U)reading("mig_pending", device->gpu, *current);
  }
  return leave(code);
}

API nvmlReturn_t nvmlDeviceGetMaxMigDeviceCount(nvmlDevice_t device, U *count) {
  nvmlReturn_t code = enter_device("nvmlDeviceGetMaxMigDeviceCount", device, count);
  if (code == NVML_SUCCESS) *count = (U)config.profile->max_mig;
  return leave(code);
}

API nvmlReturn_t nvmlDeviceGetMigDeviceHandleByIndex(nvmlDevice_t device, U index, nvmlDevice_t *part) {
  nvmlReturn_t code = enter_device("nvmlDeviceGetMigDeviceHandleByIndex", device, part);
  if (code == NVML_SUCCESS && index >= (U)config.mig[device->gpu]) code = NVML_ERROR_NOT_FOUND;
  if (code == NVML_SUCCESS) *part = &parts[mig_generation[device->gpu]][device->gpu][index];
  return leave(code);
}

API nvmlReturn_t nvmlDeviceGetDeviceHandleFromMigDeviceHandle(nvmlDevice_t part, nvmlDevice_t *device) {
  nvmlReturn_t code = enter_device("nvmlDeviceGetDeviceHandleFromMigDeviceHandle", part, device);
  if (code == NVML_SUCCESS && part->slot < 0) code = NVML_ERROR_INVALID_ARGUMENT;
  if (code == NVML_SUCCESS) *device = &devices[config.generation][part->gpu];
  return leave(code);
}

API nvmlReturn_t nvmlDeviceGetGpuInstanceId(nvmlDevice_t part, U *id) {
  nvmlReturn_t code = enter_device("nvmlDeviceGetGpuInstanceId", part, id);
  if (code == NVML_SUCCESS && part->slot < 0) code = NVML_ERROR_NOT_SUPPORTED;
  if (code == NVML_SUCCESS) *id = (U)part->slot + 7;
  return leave(code);
}

API nvmlReturn_t nvmlDeviceGetComputeInstanceId(nvmlDevice_t part, U *id) {
  nvmlReturn_t code = enter_device("nvmlDeviceGetComputeInstanceId", part, id);
  if (code == NVML_SUCCESS && part->slot < 0) code = NVML_ERROR_NOT_SUPPORTED;
  if (code == NVML_SUCCESS) *id = 0;
  return leave(code);
}

API nvmlReturn_t nvmlDeviceGetAttributes_v2(nvmlDevice_t part, nvmlDeviceAttributes_t *attributes) {
  nvmlReturn_t code = enter_device("nvmlDeviceGetAttributes_v2", part, attributes);
  if (code == NVML_SUCCESS && part->slot < 0) code = NVML_ERROR_NOT_SUPPORTED;
  if (code == NVML_SUCCESS)
    *attributes = (nvmlDeviceAttributes_t){.multiprocessorCount = 16,
                                           .gpuInstanceSliceCount = 1,
                                           .computeInstanceSliceCount = 1,
                                           .memorySizeMB = config.profile->memory_mib / 8};
  return leave(code);
}

/* 1, 2, 3, 4 and 7 slices, by the numbers of their profiles; others are not known or not of this GPU. */
API nvmlReturn_t nvmlDeviceGetGpuInstanceProfileInfoV(nvmlDevice_t device, U profile, nvmlGpuInstanceProfileInfo_v2_t *info) {
  static const U slices[] = {1, 2, 3, 4, 7};
  static const char function[] = "nvmlDeviceGetGpuInstanceProfileInfoV";
  nvmlReturn_t code = enter_device(function, device, info);
  if (code == NVML_SUCCESS && !config.profile->max_mig) code = NVML_ERROR_NOT_SUPPORTED;
  if (code == NVML_SUCCESS && profile > 15) code = NVML_ERROR_INVALID_ARGUMENT;
  if (code == NVML_SUCCESS && profile > 4) code = NVML_ERROR_NOT_SUPPORTED;
  if (code != NVML_SUCCESS) return leave(code);
  nvmlGpuInstanceProfileInfo_v3_t *third = (nvmlGpuInstanceProfileInfo_v3_t *)info;
  U share = slices[profile] == 7 ? 8 : slices[profile] == 3 ? 4 : slices[profile];
  unsigned long long mib = config.profile->memory_mib * share / 8;
  char name[96];
  snprintf(name, sizeof name, "MIG %ug.%dgb", slices[profile], (int)((double)mib * 1.048576 / 1000 + 0.5));
  if (is_form(function, info->version, sizeof *info, 2, 3)) {
    info->id = 19 - profile;
    info->sliceCount = slices[profile];
    info->instanceCount = 7 / slices[profile];
    info->multiprocessorCount = 16 * slices[profile];
    info->memorySizeMB = mib;
    strcpy(info->name, name);
  } else if (is_form(function, third->version, sizeof *third, 3, 3)) {
    third->id = 19 - profile;
    third->sliceCount = slices[profile];
    third->instanceCount = 7 / slices[profile];
    third->multiprocessorCount = 16 * slices[profile];
    third->memorySizeMB = mib;
    strcpy(third->name, name);
  } else {
    code = NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
  }
  return leave(code);
}

/* set.processes[.<gpu>]=<n>. grow.<function>=<k>: in its first k calls there is one more than the caller was told before. */
static U process_count(const char *function, int gpu) {
  U count = (U)reading("processes", gpu, 0);
  struct rule *grow = find_rule(&config.grows, function, -1);
  if (!grow || grow->value < 1) return count;
  static U grown;
  grow->value--;
  grown = 3 * grown + 20; /* faster than any caller makes room */
  return count + grown;
}

static void fill_process(void *at, U n) {
  nvmlProcessInfo_v2_t process = {4000 + n, (n + 1ull) << 30, 0xffffffff, 0xffffffff};
  memcpy(at, &process, sizeof process);
}

static nvmlReturn_t running(const char *function, nvmlDevice_t device, U *count, char *list, int is_compute) {
  nvmlReturn_t code = enter_device(function, device, count);
  if (code != NVML_SUCCESS) return code;
  U there = is_compute ? process_count(function, device->gpu) : 0;
  if (there && (*count < there || !list)) code = NVML_ERROR_INSUFFICIENT_SIZE;
  for (U n = 0; code == NVML_SUCCESS && n < there; n++) {
    char *at = list + n * (U)config.stride;
    fill_process(at, n);
    if (config.stride == 32) memset(at + 24, 0, 8); /* usedGpuCcProtectedMemory */
  }
  *count = there;
  return code;
}

API nvmlReturn_t nvmlDeviceGetComputeRunningProcesses_v3(nvmlDevice_t device, U *count, void *list) {
  return leave(running("nvmlDeviceGetComputeRunningProcesses_v3", device, count, list, 1));
}

API nvmlReturn_t nvmlDeviceGetGraphicsRunningProcesses_v3(nvmlDevice_t device, U *count, void *list) {
  return leave(running("nvmlDeviceGetGraphicsRunningProcesses_v3", device, count, list, 0));
}

API nvmlReturn_t nvmlDeviceGetMPSComputeRunningProcesses_v3(nvmlDevice_t device, U *count, void *list) {
  return leave(running("nvmlDeviceGetMPSComputeRunningProcesses_v3", device, count, list, 0));
}

API nvmlReturn_t nvmlDeviceGetRunningProcessDetailList(nvmlDevice_t device, nvmlProcessDetailList_v1_t *list) {
  static const char function[] = "nvmlDeviceGetRunningProcessDetailList";
  nvmlReturn_t code = enter_device(function, device, list);
  if (code == NVML_SUCCESS && !is_form(function, list->version, sizeof *list, 1, 1)) code = NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
  if (code != NVML_SUCCESS) return leave(code);
  U there = list->mode == 0 ? process_count(function, device->gpu) : 0;
  if (there && (list->numProcArrayEntries < there || !list->procArray)) code = NVML_ERROR_INSUFFICIENT_SIZE;
  for (U n = 0; code == NVML_SUCCESS && n < there; n++) {
    nvmlProcessDetail_v1_t *process = (nvmlProcessDetail_v1_t *)list->procArray + n;
    memset(process, 0, sizeof *process);
    fill_process(process, n);
  }
  list->numProcArrayEntries = there;
  return leave(code);
}
