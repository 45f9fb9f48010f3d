package io.coxswain.agent.report;

import java.util.Arrays;

/**
 * What the driver itself says must be done with a GPU (NVML_FI_DEV_GET_GPU_RECOVERY_ACTION, NVML
 * change log 565 to 615).
 */
public enum RecoveryAction {
  NONE(0),
  GPU_RESET(1),
  NODE_REBOOT(2),
  /** End what uses peer-to-peer traffic. */
  DRAIN_P2P(3),
  DRAIN_AND_RESET(4),
  /** About the node's NVLink domain, not about this GPU. */
  RECOVER_IMEX(5),
  BUS_RESET(6),
  SYSTEM_REBOOT(7),
  /** A newer driver's word: no reason to believe that all is well. */
  UNKNOWN(-1);

  private final long code;

  RecoveryAction(long code) {
    this.code = code;
  }

  public static RecoveryAction of(long code) {
    return Arrays.stream(values())
        .filter(action -> action != UNKNOWN && action.code == code)
        .findFirst()
        .orElse(UNKNOWN);
  }
}
