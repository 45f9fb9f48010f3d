package io.coxswain.controller.lifecycle;

import static io.coxswain.controller.lifecycle.InstanceState.CONFIGURING;
import static io.coxswain.controller.lifecycle.InstanceState.DESTROYED;
import static io.coxswain.controller.lifecycle.InstanceState.FAILED;
import static io.coxswain.controller.lifecycle.InstanceState.PENDING;
import static io.coxswain.controller.lifecycle.InstanceState.RUNNING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterStatusTest {
  @Test
  void everyStateHasItsPlaceInTheOrder() {
    assertThat(ClusterStatus.PRIORITY).containsExactlyInAnyOrder(InstanceState.values());
  }

  @Test
  void theMorePressingOfAnyTwoIsTheStatus() {
    for (int first = 0; first < ClusterStatus.PRIORITY.size(); first++) {
      for (int second = first; second < ClusterStatus.PRIORITY.size(); second++) {
        InstanceState pressing = ClusterStatus.PRIORITY.get(first);
        assertThat(ClusterStatus.of(List.of(ClusterStatus.PRIORITY.get(second), pressing)).state())
            .isEqualTo(pressing);
      }
    }
  }

  @Test
  void oneOf64ThatFailedIsSeenWithTheCounts() {
    List<InstanceState> instances = new ArrayList<>(Collections.nCopies(63, RUNNING));
    instances.add(FAILED);
    assertThat(ClusterStatus.of(instances).line()).isEqualTo("FAILED (1/64; 63 RUNNING)");
  }

  @Test
  void countsComeInTheOrderOfPressure() {
    assertThat(ClusterStatus.of(List.of(RUNNING, CONFIGURING, RUNNING, PENDING, DESTROYED)).line())
        .isEqualTo("PENDING (1/5; 1 CONFIGURING, 2 RUNNING, 1 DESTROYED)");
    assertThat(ClusterStatus.of(List.of(RUNNING, RUNNING)).line()).isEqualTo("RUNNING (2/2)");
  }

  @Test
  void aClusterWithoutInstancesHasNoStatus() {
    assertThatThrownBy(() -> ClusterStatus.of(List.of()))
        .hasMessage("instances: none (expected: at least one)");
  }
}
