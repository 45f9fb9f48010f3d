/* SPDX-License-Identifier: Apache-2.0
 *
 * A libnvidia-ml.so.1 without a driver, for tests and for the rack: README.md beside this file says how to build and steer it.
 *
 *   - The configuration file is read again whenever it changed, on every call, so that a test can change the machine under the
 *     agent's feet.
 *   - A file that is missing is a driver that is not loaded: the fake never makes GPUs up by itself.
 *   - Calls may come from any thread. The lock is not held while a call hangs.
 */
#include "fake_state.h"

#define API __attribute__((visibility("default")))

/* How often each function was called, for tests of the rate: written to the file that "calls" names. */
static struct {
  const char *function;
  unsigned long count;
} calls[128];

static void count_call(const char *function) {
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
    if (!calls[i].function) calls[i].function = function;
    if (!strcmp(calls[i].function, function)) {
      calls[i].count++;
      return;
    }
  }
}

static void write_calls(void) {
  if (!*config.calls) return;
  FILE *file = fopen(config.calls, "we");
  if (!file) return;
  for (size_t i = 0; i < sizeof calls / sizeof *calls && calls[i].function; i++)
    fprintf(file, "%s %lu\n", calls[i].function, calls[i].count);
  fclose(file);
}

/* Every call begins here: reads the configuration, hangs and fails as it says. Returns with the lock held. */
static nvmlReturn_t enter(const char *function, int gpu, int needs_init) {
  pthread_mutex_lock(&lock);
  read_config();
  count_call(function);
  const struct rule *hang = find_rule(&config.hangs, function, gpu);
  if (hang) {
    double seconds = hang->value;
    pthread_mutex_unlock(&lock);
    sleep_for(seconds);
    pthread_mutex_lock(&lock);
    read_config();
  }
  if (needs_init && users == 0) return NVML_ERROR_UNINITIALIZED;
  const struct rule *fail = find_rule(&config.fails, function, gpu);
  if (fail) return (nvmlReturn_t)fail->value;
  if (gpu >= 0 && gpu < MAX_GPUS && (config.lost >> gpu & 1)) return NVML_ERROR_GPU_IS_LOST;
  return NVML_SUCCESS;
}

static nvmlReturn_t leave(nvmlReturn_t code) {
  pthread_mutex_unlock(&lock);
  return code;
}

/* Handles of an earlier generation, of the driver or of a GPU's parts, are known no more. */
static int is_handle(nvmlDevice_t device) {
  struct fake_device *whole = &devices[config.generation][0];
  if (device >= whole && device < whole + MAX_GPUS) return 1;
  for (int gpu = 0; gpu < MAX_GPUS; gpu++) {
    struct fake_device *part = &parts[mig_generation[gpu]][gpu][0];
    if (device >= part && device < part + config.mig[gpu]) return 1;
  }
  return 0;
}

static nvmlReturn_t enter_device(const char *function, nvmlDevice_t device, const void *result) {
  pthread_mutex_lock(&lock);
  int gpu = is_handle(device) ? device->gpu : -1;
  pthread_mutex_unlock(&lock);
  nvmlReturn_t code = enter(function, gpu, 1);
  if (code == NVML_SUCCESS && (gpu < 0 || !is_handle(device) || gpu >= config.count || !result || !config.profile))
    return NVML_ERROR_INVALID_ARGUMENT;
  return code;
}

/* overrun.<function>=<bytes>: a driver that believes the caller's buffer to be longer. */
static void overrun(const char *function, void *end) {
  memset(end, 0x5a, (size_t)rule_value(&config.overruns, function, -1, 0));
}

static nvmlReturn_t copy(char *buffer, unsigned int length, const char *text) {
  if (strlen(text) + 1 > length) return NVML_ERROR_INSUFFICIENT_SIZE;
  strcpy(buffer, text);
  return NVML_SUCCESS;
}

/* form.<function>=<n>: the newest form of its structure that this driver takes. */
static int is_form(const char *function, unsigned int version, size_t size, unsigned int form, unsigned int newest) {
  return version == (size | form << 24) && form <= (unsigned int)rule_value(&config.forms, function, -1, newest);
}

/* A function that gives one number of one GPU. */
#define GETTER(function, type, name, otherwise)                                  \
  API nvmlReturn_t function(nvmlDevice_t device, type *value) {                  \
    nvmlReturn_t code = enter_device(#function, device, value);                  \
    if (code == NVML_SUCCESS) {                                                  \
      *value = (type)reading(name, device->gpu, otherwise);                      \
      overrun(#function, value + 1);                                             \
    }                                                                            \
    return leave(code);                                                          \
  }

/* The same, with a choice between several. */
#define CHOICE(function, type, names, defaults)                                              \
  API nvmlReturn_t function(nvmlDevice_t device, unsigned int which, type *value) {          \
    static const char *const name[] = names;                                                 \
    nvmlReturn_t code = enter_device(#function, device, value);                              \
    const double otherwise[] = defaults;                                                     \
    if (code == NVML_SUCCESS && which >= sizeof name / sizeof *name) code = NVML_ERROR_INVALID_ARGUMENT; \
    if (code == NVML_SUCCESS) *value = (type)reading(name[which], device->gpu, otherwise[which]); \
    return leave(code);                                                                      \
  }
#define LIST(...) {__VA_ARGS__}

/* Two numbers, each where a pointer says. */
#define PAIR(function, first_name, first_otherwise, second_name, second_otherwise)                    \
  API nvmlReturn_t function(nvmlDevice_t device, unsigned int *first, unsigned int *second) {         \
    nvmlReturn_t code = enter_device(#function, device, first && second ? first : NULL);              \
    if (code == NVML_SUCCESS) {                                                                       \
      *first = (unsigned int)reading(first_name, device->gpu, first_otherwise);                       \
      *second = (unsigned int)reading(second_name, device->gpu, second_otherwise);                    \
    }                                                                                                 \
    return leave(code);                                                                               \
  }

/* A text of one GPU. */
#define TEXT(function, ...)                                                                     \
  API nvmlReturn_t function(nvmlDevice_t device, char *text, unsigned int length) {             \
    nvmlReturn_t code = enter_device(#function, device, text);                                  \
    if (code == NVML_SUCCESS) {                                                                 \
      char value[96];                                                                           \
      snprintf(value, sizeof value, __VA_ARGS__);                                               \
      code = copy(text, length, value);                                                         \
    }                                                                                           \
    return leave(code);                                                                         \
  }

#include "fake_system.h"
#include "fake_health.h"
#include "fake_fabric.h"
#include "fake_gpm.h"
#include "fake_mig.h"
#include "fake_events.h"
