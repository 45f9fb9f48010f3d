/* SPDX-License-Identifier: Apache-2.0
 * What the driver raises by itself. Part of fake_nvml.c. */

struct fake_event_set {
  unsigned long long types[MAX_GPUS];
};

#define SUPPORTED_EVENTS 0xff9full

API nvmlReturn_t nvmlEventSetCreate(nvmlEventSet_t *set) {
  nvmlReturn_t code = enter("nvmlEventSetCreate", -1, 1);
  if (code == NVML_SUCCESS) *set = calloc(1, sizeof **set);
  return leave(code);
}

API nvmlReturn_t nvmlEventSetFree(nvmlEventSet_t set) {
  nvmlReturn_t code = enter("nvmlEventSetFree", -1, 1);
  if (code == NVML_SUCCESS) free(set);
  return leave(code);
}

API nvmlReturn_t nvmlDeviceGetSupportedEventTypes(nvmlDevice_t device, unsigned long long *types) {
  nvmlReturn_t code = enter_device("nvmlDeviceGetSupportedEventTypes", device, types);
  if (code == NVML_SUCCESS) *types = SUPPORTED_EVENTS;
  return leave(code);
}

API nvmlReturn_t nvmlDeviceRegisterEvents(nvmlDevice_t device, unsigned long long types, nvmlEventSet_t set) {
  nvmlReturn_t code = enter_device("nvmlDeviceRegisterEvents", device, set);
  if (code == NVML_SUCCESS && types & ~SUPPORTED_EVENTS) code = NVML_ERROR_NOT_SUPPORTED;
  if (code == NVML_SUCCESS) set->types[device->gpu] |= types;
  return leave(code);
}

/* The next one that the configuration holds and nobody was told; a changed recovery action is one, too. */
static int next_event(nvmlEventSet_t set, nvmlEventData_t *data) {
  for (int i = 0; i < config.event_count; i++) {
    struct event *event = &config.events[i];
    if (event->number <= told || event->gpu < 0 || event->gpu >= config.count) continue;
    told = event->number;
    if (!(set->types[event->gpu] & event->type)) continue;
    *data = (nvmlEventData_t){&devices[config.generation][event->gpu], event->type, event->data, 0xffffffff, 0xffffffff};
    return 1;
  }
  for (int gpu = 0; gpu < config.count; gpu++) {
    double action = rule_value(&config.sets, "recovery", gpu, 0);
    if (action == recovery_told[gpu]) continue;
    recovery_told[gpu] = action;
    if (!(set->types[gpu] & 0x8000)) continue;
    *data = (nvmlEventData_t){&devices[config.generation][gpu], 0x8000, (L)action, 0xffffffff, 0xffffffff};
    return 1;
  }
  return 0;
}

/* Really waits, and gives each event once. */
API nvmlReturn_t nvmlEventSetWait_v2(nvmlEventSet_t set, nvmlEventData_t *data, unsigned int milliseconds) {
  for (unsigned int waited = 0;; waited += 50) {
    nvmlReturn_t code = enter("nvmlEventSetWait_v2", -1, 1);
    if (code != NVML_SUCCESS || next_event(set, data)) return leave(code);
    leave(code);
    if (waited >= milliseconds) return NVML_ERROR_TIMEOUT;
    sleep_for(0.05);
  }
}
