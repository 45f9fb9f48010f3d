/* SPDX-License-Identifier: Apache-2.0
 *
 * What the fake driver is: profiles, the configuration file and what follows from it. Included once, by fake_nvml.c.
 */
#ifndef COXSWAIN_FAKE_STATE_H
#define COXSWAIN_FAKE_STATE_H

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

/* The driver branch whose symbols this library has: 535, 550, 570, 580, 590 or 595. */
#ifndef BRANCH
#define BRANCH 570
#endif

#define MAX_GPUS 16
#define MAX_MIG 8
#define GENERATIONS 4
#define MAX_RULES 96
#define MAX_EVENTS 64

struct profile {
  const char *key;
  const char *name;
  unsigned long long memory_mib; /* as nvidia-smi shows memory.total */
  unsigned int pci_device;
  unsigned int architecture, capability; /* 9, 90 */
  unsigned int links, link_version, link_mbps;
  unsigned int watts, sm_mhz, memory_mhz, pcie_gen;
  int has_memory_sensor, has_fabric, max_mig;
};

static const struct profile PROFILES[] = {
    {"h200", "NVIDIA H200", 143771, 0x2335, 9, 90, 18, 4, 26562, 700, 1980, 3201, 5, 1, 1, 7},
    {"h100", "NVIDIA H100 80GB HBM3", 81559, 0x2330, 9, 90, 18, 4, 26562, 700, 1980, 2619, 5, 1, 1, 7},
    {"a100", "NVIDIA A100-SXM4-80GB", 81920, 0x20b2, 7, 80, 12, 3, 25000, 400, 1410, 1593, 4, 1, 0, 7},
    {"b200", "NVIDIA B200", 183359, 0x2901, 10, 100, 18, 5, 53125, 1000, 1965, 3996, 5, 1, 1, 7},
    {"l40s", "NVIDIA L40S", 46068, 0x26b9, 8, 89, 0, 0, 0, 350, 2520, 9001, 4, 0, 0, 0},
};

/* Bus numbers of a usual eight-GPU machine, and more of the same kind behind them. */
static const unsigned int BUSES[MAX_GPUS] = {0x18, 0x2a, 0x3a, 0x5d, 0x9a, 0xab, 0xba, 0xdb,
                                             0x19, 0x2b, 0x3b, 0x5e, 0x9b, 0xac, 0xbb, 0xdc};

/* <name>[.<gpu>]=<value> */
struct rule {
  char name[64];
  int gpu; /* -1: any */
  double value;
};

struct rules {
  struct rule rule[MAX_RULES];
  int count;
};

struct event {
  unsigned int number;
  int gpu;
  unsigned long long type, data;
};

/* A GPU, or a part of one: slot is -1 for the whole. */
struct fake_device {
  int gpu, slot;
};

static struct fake_device devices[GENERATIONS][MAX_GPUS];
static struct fake_device parts[GENERATIONS][MAX_GPUS][MAX_MIG];

static struct {
  int present;
  const struct profile *profile;
  int count;
  int generation, stride;
  char driver[80], nvml[80], serial[80], excluded[32], calls[256];
  unsigned int lost; /* bit per GPU */
  int mig[MAX_GPUS];
  unsigned long long down[MAX_GPUS]; /* bit per link */
  struct rules fails, hangs, sets, grows, overruns, forms;
  struct event events[MAX_EVENTS];
  int event_count;
} config;

static struct stat config_stat;
static int config_known;
static int users; /* nvmlInit is counted */
static int mig_generation[MAX_GPUS], mig_before[MAX_GPUS];
static unsigned int told; /* number of the last event that was delivered */
static double recovery_told[MAX_GPUS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void add_rule(struct rules *rules, const char *name, const char *value) {
  if (rules->count == MAX_RULES) return;
  struct rule *rule = &rules->rule[rules->count++];
  snprintf(rule->name, sizeof rule->name, "%s", name);
  rule->gpu = -1;
  char *dot = strchr(rule->name, '.');
  if (dot) {
    *dot = 0;
    rule->gpu = atoi(dot + 1);
  }
  rule->value = atof(value);
}

/* A rule for this GPU before one for all. */
static struct rule *find_rule(struct rules *rules, const char *name, int gpu) {
  struct rule *any = NULL;
  for (int i = 0; i < rules->count; i++) {
    struct rule *rule = &rules->rule[i];
    if (strcmp(rule->name, name)) continue;
    if (rule->gpu == gpu && gpu >= 0) return rule;
    if (rule->gpu < 0) any = rule;
  }
  return any;
}

static double rule_value(struct rules *rules, const char *name, int gpu, double otherwise) {
  struct rule *rule = find_rule(rules, name, gpu);
  return rule ? rule->value : otherwise;
}

/* set.<name>[.<gpu>]=<value>, or what a healthy GPU reads. */
static unsigned long long reading(const char *name, int gpu, double otherwise) {
  double value = rule_value(&config.sets, name, gpu, otherwise);
  return value < 0 ? (unsigned long long)(long long)value : (unsigned long long)value;
}

static unsigned long long bits(const char *list, int most) {
  char copy[128], *save = NULL;
  unsigned long long all = 0;
  snprintf(copy, sizeof copy, "%s", list);
  for (char *item = strtok_r(copy, ", ", &save); item; item = strtok_r(NULL, ", ", &save)) {
    int bit = atoi(item);
    if (bit >= 0 && bit < most) all |= 1ull << bit;
  }
  return all;
}

static void add_event(const char *number, const char *value) {
  if (config.event_count == MAX_EVENTS) return;
  struct event *event = &config.events[config.event_count];
  if (sscanf(value, "%d,%lli,%llu", &event->gpu, (long long *)&event->type, &event->data) != 3) return;
  event->number = (unsigned int)atoi(number);
  config.event_count++;
}

static int clamp(const char *value, int most) {
  int number = atoi(value);
  return number < 0 ? 0 : number > most ? most : number;
}

static int prefixed(const char *key, const char *prefix) { return !strncmp(key, prefix, strlen(prefix)); }

static void set_profile(const char *value) {
  config.profile = NULL;
  for (size_t i = 0; i < sizeof PROFILES / sizeof *PROFILES; i++)
    if (!strcmp(PROFILES[i].key, value)) config.profile = &PROFILES[i];
  if (!config.profile) fprintf(stderr, "fake-nvml: profile %s (expected: h200, h100, a100, b200 or l40s)\n", value);
}

static void set(const char *key, const char *value) {
  if (!strcmp(key, "profile")) set_profile(value);
  else if (!strcmp(key, "count")) config.count = clamp(value, MAX_GPUS);
  else if (!strcmp(key, "driver")) snprintf(config.driver, sizeof config.driver, "%s", value);
  else if (!strcmp(key, "nvml")) snprintf(config.nvml, sizeof config.nvml, "%s", value);
  else if (!strcmp(key, "serial")) snprintf(config.serial, sizeof config.serial, "%s", value);
  else if (!strcmp(key, "excluded")) snprintf(config.excluded, sizeof config.excluded, "%s", value);
  else if (!strcmp(key, "calls")) snprintf(config.calls, sizeof config.calls, "%s", value);
  else if (!strcmp(key, "lost")) config.lost = (unsigned int)bits(value, MAX_GPUS);
  else if (!strcmp(key, "generation")) config.generation = atoi(value) % GENERATIONS;
  else if (!strcmp(key, "stride")) config.stride = atoi(value);
  else if (prefixed(key, "down.")) config.down[clamp(key + 5, MAX_GPUS - 1)] = bits(value, 64);
  else if (prefixed(key, "mig.")) config.mig[clamp(key + 4, MAX_GPUS - 1)] = clamp(value, MAX_MIG);
  else if (prefixed(key, "event.")) add_event(key + 6, value);
  else if (prefixed(key, "fail.")) add_rule(&config.fails, key + 5, value);
  else if (prefixed(key, "hang.")) add_rule(&config.hangs, key + 5, value);
  else if (prefixed(key, "set.")) add_rule(&config.sets, key + 4, value);
  else if (prefixed(key, "grow.")) add_rule(&config.grows, key + 5, value);
  else if (prefixed(key, "overrun.")) add_rule(&config.overruns, key + 8, value);
  else if (prefixed(key, "form.")) add_rule(&config.forms, key + 5, value);
  else fprintf(stderr, "fake-nvml: unknown key %s\n", key);
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

static const char *default_driver(void) {
  switch (BRANCH) {
    case 535: return "535.230.02";
    case 550: return "550.163.01";
    case 580: return "580.82.07";
    case 590: return "590.48.01";
    case 595: return "595.45.04";
    default: return "570.124.06";
  }
}

/* Handles of the parts of a GPU die when it is cut in another way. */
static void note_mig(void) {
  for (int gpu = 0; gpu < MAX_GPUS; gpu++) {
    if (config.mig[gpu] != mig_before[gpu]) mig_generation[gpu] = (mig_generation[gpu] + 1) % GENERATIONS;
    mig_before[gpu] = config.mig[gpu];
  }
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
  config.stride = 24;
  strcpy(config.driver, default_driver());
  default_serial();
  FILE *file = fopen(path, "re");
  if (!file) return;
  config.present = 1;
  char line[512];
  while (fgets(line, sizeof line, file)) {
    char *text = strip(line);
    char *equals = strchr(text, '=');
    if (*text == 0 || *text == '#' || !equals) continue;
    *equals = 0;
    set(strip(text), strip(equals + 1));
  }
  fclose(file);
  note_mig();
}

static void sleep_for(double seconds) {
  struct timespec left = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
  while (nanosleep(&left, &left) && errno == EINTR) {
  }
}

static uint64_t hash(const char *text, int gpu, uint64_t seed) {
  uint64_t value = 14695981039346656037ull; /* FNV-1a, then a finalizer so that near inputs differ everywhere */
  for (; *text; text++) value = (value ^ (unsigned char)*text) * 1099511628211ull;
  value = (value ^ ((uint64_t)gpu << 8 | seed)) * 1099511628211ull;
  value = (value ^ value >> 33) * 0xff51afd7ed558ccdull;
  value = (value ^ value >> 33) * 0xc4ceb9fe1a85ec53ull;
  return value ^ value >> 33;
}

#endif
