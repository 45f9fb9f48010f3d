/* SPDX-License-Identifier: Apache-2.0
 *
 * Prints "<struct> <size>" and "<struct>.<member> <offset>" as the C compiler sees them. The tests compare the agent's own
 * structures with it.
 */
#include <stdio.h>

#include "nvml_abi.h"

#define SIZE(s) printf(#s " %zu\n", sizeof(s))
#define MEMBER(s, m) printf(#s "." #m " %zu\n", offsetof(s, m))

int main(void) {
  SIZE(nvmlPciInfo_t);
  MEMBER(nvmlPciInfo_t, busIdLegacy);
  MEMBER(nvmlPciInfo_t, domain);
  MEMBER(nvmlPciInfo_t, bus);
  MEMBER(nvmlPciInfo_t, device);
  MEMBER(nvmlPciInfo_t, pciDeviceId);
  MEMBER(nvmlPciInfo_t, pciSubSystemId);
  MEMBER(nvmlPciInfo_t, busId);
  SIZE(nvmlMemory_t);
  MEMBER(nvmlMemory_t, total);
  MEMBER(nvmlMemory_t, free);
  MEMBER(nvmlMemory_t, used);
  return 0;
}
