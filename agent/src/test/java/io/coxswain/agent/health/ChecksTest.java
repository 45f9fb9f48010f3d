package io.coxswain.agent.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.agent.report.FailureReason;
import io.coxswain.agent.report.GpuMetric;
import io.coxswain.agent.report.GpuTrouble;
import io.coxswain.agent.report.Health;
import io.coxswain.agent.report.LinkMetric;
import io.coxswain.agent.report.Reading;
import io.coxswain.agent.report.RepairAction;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every check of a machine's hardware can fire, fires alone, and does not on the machine's twin.
 */
class ChecksTest {
  private static final Duration LONG = Duration.ofMinutes(15);

  /** What makes the check fire; the twin, which just does not. */
  private record Sick(Consumer<Machine> sick, Consumer<Machine> twin) {}

  private static final Map<String, Sick> CASES = cases();
  // Those need files of the machine: SurroundingsProbeTest.
  private static final Set<String> ELSEWHERE =
      Set.of("disk-full", "disk-low", "disk-read-only", "clock-unsynchronized", "clock-skew");

  private static Map<String, Sick> cases() {
    Map<String, Sick> cases = new LinkedHashMap<>();
    failed(cases, "driver-unresponsive", FailureReason.DRIVER_UNRESPONSIVE);
    failed(cases, "driver-not-loaded", FailureReason.DRIVER_NOT_LOADED);
    failed(cases, "driver-unreadable", FailureReason.DRIVER_ERROR);
    cases.put(
        "driver-absent",
        new Sick(
            m -> {
              m.inventory = new Reading.Unsupported<>("no library");
              m.samples = new Reading.Unsupported<>("no library");
            },
            m -> {}));
    cases.put(
        "driver-skew",
        new Sick(m -> m.driverLibrary = "575.1", m -> m.driverLibrary = "570.124.06"));
    cases.put(
        "driver-drift",
        new Sick(
            m -> m.drift.add("libnvidia-ml1: not held (expected: held at 570.124.06-1)"), m -> {}));
    cases.put(
        "driver-slow",
        new Sick(m -> m.took = Duration.ofSeconds(6), m -> m.took = Duration.ofSeconds(5)));
    trouble(cases, "gpu-missing", FailureReason.GPU_MISSING);
    trouble(cases, "gpu-lost", FailureReason.GPU_LOST);
    trouble(cases, "gpu-needs-reset", FailureReason.GPU_NEEDS_RESET);
    trouble(cases, "gpu-faulty", FailureReason.GPU_FAULTY);
    cases.put("gpu-count", new Sick(m -> m.pciGpus = 1, m -> m.pciGpus = 2));
    memory(cases);
    gpus(cases);
    links(cases);
    cases.put(
        "memory-size",
        new Sick(m -> m.memoryBytes = 1_900L << 30, m -> m.memoryBytes = 2_000L << 30));
    return cases;
  }

  private static void memory(Map<String, Sick> cases) {
    metric(cases, "recovery-action", GpuMetric.RECOVERY_ACTION, 1, 0);
    metric(cases, "row-remap-pending", GpuMetric.ROW_REMAP_PENDING, 1, 0);
    metric(cases, "row-remap-failed", GpuMetric.ROW_REMAP_FAILED, 1, 0);
    metric(cases, "rows-remapped", GpuMetric.ROWS_REMAPPED_UNCORRECTED, 512, 511);
    metric(cases, "page-retirement-pending", GpuMetric.PAGE_RETIREMENT_PENDING, 1, 0);
    metric(cases, "pages-retired", GpuMetric.PAGES_RETIRED_UNCORRECTED, 63, 62);
    cases.put(
        "ecc-uncorrected",
        new Sick(
            m -> m.with(GpuMetric.ECC_UNCORRECTED, 1),
            // The row was replaced since.
            m ->
                m.with(GpuMetric.ECC_UNCORRECTED, 1).with(GpuMetric.ROWS_REMAPPED_UNCORRECTED, 1)));
    metric(cases, "ecc-corrected", GpuMetric.ECC_CORRECTED, 20_000_000, 19_999_999);
    metric(cases, "sram-uncorrected", GpuMetric.SRAM_UNCORRECTED, 1, 0);
    metric(cases, "sram-corrected", GpuMetric.SRAM_CORRECTED, 10_000, 9_999);
    metric(cases, "sram-worn", GpuMetric.SRAM_UNCORRECTED_TOTAL, 5, 4);
    metric(cases, "memory-unrepairable", GpuMetric.MEMORY_UNREPAIRABLE, 1, 0);
    metric(cases, "channel-repair-pending", GpuMetric.CHANNEL_REPAIR_PENDING, 1, 0);
    metric(cases, "tpc-repair-pending", GpuMetric.TPC_REPAIR_PENDING, 1, 0);
  }

  private static void gpus(Map<String, Sick> cases) {
    metric(cases, "ecc-off", GpuMetric.ECC_ON, 0, 1);
    metric(cases, "persistence-off", GpuMetric.PERSISTENCE_ON, 0, 1);
    metric(cases, "gpu-hot", GpuMetric.TEMPERATURE_CELSIUS, 87, 86);
    metric(cases, "gpu-memory-hot", GpuMetric.MEMORY_TEMPERATURE_CELSIUS, 95, 94);
    // Thermal slowdown; the power cap is no illness.
    metric(cases, "hw-slowdown", GpuMetric.CLOCK_REASONS, 0x40, 0x4);
    metric(cases, "pcie-width", GpuMetric.PCIE_WIDTH, 8, 16);
    cases.put(
        "pcie-generation",
        new Sick(
            m -> m.with(GpuMetric.PCIE_GENERATION, 3),
            // At rest links slow down by design.
            m -> m.with(GpuMetric.PCIE_GENERATION, 3).with(GpuMetric.GPU_BUSY_PERCENT, 0)));
    metric(cases, "pcie-fatal", GpuMetric.PCIE_FATAL_ERRORS, 1, 0);
    cases.put("pcie-replays", new Sick(m -> m.growing = 100, m -> m.growing = 1));
  }

  private static void links(Map<String, Sick> cases) {
    metric(cases, "fabric-state", GpuMetric.FABRIC_STATE, 2, 3);
    metric(cases, "fabric-health", GpuMetric.FABRIC_HEALTH_SUMMARY, 2, 1);
    metric(cases, "fabric-limited", GpuMetric.FABRIC_HEALTH_SUMMARY, 3, 1);
    link(cases, "nvlink-down", LinkMetric.UP, 0, 1);
    link(cases, "nvlink-replays", LinkMetric.REPLAY_ERRORS);
    link(cases, "nvlink-recoveries", LinkMetric.RECOVERY_ERRORS);
    link(cases, "nvlink-crc", LinkMetric.CRC_ERRORS);
    link(cases, "nvlink5-recoveries", LinkMetric.FAILED_RECOVERIES);
    link(cases, "nvlink5-errors", LinkMetric.EFFECTIVE_ERRORS);
    cases.put("infiniband-port", new Sick(m -> m.portState = "DOWN", m -> m.portState = "ACTIVE"));
    cases.put("infiniband-rate", new Sick(m -> m.portRate = 200, m -> m.portRate = 400));
  }

  private static void failed(Map<String, Sick> cases, String check, FailureReason reason) {
    cases.put(
        check,
        new Sick(
            m -> {
              m.inventory = new Reading.Failed<>(reason, "for a test");
              m.samples = new Reading.Failed<>(reason, "for a test");
            },
            m -> {}));
  }

  private static void trouble(Map<String, Sick> cases, String check, FailureReason reason) {
    cases.put(
        check,
        new Sick(
            m -> m.troubles.add(new GpuTrouble(1, Machine.SECOND, reason, "for a test")), m -> {}));
  }

  private static void metric(
      Map<String, Sick> cases, String check, GpuMetric metric, long bad, long good) {
    cases.put(check, new Sick(m -> m.with(metric, bad), m -> m.with(metric, good)));
  }

  private static void link(
      Map<String, Sick> cases, String check, LinkMetric metric, long bad, long good) {
    cases.put(check, new Sick(m -> m.with(metric, bad), m -> m.with(metric, good)));
  }

  // Counters: what grows between two rounds counts, not what stands there.
  private static void link(Map<String, Sick> cases, String check, LinkMetric metric) {
    cases.put(
        check,
        new Sick(
            m -> {
              m.growing = 2_000;
              m.growingLink = metric;
            },
            m -> m.with(metric, 1_000_000)));
  }

  private static Sick called(String check) {
    return Objects.requireNonNull(CASES.get(check), check);
  }

  static Stream<String> checks() {
    return CASES.keySet().stream();
  }

  @Test
  void everyCheckHasACaseAndARow() {
    Set<String> tested = new HashSet<>(CASES.keySet());
    tested.addAll(ELSEWHERE);
    assertThat(tested).isEqualTo(Checks.ALL.keySet());
    assertThat(PolicyFile.own().checks().keySet()).isEqualTo(Checks.ALL.keySet());
  }

  @Test
  void aMachineThatIsWellPassesThemAll() {
    Patient patient = new Patient();
    patient.pass(LONG, new Machine());
    assertThat(patient.verdicts()).isEmpty();
    assertThat(patient.watch.judgement().worst()).isEqualTo(Health.PASS);
    assertThat(patient.watch.judgement().checks()).isGreaterThan(150);
  }

  @ParameterizedTest
  @MethodSource("checks")
  void firesOnTheSickMachineAloneAndEnds(String check) {
    Patient patient = new Patient();
    patient.pass(Duration.ofMinutes(3), new Machine());
    Machine sick = new Machine();
    called(check).sick().accept(sick);
    patient.pass(LONG, sick);
    assertThat(patient.verdicts()).extracting("check").as(check).containsOnly(check);
    Ruling ruling = PolicyFile.own().check(check).ruling();
    if (!check.equals("driver-unreadable")) {
      assertThat(patient.verdict(check).level()).isEqualTo(ruling.level());
      assertThat(patient.verdict(check).drain()).isEqualTo(ruling.drain());
      assertThat(patient.verdict(check).action()).isEqualTo(ruling.action());
    }
    assertThat(patient.verdict(check).message()).isNotEmpty();
    patient.pass(LONG, new Machine());
    assertThat(patient.verdicts()).as(check + " is over").isEmpty();
  }

  @ParameterizedTest
  @MethodSource("checks")
  void doesNotFireOnTheTwin(String check) {
    Patient patient = new Patient();
    patient.pass(Duration.ofMinutes(3), new Machine());
    Machine twin = new Machine();
    called(check).twin().accept(twin);
    patient.pass(LONG, twin);
    assertThat(patient.has(check)).as(check).isFalse();
  }

  @Test
  void whatCannotBeReadIsUnknownAndNoDrain() {
    Patient patient = new Patient();
    patient.pass(
        LONG,
        new Machine()
            .with(
                GpuMetric.ROW_REMAP_PENDING,
                new Reading.Failed<>(FailureReason.DRIVER_ERROR, "gave 999")));
    assertThat(patient.verdict("row-remap-pending").level()).isEqualTo(Health.UNKNOWN);
    assertThat(patient.verdict("row-remap-pending").drain()).isFalse();
    assertThat(patient.verdict("row-remap-pending").message()).contains("gave 999");
  }

  @Test
  void whatWasBadAndCannotBeReadIsStillBad() {
    Patient patient = new Patient();
    patient.measure(new Machine().with(GpuMetric.ROW_REMAP_FAILED, 1));
    Machine silent = new Machine();
    silent.samples = new Reading.Failed<>(FailureReason.DRIVER_UNRESPONSIVE, "hangs");
    patient.pass(LONG, silent);
    assertThat(patient.verdict("row-remap-failed").level()).isEqualTo(Health.CRITICAL);
  }

  @Test
  void aValueThatIsNotThereYetSaysNothing() {
    Patient patient = new Patient();
    patient.pass(
        LONG,
        new Machine()
            .with(
                GpuMetric.ROW_REMAP_PENDING,
                new Reading.Failed<>(FailureReason.NO_VALUE_YET, "no data")));
    assertThat(patient.verdicts()).isEmpty();
  }

  @Test
  void theRecoveryActionRulesWhileEveryCounterIsZero() {
    Patient patient = new Patient();
    patient.measure(new Machine().with(GpuMetric.RECOVERY_ACTION, 2));
    assertThat(patient.verdicts()).hasSize(1);
    assertThat(patient.verdict("recovery-action").level()).isEqualTo(Health.CRITICAL);
    assertThat(patient.verdict("recovery-action").action()).isEqualTo(RepairAction.REBOOT);
    assertThat(patient.verdict("recovery-action").subject()).isEqualTo(Machine.FIRST);
  }

  @Test
  void everyValueOfTheRecoveryActionHasItsRuling() {
    Map<Integer, RepairAction> expected =
        Map.of(
            1, RepairAction.RESET_GPU,
            2, RepairAction.REBOOT,
            3, RepairAction.RESET_GPU,
            4, RepairAction.RESET_GPU,
            5, RepairAction.NO_REPAIR,
            6, RepairAction.REBOOT,
            7, RepairAction.REBOOT,
            // Of a driver that is not written yet.
            8, RepairAction.REBOOT,
            4711, RepairAction.REBOOT);
    expected.forEach(
        (value, action) -> {
          Patient patient = new Patient();
          patient.measure(new Machine().with(GpuMetric.RECOVERY_ACTION, value));
          assertThat(patient.verdict("recovery-action").action()).as("" + value).isEqualTo(action);
          assertThat(patient.verdict("recovery-action").drain())
              .as("" + value)
              .isEqualTo(value != 5);
        });
  }

  @Test
  void linksOfBoardsWithoutABridgeMayAllBeDown() {
    Patient patient = new Patient();
    Machine bridgeless = new Machine().with(LinkMetric.UP, 0);
    bridgeless.secondIsLinked = false;
    patient.pass(
        LONG, bridgeless.with(GpuMetric.FABRIC_STATE, 0).with(GpuMetric.FABRIC_HEALTH_SUMMARY, 0));
    assertThat(patient.verdicts()).isEmpty();
  }

  @Test
  void aStateThatFlapsIsToldOnceAndStays() {
    Patient patient = new Patient();
    for (int i = 0; i < 20; i++) {
      patient.pass(Duration.ofSeconds(50), new Machine().with(GpuMetric.PCIE_WIDTH, 8));
      patient.pass(Duration.ofSeconds(10), new Machine());
    }
    assertThat(patient.has("pcie-width")).as("never for a whole minute").isFalse();
    patient.pass(Duration.ofSeconds(80), new Machine().with(GpuMetric.PCIE_WIDTH, 8));
    int urgent = patient.urgent;
    for (int i = 0; i < 20; i++) {
      patient.pass(Duration.ofSeconds(50), new Machine());
      patient.pass(Duration.ofSeconds(10), new Machine().with(GpuMetric.PCIE_WIDTH, 8));
      assertThat(patient.has("pcie-width")).isTrue();
    }
    assertThat(patient.urgent).as("one report").isEqualTo(urgent);
  }
}
