package io.coxswain.agent.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.v1.Assignment;
import io.coxswain.v1.ElasticNodes;
import io.coxswain.v1.Group;
import io.coxswain.v1.MachinePowered;
import io.coxswain.v1.Outcome;
import io.coxswain.v1.ResumeRefused;
import io.coxswain.v1.SlurmQuiesced;
import io.coxswain.v1.Step;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each kind on the wire is one kind of step, and back. */
class StepDecoderTest {
  @Test
  void everyKindOnTheWireIsTestedHere() {
    assertThat(WireSteps.all())
        .extracting(Step::getKindCase)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Step.KindCase.values())
                .filter(kind -> kind != Step.KindCase.KIND_NOT_SET)
                .toList());
  }

  @Test
  void everyKindOfStepComesFromExactlyOneKindOnTheWire() {
    assertThat(WireSteps.all().stream().<Class<?>>map(step -> StepDecoder.decode(step).getClass()))
        .containsExactlyInAnyOrder(io.coxswain.agent.step.Step.class.getPermittedSubclasses());
  }

  @Test
  void aKindFromTheFutureIsRefusedWithItsTitleAndGroup() {
    Assignment wire =
        Assignment.newBuilder()
            .setGeneration(1)
            .addGroups(
                Group.newBuilder().setName("host").addSteps(Step.newBuilder().setTitle("teleport")))
            .build();
    assertThatThrownBy(() -> AssignmentDecoder.decode(wire))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("group host: step teleport");
  }

  @Test
  void nonsenseIsRefused() {
    List<Step> nonsense =
        List.of(
            WireSteps.file("relative", "x"),
            Step.newBuilder()
                .setSlurmQuiesced(SlurmQuiesced.newBuilder().setClusterId("c-1"))
                .build(),
            Step.newBuilder()
                .setSlurmQuiesced(
                    SlurmQuiesced.newBuilder()
                        .setClusterId("../etc")
                        .setPolicy(SlurmQuiesced.Policy.CANCEL))
                .build());
    for (Step step : nonsense) {
      assertThatThrownBy(() -> StepDecoder.decode(step))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected");
    }
  }

  @Test
  void groupsNameOnlyGroupsBeforeThem() {
    Group late = Group.newBuilder().setName("node").addAfter("host").build();
    assertThatThrownBy(
            () -> AssignmentDecoder.decode(Assignment.newBuilder().addGroups(late).build()))
        .hasMessageContaining("group node: after host");
  }

  @Test
  void everyStateOfAGroupHasAWord() {
    assertThat(Outcome.State.values())
        .hasSize(io.coxswain.agent.report.GroupOutcome.State.values().length + 2);
  }

  @Test
  void aWordThatCouldBeAnOptionOrMoreThanOneIsNoPartOfACommand() {
    List<MachinePowered.Builder> nonsense =
        List.of(
            WireSteps.powered().setHost("-oProxyCommand=x"),
            WireSteps.powered().setHost(""),
            WireSteps.powered().setHost("10.0.0.1 -f /etc/shadow"),
            WireSteps.powered().setHost("a\nb"),
            WireSteps.powered().setUser("-E"),
            WireSteps.powered().setUser("root\u0000"),
            WireSteps.powered().setPort(0),
            WireSteps.powered().setPort(70_000),
            WireSteps.powered().setMachine("a b"),
            WireSteps.powered().setDeed(MachinePowered.Deed.DEED_UNSPECIFIED),
            WireSteps.powered().setProtocol(MachinePowered.Protocol.PROTOCOL_UNSPECIFIED),
            WireSteps.powered()
                .setProtocol(MachinePowered.Protocol.WAKE_ON_LAN)
                .setMac("3c:ec:ef:00:12"));
    for (MachinePowered.Builder wire : nonsense) {
      assertThatThrownBy(
              () -> StepDecoder.decode(Step.newBuilder().setMachinePowered(wire).build()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("machine_powered.");
    }
  }

  @Test
  void aSlotsSettingThatHoldsAnotherSettingIsRefused() {
    List<ElasticNodes.Slot.Builder> nonsense =
        List.of(
            WireSteps.slot().setName("c-7f3a-5 state=FUTURE"),
            WireSteps.slot().setName("c-12ab-5"),
            WireSteps.slot().setName("c-7f3a-[1-9]"),
            WireSteps.slot().setFeature("f reason=x"),
            WireSteps.slot().setFeature(""),
            WireSteps.slot().setGres("gpu:8 weight=1"),
            WireSteps.slot().setGres("gpu:0"),
            WireSteps.slot().setCpus(0),
            WireSteps.slot().setBoards(-1),
            WireSteps.slot().setRealMemoryMib(0));
    for (ElasticNodes.Slot.Builder slot : nonsense) {
      assertThatThrownBy(() -> decode(slot))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("elastic_nodes.slots.");
    }
    assertThatThrownBy(() -> decode(WireSteps.slot(), WireSteps.slot()))
        .hasMessageContaining("a name twice");
    assertThatThrownBy(
            () ->
                StepDecoder.decode(
                    Step.newBuilder()
                        .setResumeRefused(
                            ResumeRefused.newBuilder()
                                .setClusterId("c-7f3a")
                                .setNode("c-7f3a-5")
                                .setReason("a\nb"))
                        .build()))
        .hasMessageContaining("resume_refused.reason");
  }

  private static void decode(ElasticNodes.Slot.Builder... slots) {
    ElasticNodes.Builder wire = ElasticNodes.newBuilder().setClusterId("c-7f3a");
    Arrays.stream(slots).forEach(wire::addSlots);
    StepDecoder.decode(Step.newBuilder().setElasticNodes(wire).build());
  }
}
