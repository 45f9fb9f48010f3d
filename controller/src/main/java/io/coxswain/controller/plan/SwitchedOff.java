package io.coxswain.controller.plan;

import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.lifecycle.PowerOrder;
import io.coxswain.controller.observed.Seen;
import io.coxswain.controller.spec.PowerDeed;
import java.util.List;
import java.util.Optional;

/** Which machines are off because somebody wanted it, so that nobody is woken for their silence. */
public final class SwitchedOff {
  private SwitchedOff() {}

  /**
   * Whether somebody switched the machine off, and it was not heard since.
   *
   * @param readings its orders that read its power, the newest first
   * @param leasing instances that lease it
   */
  public static boolean isOnPurpose(List<PowerOrder> readings, List<Instance> leasing, Seen seen) {
    boolean isStopped =
        leasing.stream().anyMatch(instance -> instance.state() == InstanceState.STOPPED);
    return isStopped || (!seen.isConnected() && wasSwitchedOff(readings, seen));
  }

  private static boolean wasSwitchedOff(List<PowerOrder> readings, Seen seen) {
    // One that was found off by a mere look may have failed.
    Optional<PowerOrder> last =
        readings.stream().filter(order -> order.deed() != PowerDeed.READ).findFirst();
    return last.filter(SwitchedOff::leftItOff)
        // It may have been switched on by hand.
        .filter(order -> !seen.lastSeen().isAfter(order.since()))
        .isPresent();
  }

  private static boolean leftItOff(PowerOrder order) {
    return switch (order.deed()) {
      case OFF -> order.power().equals("off");
      // It went down as it was told; without a BMC nothing reads its power back.
      case AWAIT_OFF -> !order.power().equals("on");
      case READ, ON, CYCLE -> false;
    };
  }
}
