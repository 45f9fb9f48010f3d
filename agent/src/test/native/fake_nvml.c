/* SPDX-License-Identifier: Apache-2.0
 *
 * A libnvidia-ml.so.1 without a driver, for tests and for the rack: README.md beside this file says how to build and steer it.
 *
 *   - The configuration file is read again whenever it changed, on every call, so that a test can change the machine under the
 *     agent's feet.
 *   - A file that is missing is a driver that is not loaded: the fake never makes GPUs up by itself.
 *   - Calls may come from any thread. The lock is not held while a call hangs.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "nvml_abi.h"

#define MAX_GPUS 16
#define MAX_RULES 64
#define API __attribute__((visibility("default")))

struct profile {
  const char *key;
  const char *name;
  unsigned long long memory_mib; /* as nvidia-smi shows memory.total */
  unsigned int pci_device;
};

static const struct profile PROFILES[] = {
    {"h200", "NVIDIA H200", 143771, 0x2335},
    {"h100", "NVIDIA H100 80GB HBM3", 81559, 0x2330},
    {"a100", "NVIDIA A100-SXM4-80GB", 81920, 0x20b2},
    {"b200", "NVIDIA B200", 183359, 0x2901},
    {"l40s", "NVIDIA L40S", 46068, 0x26b9},
};

/* Bus numbers of a usual eight-GPU machine, and more of the same kind behind them. */
static const unsigned int BUSES[MAX_GPUS] = {0x18, 0x2a, 0x3a, 0x5d, 0x9a, 0xab, 0xba, 0xdb,
                                             0x19, 0x2b, 0x3b, 0x5e, 0x9b, 0xac, 0xbb, 0xdc};

/* fail.<function>[.<gpu>]=<code>, hang.<function>[.<gpu>]=<seconds> */
struct rule {
  char function[64];
  int gpu; /* -1: any */
  double value;
};

struct fake_device {
  int index;
};

static struct fake_device devices[MAX_GPUS];

static struct {
  int present;
  const struct profile *profile;
  int count;
  char driver[80];
  char serial[80];
  unsigned int lost; /* bit per GPU */
  struct rule fails[MAX_RULES], hangs[MAX_RULES];
  int fail_count, hang_count;
} config;

static struct stat config_stat;
static int config_known;
static int users; /* nvmlInit is counted */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void add_rule(struct rule *rules, int *count, const char *name, const char *value) {
  if (*count == MAX_RULES) return;
  struct rule *rule = &rules[(*count)++];
  snprintf(rule->function, sizeof rule->function, "%s", name);
  rule->gpu = -1;
  char *dot = strchr(rule->function, '.');
  if (dot) {
    *dot = 0;
    rule->gpu = atoi(dot + 1);
  }
  rule->value = atof(value);
}

static void set_lost(const char *list) {
  char copy[128], *save = NULL;
  snprintf(copy, sizeof copy, "%s", list);
  for (char *item = strtok_r(copy, ", ", &save); item; item = strtok_r(NULL, ", ", &save)) {
    int gpu = atoi(item);
    if (gpu >= 0 && gpu < MAX_GPUS) config.lost |= 1u << gpu;
  }
}

static void set(const char *key, const char *value) {
  if (!strcmp(key, "profile")) {
    config.profile = NULL;
    for (size_t i = 0; i < sizeof PROFILES / sizeof *PROFILES; i++)
      if (!strcmp(PROFILES[i].key, value)) config.profile = &PROFILES[i];
    if (!config.profile) fprintf(stderr, "fake-nvml: profile %s (expected: h200, h100, a100, b200 or l40s)\n", value);
  } else if (!strcmp(key, "count")) {
    config.count = atoi(value);
    if (config.count < 0) config.count = 0;
    if (config.count > MAX_GPUS) config.count = MAX_GPUS;
  } else if (!strcmp(key, "driver")) {
    snprintf(config.driver, sizeof config.driver, "%s", value);
  } else if (!strcmp(key, "serial")) {
    snprintf(config.serial, sizeof config.serial, "%s", value);
  } else if (!strcmp(key, "lost")) {
    set_lost(value);
  } else if (!strncmp(key, "fail.", 5)) {
    add_rule(config.fails, &config.fail_count, key + 5, value);
  } else if (!strncmp(key, "hang.", 5)) {
    add_rule(config.hangs, &config.hang_count, key + 5, value);
  } else {
    fprintf(stderr, "fake-nvml: unknown key %s\n", key);
  }
}

static char *strip(char *text) {
  while (*text == ' ' || *text == '\t') text++;
  char *end = text + strlen(text);
  while (end > text && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\n' || end[-1] == '\r')) *--end = 0;
  return text;
}

/* Different machines must show different GPUs, and a machine the same ones for ever: the machine id outlives a new host name. */
static void default_serial(void) {
  FILE *file = fopen("/etc/machine-id", "re");
  if (!file) return;
  char line[80];
  if (fgets(line, sizeof line, file)) snprintf(config.serial, sizeof config.serial, "%s", strip(line));
  fclose(file);
}

static void read_config(void) {
  const char *path = getenv("FAKE_NVML_CONF");
  if (!path || !*path) path = "/etc/fake-nvml.conf";
  struct stat now;
  if (stat(path, &now)) memset(&now, 0, sizeof now);
  if (config_known && now.st_mtim.tv_sec == config_stat.st_mtim.tv_sec &&
      now.st_mtim.tv_nsec == config_stat.st_mtim.tv_nsec && now.st_size == config_stat.st_size &&
      now.st_ino == config_stat.st_ino)
    return;
  config_stat = now;
  config_known = 1;
  memset(&config, 0, sizeof config);
  config.profile = &PROFILES[0];
  config.count = 8;
  strcpy(config.driver, "570.124.06");
  default_serial();
  FILE *file = fopen(path, "re");
  if (!file) return;
  config.present = 1;
  char line[256];
  while (fgets(line, sizeof line, file)) {
    char *text = strip(line);
    char *equals = strchr(text, '=');
    if (*text == 0 || *text == '#' || !equals) continue;
    *equals = 0;
    set(strip(text), strip(equals + 1));
  }
  fclose(file);
}

static const struct rule *find_rule(const struct rule *rules, int count, const char *function, int gpu) {
  for (int i = 0; i < count; i++)
    if (!strcmp(rules[i].function, function) && (rules[i].gpu < 0 || rules[i].gpu == gpu)) return &rules[i];
  return NULL;
}

static void sleep_for(double seconds) {
  struct timespec left = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
  while (nanosleep(&left, &left) && errno == EINTR) {
  }
}

/* Every call begins here: reads the configuration, hangs and fails as it says. Returns with the lock held. */
static nvmlReturn_t enter(const char *function, int gpu, int needs_init) {
  pthread_mutex_lock(&lock);
  read_config();
  const struct rule *hang = find_rule(config.hangs, config.hang_count, function, gpu);
  if (hang) {
    double seconds = hang->value;
    pthread_mutex_unlock(&lock);
    sleep_for(seconds);
    pthread_mutex_lock(&lock);
    read_config();
  }
  if (needs_init && users == 0) return NVML_ERROR_UNINITIALIZED;
  const struct rule *fail = find_rule(config.fails, config.fail_count, function, gpu);
  if (fail) return (nvmlReturn_t)fail->value;
  if (gpu >= 0 && gpu < MAX_GPUS && (config.lost >> gpu & 1)) return NVML_ERROR_GPU_IS_LOST;
  return NVML_SUCCESS;
}

static nvmlReturn_t leave(nvmlReturn_t code) {
  pthread_mutex_unlock(&lock);
  return code;
}

static int index_of(nvmlDevice_t device) {
  return device >= devices && device < devices + MAX_GPUS ? device->index : -1;
}

static nvmlReturn_t enter_device(const char *function, nvmlDevice_t device, const void *result) {
  int gpu = index_of(device);
  nvmlReturn_t code = enter(function, gpu, 1);
  if (code == NVML_SUCCESS && (gpu < 0 || gpu >= config.count || !result || !config.profile)) return NVML_ERROR_INVALID_ARGUMENT;
  return code;
}

static nvmlReturn_t copy(char *buffer, unsigned int length, const char *text) {
  if (strlen(text) + 1 > length) return NVML_ERROR_INSUFFICIENT_SIZE;
  strcpy(buffer, text);
  return NVML_SUCCESS;
}

API nvmlReturn_t nvmlInit_v2(void) {
  nvmlReturn_t code = enter("nvmlInit_v2", -1, 0);
  if (code == NVML_SUCCESS && (!config.present || !config.profile)) code = NVML_ERROR_DRIVER_NOT_LOADED;
  if (code == NVML_SUCCESS) {
    for (int i = 0; i < MAX_GPUS; i++) devices[i].index = i;
    users++;
  }
  return leave(code);
}

API nvmlReturn_t nvmlShutdown(void) {
  nvmlReturn_t code = enter("nvmlShutdown", -1, 1);
  if (code == NVML_SUCCESS) users--;
  return leave(code);
}

API nvmlReturn_t nvmlSystemGetDriverVersion(char *version, unsigned int length) {
  nvmlReturn_t code = enter("nvmlSystemGetDriverVersion", -1, 1);
  if (code == NVML_SUCCESS) code = version ? copy(version, length, config.driver) : NVML_ERROR_INVALID_ARGUMENT;
  return leave(code);
}

API nvmlReturn_t nvmlDeviceGetCount_v2(unsigned int *count) {
  nvmlReturn_t code = enter("nvmlDeviceGetCount_v2", -1, 1);
  if (code == NVML_SUCCESS && !count) code = NVML_ERROR_INVALID_ARGUMENT;
  if (code == NVML_SUCCESS) *count = (unsigned int)config.count;
  return leave(code);
}

API nvmlReturn_t nvmlDeviceGetHandleByIndex_v2(unsigned int index, nvmlDevice_t *device) {
  nvmlReturn_t code = enter("nvmlDeviceGetHandleByIndex_v2", index < MAX_GPUS ? (int)index : -1, 1);
  if (code == NVML_SUCCESS && (!device || index >= (unsigned int)config.count)) code = NVML_ERROR_INVALID_ARGUMENT;
  if (code == NVML_SUCCESS) *device = &devices[index];
  return leave(code);
}

API nvmlReturn_t nvmlDeviceGetName(nvmlDevice_t device, char *name, unsigned int length) {
  nvmlReturn_t code = enter_device("nvmlDeviceGetName", device, name);
  if (code == NVML_SUCCESS) code = copy(name, length, config.profile->name);
  return leave(code);
}

static uint64_t hash(const char *text, int gpu, uint64_t seed) {
  uint64_t value = 14695981039346656037ull; /* FNV-1a, then a finalizer so that near inputs differ everywhere */
  for (; *text; text++) value = (value ^ (unsigned char)*text) * 1099511628211ull;
  value = (value ^ ((uint64_t)gpu << 8 | seed)) * 1099511628211ull;
  value = (value ^ value >> 33) * 0xff51afd7ed558ccdull;
  value = (value ^ value >> 33) * 0xc4ceb9fe1a85ec53ull;
  return value ^ value >> 33;
}

API nvmlReturn_t nvmlDeviceGetUUID(nvmlDevice_t device, char *uuid, unsigned int length) {
  nvmlReturn_t code = enter_device("nvmlDeviceGetUUID", device, uuid);
  if (code == NVML_SUCCESS) {
    uint64_t a = hash(config.serial, device->index, 1), b = hash(config.serial, device->index, 2);
    char text[64];
    snprintf(text, sizeof text, "GPU-%08x-%04x-%04x-%04x-%012llx", (unsigned int)(a >> 32), (unsigned int)(a >> 16) & 0xffff,
             (unsigned int)a & 0xffff, (unsigned int)(b >> 48), (unsigned long long)(b & 0xffffffffffffull));
    code = copy(uuid, length, text);
  }
  return leave(code);
}

API nvmlReturn_t nvmlDeviceGetPciInfo_v3(nvmlDevice_t device, nvmlPciInfo_t *pci) {
  nvmlReturn_t code = enter_device("nvmlDeviceGetPciInfo_v3", device, pci);
  if (code == NVML_SUCCESS) {
    memset(pci, 0, sizeof *pci);
    pci->bus = BUSES[device->index];
    pci->pciDeviceId = config.profile->pci_device << 16 | 0x10de;
    pci->pciSubSystemId = 0x000010de;
    snprintf(pci->busIdLegacy, sizeof pci->busIdLegacy, "%04X:%02X:%02X.0", pci->domain, pci->bus & 0xff, pci->device & 0xff);
    snprintf(pci->busId, sizeof pci->busId, "%08X:%02X:%02X.0", pci->domain, pci->bus & 0xff, pci->device & 0xff);
  }
  return leave(code);
}

API nvmlReturn_t nvmlDeviceGetMinorNumber(nvmlDevice_t device, unsigned int *minor) {
  nvmlReturn_t code = enter_device("nvmlDeviceGetMinorNumber", device, minor);
  if (code == NVML_SUCCESS) *minor = (unsigned int)device->index;
  return leave(code);
}

API nvmlReturn_t nvmlDeviceGetMemoryInfo(nvmlDevice_t device, nvmlMemory_t *memory) {
  nvmlReturn_t code = enter_device("nvmlDeviceGetMemoryInfo", device, memory);
  if (code == NVML_SUCCESS) {
    memory->total = config.profile->memory_mib << 20;
    memory->used = 0;
    memory->free = memory->total;
  }
  return leave(code);
}

API const char *nvmlErrorString(nvmlReturn_t code) {
  switch (code) {
    case NVML_SUCCESS: return "Success";
    case NVML_ERROR_UNINITIALIZED: return "Uninitialized";
    case NVML_ERROR_INVALID_ARGUMENT: return "Invalid Argument";
    case 3: return "Not Supported";
    case 4: return "Insufficient Permissions";
    case 6: return "Not Found";
    case NVML_ERROR_INSUFFICIENT_SIZE: return "Insufficient Size";
    case NVML_ERROR_DRIVER_NOT_LOADED: return "Driver Not Loaded";
    case 10: return "Timeout";
    case NVML_ERROR_GPU_IS_LOST: return "GPU is lost";
    case 16: return "GPU requires reset";
    case 18: return "Driver/library version mismatch";
    default: return "Unknown Error";
  }
}
