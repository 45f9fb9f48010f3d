package io.coxswain.controller.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.lifecycle.PowerOrder;
import io.coxswain.controller.observed.Seen;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.Nodepool;
import io.coxswain.controller.spec.PowerDeed;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Silence is excused only where somebody asked for it. */
class SwitchedOffTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final PowerOrder OFF = order(PowerDeed.OFF, "off");

  @Test
  void oneThatWasSwitchedOffIsOffUntilItIsHeardAgain() {
    assertThat(isOff(List.of(OFF), heard(NOON.minusSeconds(9), false))).isTrue();
    assertThat(isOff(List.of(OFF), Seen.NOTHING)).isTrue();
    assertThat(isOff(List.of(OFF), heard(NOON.plusSeconds(600), true))).isFalse();
    assertThat(isOff(List.of(OFF), heard(NOON.plusSeconds(600), false)))
        .as("switched on by hand, and silent since")
        .isFalse();
  }

  @Test
  void onlyTheNewestChangeCountsAndALookIsNone() {
    PowerOrder look = order(PowerDeed.READ, "off");
    assertThat(isOff(List.of(look, OFF), Seen.NOTHING)).isTrue();
    assertThat(isOff(List.of(look), Seen.NOTHING)).as("it may have failed").isFalse();
    assertThat(isOff(List.of(order(PowerDeed.ON, "on"), OFF), Seen.NOTHING)).isFalse();
    assertThat(isOff(List.of(order(PowerDeed.OFF, "on")), Seen.NOTHING)).isFalse();
    assertThat(isOff(List.of(), Seen.NOTHING)).isFalse();
  }

  @Test
  void aStoppedInstancesMachineIsOffAndWithoutABmcToo() {
    Instance stopped =
        Instance.pending(new ClusterId("c-00a1"), 0, Nodepool.MAIN, NOON)
            .in(InstanceState.STOPPED, NOON, Optional.empty());
    assertThat(SwitchedOff.isOnPurpose(List.of(), List.of(stopped), Seen.NOTHING)).isTrue();
    assertThat(isOff(List.of(order(PowerDeed.AWAIT_OFF, "unknown")), Seen.NOTHING)).isTrue();
  }

  private static boolean isOff(List<PowerOrder> readings, Seen seen) {
    return SwitchedOff.isOnPurpose(readings, List.of(), seen);
  }

  private static Seen heard(Instant at, boolean isConnected) {
    return new Seen(Optional.empty(), at, isConnected, 1, Map.of());
  }

  private static PowerOrder order(PowerDeed deed, String power) {
    return new PowerOrder(
        "op-1", "m-1", "m-0", deed, false, "", "alice", NOON, PowerOrder.State.ENDED, NOON, power);
  }
}
