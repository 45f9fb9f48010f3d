package io.coxswain.agent.step;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What slurmctld 22.05.8 prints of a slot is read as the slot that was created. */
class ElasticSlotTest {
  // scontrol -o show node, slurm-wlm 22.05.8 of Debian 12, after scontrol create … State=CLOUD.
  private static final String LINE =
      "NodeName=c-7f3a-6 CoresPerSocket=2  CPUAlloc=0 CPUEfctv=2 CPUTot=2 CPULoad=N/A"
          + " AvailableFeatures=c_7f3a_burst ActiveFeatures=c_7f3a_burst Gres=gpu:h200:2"
          + " NodeAddr=c-7f3a-6 NodeHostName=c-7f3a-6  RealMemory=4000 AllocMem=0 FreeMem=N/A"
          + " Sockets=1 Boards=1 State=IDLE+CLOUD+DYNAMIC_NORM+POWERED_DOWN ThreadsPerCore=1"
          + " TmpDisk=0 Weight=1 Owner=N/A MCS_label=N/A Partitions=burst  BootTime=None"
          + " SlurmdStartTime=None LastBusyTime=2026-11-22T17:35:41 CfgTRES=cpu=2,mem=4000M,billing=2"
          + " AllocTRES= CapWatts=n/a CurrentWatts=0 AveWatts=0 ExtSensorsJoules=n/s";

  @Test
  void aSlotIsReadAsItWasCreated() {
    assertThat(ElasticSlot.parse(LINE))
        .contains(new ElasticSlot("c-7f3a-6", "c_7f3a_burst", "gpu:h200:2", 2, 1, 1, 2, 1, 4000));
    assertThat(ElasticSlot.parse(LINE.replace("gpu:h200:2", "(null)")).orElseThrow().gres())
        .isEmpty();
    assertThat(ElasticSlot.parse(LINE.replace("h200:2", "h200:2(S:0-1)")))
        .isEqualTo(ElasticSlot.parse(LINE));
    assertThat(ElasticSlot.parse(LINE.replace("Sockets=1 Boards=1", "Sockets=4 Boards=2")))
        .hasValueSatisfying(slot -> assertThat(slot.socketsPerBoard()).isEqualTo(2));
  }

  @Test
  void aNodeThatJoinedByItselfIsNone() {
    assertThat(ElasticSlot.parse(LINE.replace("+CLOUD", ""))).isEmpty();
    assertThat(ElasticSlot.parse("No nodes in the system")).isEmpty();
  }

  @Test
  void whatSlurmSaysOfASlotIsUnderstood() {
    assertThat(node("IDLE+CLOUD+DYNAMIC_NORM+POWERED_DOWN").isEmpty()).isTrue();
    assertThat(node("MIXED+CLOUD+DYNAMIC_NORM+NOT_RESPONDING+POWERING_UP").isResuming()).isTrue();
    assertThat(node("MIXED+CLOUD+DYNAMIC_NORM+NOT_RESPONDING+POWERING_UP").isEmpty()).isFalse();
    assertThat(node("IDLE+CLOUD+DYNAMIC_NORM+POWERING_DOWN").isEmpty()).isFalse();
    assertThat(node("IDLE+CLOUD+DYNAMIC_NORM+POWER_DOWN+NOT_RESPONDING").isEmpty()).isFalse();
    assertThat(node("IDLE+CLOUD+DYNAMIC_NORM").isEmpty()).isFalse();
  }

  private static SlurmNode node(String state) {
    return SlurmNode.parse("NodeName=c-7f3a-6 State=" + state).orElseThrow();
  }
}
