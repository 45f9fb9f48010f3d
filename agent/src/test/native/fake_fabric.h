/* SPDX-License-Identifier: Apache-2.0
 * NVLink, fabric and the ways between GPUs and CPUs. Part of fake_nvml.c. */

/* The loop over links is ended by INVALID_ARGUMENT; a card without any says NOT_SUPPORTED. */
static nvmlReturn_t enter_link(const char *function, nvmlDevice_t device, U link, const void *result) {
  nvmlReturn_t code = enter_device(function, device, result);
  if (code != NVML_SUCCESS) return code;
  U links = (U)reading("links", device->gpu, config.profile->links);
  return links == 0 ? NVML_ERROR_NOT_SUPPORTED : link >= links ? NVML_ERROR_INVALID_ARGUMENT : NVML_SUCCESS;
}

API nvmlReturn_t nvmlDeviceGetNvLinkState(nvmlDevice_t device, U link, U *up) {
  nvmlReturn_t code = enter_link("nvmlDeviceGetNvLinkState", device, link, up);
  if (code == NVML_SUCCESS) *up = config.down[device->gpu] >> link & 1 ? 0 : 1;
  return leave(code);
}

API nvmlReturn_t nvmlDeviceGetNvLinkVersion(nvmlDevice_t device, U link, U *version) {
  nvmlReturn_t code = enter_link("nvmlDeviceGetNvLinkVersion", device, link, version);
  if (code == NVML_SUCCESS) *version = config.profile->link_version;
  return leave(code);
}

API nvmlReturn_t nvmlDeviceGetNvLinkRemoteDeviceType(nvmlDevice_t device, U link, U *type) {
  nvmlReturn_t code = enter_link("nvmlDeviceGetNvLinkRemoteDeviceType", device, link, type);
  if (code == NVML_SUCCESS) *type = 2; /* a switch */
  return leave(code);
}

API nvmlReturn_t nvmlDeviceGetNvLinkRemotePciInfo_v2(nvmlDevice_t device, U link, nvmlPciInfo_t *pci) {
  nvmlReturn_t code = enter_link("nvmlDeviceGetNvLinkRemotePciInfo_v2", device, link, pci);
  if (code == NVML_SUCCESS) {
    memset(pci, 0, sizeof *pci);
    pci->bus = 0x84 + link % 4;
    snprintf(pci->busId, sizeof pci->busId, "%08X:%02X:%02X.0", 0u, pci->bus & 0xff, 0u);
  }
  return leave(code);
}

/* Counted so before Hopper; the function is there but refused on Blackwell. */
API nvmlReturn_t nvmlDeviceGetNvLinkErrorCounter(nvmlDevice_t device, U link, U counter, L *value) {
  nvmlReturn_t code = enter_link("nvmlDeviceGetNvLinkErrorCounter", device, link, value);
  if (code == NVML_SUCCESS && (config.profile->architecture >= 10 || counter > 4)) code = NVML_ERROR_NOT_SUPPORTED;
  if (code == NVML_SUCCESS)
    *value = reading(counter == 0 ? "link_replays" : counter == 1 ? "link_recoveries" : "link_crc", device->gpu, 0);
  return leave(code);
}

#if BRANCH >= 550
API nvmlReturn_t nvmlDeviceGetGpuFabricInfoV(nvmlDevice_t device, nvmlGpuFabricInfo_v3_t *fabric) {
  static const char function[] = "nvmlDeviceGetGpuFabricInfoV";
  nvmlReturn_t code = enter_device(function, device, fabric);
  if (code == NVML_SUCCESS && !config.profile->has_fabric) code = NVML_ERROR_NOT_SUPPORTED;
  if (code != NVML_SUCCESS) return leave(code);
  unsigned int newest = BRANCH >= 580 ? 3 : 2;
  int is_third = is_form(function, fabric->version, sizeof *fabric, 3, newest);
  if (!is_third && !is_form(function, fabric->version, sizeof(nvmlGpuFabricInfo_v2_t), 2, newest))
    return leave(NVML_ERROR_ARGUMENT_VERSION_MISMATCH);
  memset(fabric->clusterUuid, 0x11, sizeof fabric->clusterUuid);
  fabric->status = 0;
  fabric->cliqueId = 1;
  fabric->state = (unsigned char)reading("fabric_state", device->gpu, 3);
  fabric->healthMask = (U)reading("fabric_health", device->gpu, 0x2aa);
  /* The second form ends before it. */
  if (is_third) fabric->healthSummary = (unsigned char)reading("fabric_summary", device->gpu, 1);
  return leave(NVML_SUCCESS);
}
#endif

static nvmlReturn_t enter_two(const char *function, nvmlDevice_t one, nvmlDevice_t other, const void *result) {
  nvmlReturn_t code = enter_device(function, one, result);
  return code == NVML_SUCCESS && (!is_handle(other) || one == other) ? NVML_ERROR_INVALID_ARGUMENT : code;
}

API nvmlReturn_t nvmlDeviceGetTopologyCommonAncestor(nvmlDevice_t one, nvmlDevice_t other, U *level) {
  nvmlReturn_t code = enter_two("nvmlDeviceGetTopologyCommonAncestor", one, other, level);
  if (code == NVML_SUCCESS) *level = one->gpu / 4 == other->gpu / 4 ? 40 : 50;
  return leave(code);
}

API nvmlReturn_t nvmlDeviceGetP2PStatus(nvmlDevice_t one, nvmlDevice_t other, U index, U *status) {
  nvmlReturn_t code = enter_two("nvmlDeviceGetP2PStatus", one, other, status);
  (void)index;
  if (code == NVML_SUCCESS) *status = config.profile->links ? 0 : 2;
  return leave(code);
}

/* Two sockets of 56 cores with two threads each. */
API nvmlReturn_t nvmlDeviceGetCpuAffinity(nvmlDevice_t device, U size, unsigned long *set) {
  nvmlReturn_t code = enter_device("nvmlDeviceGetCpuAffinity", device, set);
  if (code == NVML_SUCCESS && size < 4) code = NVML_ERROR_INSUFFICIENT_SIZE;
  if (code == NVML_SUCCESS) {
    memset(set, 0, size * sizeof *set);
    for (int thread = 0; thread < 2; thread++)
      for (int core = 0; core < 56; core++) {
        int cpu = thread * 112 + device->gpu / 4 * 56 + core;
        set[cpu / 64] |= 1ul << cpu % 64;
      }
  }
  return leave(code);
}

API nvmlReturn_t nvmlDeviceGetMemoryAffinity(nvmlDevice_t device, U size, unsigned long *set, U scope) {
  nvmlReturn_t code = enter_device("nvmlDeviceGetMemoryAffinity", device, set);
  (void)scope;
  if (code == NVML_SUCCESS) {
    memset(set, 0, size * sizeof *set);
    set[0] = 1ul << device->gpu / 4;
  }
  return leave(code);
}
