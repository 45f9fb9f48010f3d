/* SPDX-License-Identifier: Apache-2.0
 * The performance monitor: samples, and what was busy between two of them. Hopper and later. Part of fake_nvml.c. */

struct fake_sample {
  int gpu;
  unsigned int taken; /* 0: never */
};

static unsigned int samples_taken;

API nvmlReturn_t nvmlGpmQueryDeviceSupport(nvmlDevice_t device, nvmlGpmSupport_t *support) {
  nvmlReturn_t code = enter_device("nvmlGpmQueryDeviceSupport", device, support);
  if (code == NVML_SUCCESS && support->version != 1) code = NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
  if (code == NVML_SUCCESS) support->isSupportedDevice = config.profile->architecture >= 9;
  return leave(code);
}

API nvmlReturn_t nvmlGpmSampleAlloc(void **sample) {
  nvmlReturn_t code = enter("nvmlGpmSampleAlloc", -1, 1);
  if (code == NVML_SUCCESS && !sample) code = NVML_ERROR_INVALID_ARGUMENT;
  if (code == NVML_SUCCESS) {
    *sample = calloc(1, sizeof(struct fake_sample));
    if (!*sample) code = NVML_ERROR_MEMORY;
  }
  return leave(code);
}

API nvmlReturn_t nvmlGpmSampleFree(void *sample) {
  free(sample);
  return NVML_SUCCESS;
}

API nvmlReturn_t nvmlGpmSampleGet(nvmlDevice_t device, void *sample) {
  nvmlReturn_t code = enter_whole("nvmlGpmSampleGet", device, sample);
  if (code == NVML_SUCCESS) *(struct fake_sample *)sample = (struct fake_sample){device->gpu, ++samples_taken};
  return leave(code);
}

/* Percent, as set.gpm<id>[.<gpu>] says; an idle GPU without. */
API nvmlReturn_t nvmlGpmMetricsGet(nvmlGpmMetricsGet_t *get) {
  nvmlReturn_t code = enter("nvmlGpmMetricsGet", -1, 1);
  if (code == NVML_SUCCESS && (!get || get->version != 1)) code = NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
  const struct fake_sample *first = get ? get->sample1 : NULL, *second = get ? get->sample2 : NULL;
  if (code == NVML_SUCCESS && (!first || !second || !first->taken || first->gpu != second->gpu || first->taken >= second->taken))
    code = NVML_ERROR_INVALID_ARGUMENT;
  for (U i = 0; code == NVML_SUCCESS && i < get->numMetrics; i++) {
    char name[16];
    snprintf(name, sizeof name, "gpm%u", get->metrics[i].metricId);
    get->metrics[i].value = rule_value(&config.sets, name, second->gpu, 0);
    get->metrics[i].nvmlReturn = NVML_SUCCESS;
  }
  if (code == NVML_SUCCESS) overrun("nvmlGpmMetricsGet", get + 1);
  return leave(code);
}
