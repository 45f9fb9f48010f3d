package io.coxswain.controller.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.controller.access.Vault;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.lifecycle.PowerOrder;
import io.coxswain.controller.plan.RepairPolicy;
import io.coxswain.controller.spec.Bmc;
import io.coxswain.controller.spec.PowerDeed;
import io.coxswain.controller.spec.Repair;
import io.coxswain.controller.spec.Secret;
import io.coxswain.controller.spec.Want;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines are switched, instances stopped and started, from the wish to its end. */
class PowersTest {
  private static final Secret PASSWORD =
      new Secret("hunter2-hunter2".getBytes(StandardCharsets.UTF_8));
  private static final Bmc IPMI =
      new Bmc(Bmc.Protocol.IPMI, "10.9.0.1", 623, "cox", "", "", false, "");
  private static final Bmc CARD =
      new Bmc(Bmc.Protocol.WOL, "", 9, "", "", "", false, "3c:ec:ef:00:00:01");

  @TempDir Path directory;
  private Yard yard;
  private Bmcs bmcs;
  private Powers powers;
  private int requests;

  @BeforeEach
  void aSiteWithControllers() {
    Vault vault = new Vault(directory, new SecureRandom());
    yard = new Yard(RepairPolicy.OFF, vault);
    bmcs = new Bmcs(yard.store, vault, () -> yard.now);
    powers = new Powers(yard.store, yard.fleet, () -> yard.now, new SplittableRandom(7), id -> {});
    for (String machine : List.of("gpu01", "gpu02", "gpu03", "jumphost")) {
      bmcs.set(machine, IPMI, PASSWORD, "alice");
    }
  }

  private Operation ask(String machine, PowerDeed deed, boolean isForced) {
    Operation operation =
        powers.ask(new Powers.Wish(machine, deed, isForced, "alice", "request-" + requests++));
    yard.turn();
    return operation;
  }

  private Operation stop(String instance) {
    Operation operation = powers.stop(instance, "alice", "request-" + requests++);
    yard.turn();
    return operation;
  }

  private Operation start(String instance) {
    Operation operation = powers.start(instance, "alice", "request-" + requests++);
    yard.turn();
    return operation;
  }

  private List<Want.Powered> told() {
    return yard.wants("m-0").stream()
        .filter(Want.Powered.class::isInstance)
        .map(Want.Powered.class::cast)
        .toList();
  }

  private Operation now(Operation operation) {
    return yard.operation(operation.id());
  }

  @Test
  void theJumphostsAgentIsToldAndWhatItReadsEndsTheOrder() {
    Operation read = ask("gpu03", PowerDeed.READ, false);
    assertThat(told())
        .containsExactly(
            new Want.Powered(read.id(), "gpu03", IPMI, PASSWORD, PowerDeed.READ, false));
    assertThat(now(read).state()).isEqualTo(Operation.State.IN_PROGRESS);
    yard.done("m-0");
    assertThat(now(read).state()).isEqualTo(Operation.State.SUCCEEDED);
    assertThat(now(read).message()).isEqualTo("gpu03 is on (by its BMC, ipmi 10.9.0.1:623)");
    yard.turn();
    assertThat(told()).as("the password goes with the order").isEmpty();
    assertThat(bmcs.get("gpu03").reading().map(PowerOrder::power)).contains("on");
  }

  @Test
  void aMachineThatIsSwitchedOffIsLeasedByNobodyMeanwhile() {
    Operation off = ask("gpu03", PowerDeed.OFF, false);
    assertThatThrownBy(
            () ->
                yard.intents
                    .repairs()
                    .plan(new Repairs.Wish("gpu01", Repair.Kind.REPLACE, "", "", false, "alice")))
        .hasMessageContaining("gpu03: being switched off");
    yard.power = "off";
    yard.done("m-0");
    assertThat(now(off).message()).startsWith("gpu03 is off");
    assertThat(yard.events()).contains("POWER_ASKED", "POWERED");
  }

  @Test
  void aRefusalEndsTheOrderAtTheFirstAttempt() {
    Operation read = ask("gpu03", PowerDeed.READ, false);
    yard.fail("m-0", "power/" + read.id(), "BMC_REFUSED", "gpu03: its BMC refused the password");
    assertThat(now(read).state()).isEqualTo(Operation.State.FAILED);
    assertThat(now(read).message()).isEqualTo("gpu03: its BMC refused the password");
    yard.turn();
    assertThat(told()).isEmpty();
  }

  @Test
  void anAgentThatFallsSilentDoesNotKeepAnOrderOpenForEver() {
    Operation read = ask("gpu03", PowerDeed.READ, false);
    yard.silent.add("m-0");
    yard.turn();
    yard.now = yard.now.plus(Duration.ofMinutes(31));
    yard.turn();
    assertThat(now(read).state()).isEqualTo(Operation.State.FAILED);
    assertThat(now(read).message()).contains("no answer within 30 minutes; jumphost is LOST");
  }

  @Test
  void aKeyThatIsGoneIsSaidAndNobodyIsTold() throws IOException {
    Files.delete(directory.resolve("bmc-1.key"));
    Operation read = ask("gpu03", PowerDeed.READ, false);
    assertThat(now(read).state()).isEqualTo(Operation.State.FAILED);
    assertThat(now(read).message()).contains("bmc-1.key: not there");
    assertThat(told()).isEmpty();
  }

  @Test
  void whatWouldEndJobsIsRefused() {
    assertThatThrownBy(() -> ask("gpu01", PowerDeed.OFF, false))
        .hasMessageContaining("machine gpu01 is leased to c-0001-0, which is RUNNING");
    assertThatThrownBy(() -> ask("gpu01", PowerDeed.CYCLE, true))
        .hasMessageContaining("leased to c-0001-0");
    assertThatThrownBy(() -> ask("jumphost", PowerDeed.OFF, true))
        .hasMessageContaining("jumphost is a jumphost");
    assertThatThrownBy(() -> ask("gpu03", PowerDeed.ON, true)).hasMessageContaining("force");
    assertThat(told()).isEmpty();
  }

  @Test
  void oneThatNobodyCanAskAnyMoreMayBeCut() {
    yard.silent.add("m-1");
    yard.turn();
    yard.now = yard.now.plus(Duration.ofMinutes(2));
    assertThatThrownBy(() -> ask("gpu01", PowerDeed.OFF, false))
        .hasMessageContaining("leased to c-0001-0");
    ask("gpu01", PowerDeed.OFF, true);
    assertThat(told()).hasSize(1).first().matches(Want.Powered::isForced);
  }

  @Test
  void oneOrderAtATimeAndTheSameRequestOnce() {
    powers.ask(new Powers.Wish("gpu03", PowerDeed.ON, false, "alice", "request-x"));
    Operation again =
        powers.ask(new Powers.Wish("gpu03", PowerDeed.ON, false, "alice", "request-x"));
    assertThat(now(again).requestId()).isEqualTo("request-x");
    assertThatThrownBy(() -> ask("gpu03", PowerDeed.OFF, false))
        .hasMessageContaining("its BMC is busy: switch on by alice");
    assertThatThrownBy(() -> bmcs.remove("gpu03", "alice")).hasMessageContaining("busy");
  }

  @Test
  void aMachineWithoutOneAndACardThatOnlyWakesAreSaid() {
    bmcs.remove("gpu03", "alice");
    assertThatThrownBy(() -> ask("gpu03", PowerDeed.READ, false))
        .hasMessageContaining("no BMC is known of it");
    bmcs.set("gpu03", CARD, new Secret(new byte[0]), "alice");
    assertThatThrownBy(() -> ask("gpu03", PowerDeed.READ, false))
        .hasMessageContaining("Wake-on-LAN can only switch on");
    Operation on = ask("gpu03", PowerDeed.ON, false);
    yard.power = "unknown";
    yard.done("m-0");
    assertThat(now(on).message()).contains("nothing reads its power back");
  }

  @Test
  void aJumphostThatDoesNotAnswerIsSaidAtOnce() {
    yard.silent.add("m-0");
    yard.turn();
    assertThatThrownBy(() -> ask("gpu03", PowerDeed.READ, false))
        .hasMessageContaining("jumphost jumphost does not answer");
  }

  @Test
  void anInstanceIsStoppedOnlyOnceItHasNoJobsAndReadsOff() {
    Operation stop = stop("c-0001-0");
    assertThat(yard.wants("m-0")).contains(new Want.NodeDrained(Yard.C, "c-0001-0", "stop"));
    assertThat(yard.wants("m-1")).as("its jobs still run").noneMatch(this::isShutdown);

    yard.power = "off";
    yard.done("m-0");
    assertThat(yard.wants("m-1")).contains(new Want.PoweredOff(stop.id()));
    assertThat(told())
        .containsExactly(
            new Want.Powered(stop.id(), "gpu01", IPMI, PASSWORD, PowerDeed.AWAIT_OFF, false));
    assertThat(yard.node(0).state()).isEqualTo(InstanceState.RUNNING);

    yard.done("m-0");
    assertThat(yard.node(0).state()).isEqualTo(InstanceState.STOPPED);
    assertThat(now(stop).state()).isEqualTo(Operation.State.SUCCEEDED);
    assertThat(now(stop).message()).contains("gpu01 is off", "cox instance start c-0001-0");
    assertThat(yard.wants("m-1")).noneMatch(this::isShutdown);
    assertThat(yard.wants("m-0"))
        .as("it gets no jobs when it comes up by itself")
        .contains(new Want.NodeDrained(Yard.C, "c-0001-0", "stop"));
  }

  private boolean isShutdown(Want want) {
    return want instanceof Want.PoweredOff;
  }

  private void stopped() {
    stop("c-0001-0");
    yard.power = "off";
    yard.done("m-0");
    yard.done("m-0");
    yard.silent.add("m-1");
    yard.turn();
    yard.now = yard.now.plus(Duration.ofMinutes(5));
    yard.turn();
    assertThat(yard.node(0).state()).isEqualTo(InstanceState.STOPPED);
  }

  @Test
  void aStoppedInstanceStaysStoppedThoughItsMachineIsSilent() {
    stopped();
    yard.now = yard.now.plus(Duration.ofDays(3));
    yard.turn();
    assertThat(yard.node(0).state()).isEqualTo(InstanceState.STOPPED);
  }

  @Test
  void aStoppedInstanceIsStartedAndProvenBeforeItGetsJobs() {
    stopped();
    Operation start = start("c-0001-0");
    assertThat(told()).extracting(Want.Powered::deed).containsExactly(PowerDeed.ON);
    yard.power = "on";
    yard.done("m-0");
    assertThat(yard.node(0).state()).as("its agent is awaited").isEqualTo(InstanceState.STOPPED);
    yard.silent.clear();
    yard.turn();
    assertThat(yard.node(0).state()).isEqualTo(InstanceState.CONFIGURING);
    assertThat(now(start).state()).isEqualTo(Operation.State.IN_PROGRESS);
    yard.settle("m-1");
    assertThat(yard.node(0).state()).isEqualTo(InstanceState.RUNNING);
    assertThat(yard.node(0).hold()).isEmpty();
    assertThat(now(start).state()).isEqualTo(Operation.State.SUCCEEDED);
    assertThat(yard.events())
        .containsSubsequence("STOP_ASKED", "HELD", "STOPPING", "STOP", "START_ASKED", "START");
  }

  @Test
  void aMachineThatIsSwitchedOnAndNeverHeardIsSaid() {
    stopped();
    Operation start = start("c-0001-0");
    yard.done("m-0");
    yard.now = yard.now.plus(Duration.ofMinutes(50));
    yard.turn();
    assertThat(now(start).state()).isEqualTo(Operation.State.FAILED);
    assertThat(now(start).message()).contains("the agent of gpu01 was not heard");
    assertThat(yard.node(0).state()).isEqualTo(InstanceState.STOPPED);
  }

  @Test
  void oneThatDoesNotGoDownIsTestedAndGivenBackToJobs() {
    Operation stop = stop("c-0001-0");
    yard.done("m-0");
    yard.fail("m-0", "power/" + stop.id(), "BMC_REFUSED", "gpu01 says that it is still on");
    assertThat(now(stop).state()).isEqualTo(Operation.State.FAILED);
    assertThat(now(stop).message()).contains("still on");
    yard.settle("m-1");
    assertThat(yard.node(0).state()).isEqualTo(InstanceState.RUNNING);
    assertThat(yard.node(0).hold()).isEmpty();
  }

  @Test
  void withoutAControllerAStopEndsWhenItsAgentWasToldAndFellSilent() {
    bmcs.remove("gpu01", "alice");
    Operation stop = stop("c-0001-0");
    yard.done("m-0");
    assertThat(told()).isEmpty();
    yard.begin("m-1", "power-off/" + stop.id());
    yard.silent.add("m-1");
    yard.turn();
    assertThat(yard.node(0).state()).as("a moment is no end").isEqualTo(InstanceState.RUNNING);
    yard.now = yard.now.plus(Duration.ofSeconds(90));
    yard.turn();
    assertThat(yard.node(0).state()).isEqualTo(InstanceState.STOPPED);
    assertThat(now(stop).message()).contains("nothing reads its power back");

    Operation start = start("c-0001-0");
    yard.silent.clear();
    yard.turn();
    yard.settle("m-1");
    assertThat(now(start).state()).isEqualTo(Operation.State.SUCCEEDED);
    assertThat(yard.node(0).state()).isEqualTo(InstanceState.RUNNING);
  }

  @Test
  void aSilenceBeforeTheAgentWasToldIsNoShutdown() {
    bmcs.remove("gpu01", "alice");
    Operation stop = stop("c-0001-0");
    yard.silent.add("m-1");
    yard.done("m-0");
    yard.now = yard.now.plus(Duration.ofMinutes(5));
    yard.turn();
    assertThat(yard.node(0).state()).isEqualTo(InstanceState.RUNNING);
    yard.now = yard.now.plus(Duration.ofMinutes(30));
    yard.turn();
    assertThat(now(stop).state()).isEqualTo(Operation.State.FAILED);
    assertThat(now(stop).message()).contains("gpu01 did not go down");
  }

  @Test
  void onlyARunningWorkerIsStoppedAndOnlyAStoppedOneStarted() {
    assertThatThrownBy(() -> start("c-0001-0"))
        .hasMessageContaining("c-0001-0 is RUNNING (expected: STOPPED)");
    assertThatThrownBy(() -> stop("c-0001-jumphost")).hasMessageContaining("is a jumphost");
    assertThatThrownBy(() -> stop("c-0001-9")).hasMessageContaining("there is none");
    yard.intents.repairs().ask(new Repairs.Wish("gpu01", Repair.Kind.REBOOT, "", "", false, "bob"));
    assertThatThrownBy(() -> stop("c-0001-0")).hasMessageContaining("gpu01 is being repaired");
  }

  @Test
  void passwordsAreSealedAnewWithTheNewestKey() throws IOException {
    assertThat(bmcs.reseal()).isZero();
    Files.writeString(
        directory.resolve("bmc-2.key"),
        java.util.Base64.getEncoder().encodeToString(new byte[32]),
        StandardCharsets.US_ASCII);
    Files.setPosixFilePermissions(
        directory.resolve("bmc-2.key"),
        java.nio.file.attribute.PosixFilePermissions.fromString("r--------"));
    assertThat(bmcs.reseal()).isEqualTo(4);
    Files.delete(directory.resolve("bmc-1.key"));
    ask("gpu03", PowerDeed.READ, false);
    assertThat(told()).extracting(Want.Powered::password).containsExactly(PASSWORD);
  }
}
