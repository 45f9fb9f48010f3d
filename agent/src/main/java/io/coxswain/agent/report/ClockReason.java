package io.coxswain.agent.report;

import java.util.Arrays;
import java.util.List;

/** Why a GPU's clocks are not higher (nvmlClocksEventReasons). */
public enum ClockReason {
  GPU_IDLE(0x1),
  CLOCKS_SETTING(0x2),
  POWER_CAP(0x4),
  /** Heat, power brake or something the hardware does not say. */
  HW_SLOWDOWN(0x8),
  SYNC_BOOST(0x10),
  SW_THERMAL(0x20),
  HW_THERMAL(0x40),
  /** The machine's power supply asked for it. */
  HW_POWER_BRAKE(0x80),
  DISPLAY_CLOCKS(0x100);

  private final long bit;

  ClockReason(long bit) {
    this.bit = bit;
  }

  /** Those among the bits; bits of newer drivers are left out. */
  public static List<ClockReason> of(long bits) {
    return Arrays.stream(values()).filter(reason -> (bits & reason.bit) != 0).toList();
  }
}
