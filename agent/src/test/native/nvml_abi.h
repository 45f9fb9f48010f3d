/* SPDX-License-Identifier: Apache-2.0
 *
 * The part of NVML's binary interface that the agent uses, declared from its documentation: no line of NVIDIA's header is here.
 * Sizes and offsets were measured with gcc 12 on x86-64 against the header of NVML 13.3 and are asserted below.
 */
#ifndef COXSWAIN_NVML_ABI_H
#define COXSWAIN_NVML_ABI_H

#include <stddef.h>

typedef int nvmlReturn_t;
typedef struct fake_device *nvmlDevice_t;

enum {
  NVML_SUCCESS = 0,
  NVML_ERROR_UNINITIALIZED = 1,
  NVML_ERROR_INVALID_ARGUMENT = 2,
  NVML_ERROR_INSUFFICIENT_SIZE = 7,
  NVML_ERROR_DRIVER_NOT_LOADED = 9,
  NVML_ERROR_GPU_IS_LOST = 15
};

typedef struct {
  char busIdLegacy[16];
  unsigned int domain;
  unsigned int bus;
  unsigned int device;
  unsigned int pciDeviceId;    /* device << 16 | vendor */
  unsigned int pciSubSystemId;
  char busId[32];              /* "00000000:18:00.0", upper case */
} nvmlPciInfo_t;

typedef struct {
  unsigned long long total;
  unsigned long long free;
  unsigned long long used;
} nvmlMemory_t;

_Static_assert(sizeof(nvmlPciInfo_t) == 68, "nvmlPciInfo_t");
_Static_assert(offsetof(nvmlPciInfo_t, domain) == 16, "domain");
_Static_assert(offsetof(nvmlPciInfo_t, bus) == 20, "bus");
_Static_assert(offsetof(nvmlPciInfo_t, device) == 24, "device");
_Static_assert(offsetof(nvmlPciInfo_t, pciDeviceId) == 28, "pciDeviceId");
_Static_assert(offsetof(nvmlPciInfo_t, pciSubSystemId) == 32, "pciSubSystemId");
_Static_assert(offsetof(nvmlPciInfo_t, busId) == 36, "busId");
_Static_assert(sizeof(nvmlMemory_t) == 24, "nvmlMemory_t");
_Static_assert(offsetof(nvmlMemory_t, free) == 8, "free");
_Static_assert(offsetof(nvmlMemory_t, used) == 16, "used");

#endif
