package io.coxswain.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.agent.report.FailureReason;
import io.coxswain.agent.report.GpuDetails.MigDevice;
import io.coxswain.agent.report.GpuMetric;
import io.coxswain.agent.report.GpuTrouble;
import io.coxswain.agent.report.Health;
import io.coxswain.agent.report.Judgement;
import io.coxswain.agent.report.Reading;
import io.coxswain.agent.report.RepairAction;
import io.coxswain.agent.report.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a scrape of a machine with eight GPUs finds. */
class MetricsTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/metrics-eight-gpus.txt");

  private final EightGpus machine = new EightGpus();

  @Test
  void eightGpusAreToldAsTheGoldenPageHasIt() throws IOException {
    judged(verdict("xid-63", "Row remapping: 1 row", 10));
    machine.withNode().metrics.answered("prolog 4711 0,1", true);
    String page = machine.page();
    if ("write".equals(System.getProperty("golden"))) {
      Files.createDirectories(GOLDEN.getParent());
      Files.writeString(GOLDEN, page);
    }
    assertThat(page).as("-Dgolden=write rewrites it").isEqualTo(Files.readString(GOLDEN));
  }

  /** What grafana/dcgm-exporter-dashboard.json (12239) asks for, but tensor cores: not read yet. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "DCGM_FI_DEV_GPU_TEMP",
        "DCGM_FI_DEV_POWER_USAGE",
        "DCGM_FI_DEV_SM_CLOCK",
        "DCGM_FI_DEV_GPU_UTIL",
        "DCGM_FI_DEV_FB_USED"
      })
  void theUsualDashboardFindsEachSeriesOfEachGpu(String family) {
    String page = machine.page();
    for (int gpu = 0; gpu < 8; gpu++) {
      assertThat(series(page, family))
          .anyMatch(line -> line.matches(family + "\\{gpu=\"\\d\",UUID=\"GPU-.*\\} [0-9.]+"))
          .hasSize(8);
    }
  }

  @Test
  void unitsAreThoseOfDcgm() {
    String page = machine.page();
    assertThat(series(page, "DCGM_FI_DEV_POWER_USAGE").getFirst()).endsWith(" 412.301");
    assertThat(series(page, "DCGM_FI_DEV_FB_USED").getFirst()).endsWith(" 10240");
    assertThat(series(page, "DCGM_FI_DEV_NVLINK_CRC_FLIT_ERROR_COUNT_TOTAL").getFirst())
        .endsWith(" 6");
    assertThat(series(page, "DCGM_FI_DEV_FABRIC_MANAGER_STATUS").getFirst()).endsWith(" 3");
  }

  @Test
  void whatIsNotSupportedOrFailedIsAbsentAndNeverZero() {
    machine.readings.get(0).put(GpuMetric.GPU_BUSY_PERCENT, new Reading.Unsupported<>("MIG"));
    machine
        .readings
        .get(1)
        .put(
            GpuMetric.GPU_BUSY_PERCENT,
            new Reading.Failed<>(FailureReason.GPU_LOST, "GPU is lost"));
    machine.readings.forEach(
        gpu -> gpu.put(GpuMetric.TENSOR_ACTIVE_PPM, new Reading.Unsupported<>("no monitor")));
    String page = machine.page();
    assertThat(series(page, "DCGM_FI_DEV_GPU_UTIL")).hasSize(6);
    assertThat(page).doesNotContain("DCGM_FI_DEV_RETIRED_SBE").doesNotContain("PIPE_TENSOR");
  }

  @Test
  void aSumThatLacksALinkIsNoSum() {
    machine.crcErrors =
        List.of(
            new Reading.Known<>(3L, Instant.EPOCH),
            new Reading.Failed<>(FailureReason.DRIVER_ERROR, "999"));
    assertThat(machine.page())
        .doesNotContain("NVLINK_CRC_FLIT")
        .contains("DCGM_FI_DEV_NVLINK_REPLAY_ERROR_COUNT_TOTAL{");
    machine.crcErrors =
        List.of(new Reading.Known<>(3L, Instant.EPOCH), new Reading.Unsupported<>("not there"));
    assertThat(series(machine.page(), "DCGM_FI_DEV_NVLINK_CRC_FLIT_ERROR_COUNT_TOTAL").getFirst())
        .endsWith(" 3");
  }

  @Test
  void anXidIsToldWhileItStandsWithItsMeaningAlone() {
    well();
    assertThat(series(machine.page(), "DCGM_FI_DEV_XID_ERRORS").getFirst())
        .contains("err_code=\"0\",err_msg=\"No Error\"")
        .endsWith(" 0");
    judged(
        verdict("xid-79", "GPU has fallen off the bus: pid=17, name=\"a\"", 20),
        verdict("xid-48", "Double bit ECC error: on page 7", 10));
    List<String> xids = series(machine.page(), "DCGM_FI_DEV_XID_ERRORS");
    assertThat(xids.getFirst())
        .contains("err_code=\"79\",err_msg=\"GPU has fallen off the bus\"")
        .endsWith(" 79");
    assertThat(xids.get(1)).endsWith(" 0");
    assertThat(machine.page())
        .contains("coxswain_health_level 4")
        .contains("coxswain_health_drain 1")
        .contains(
            "coxswain_health_verdict{check=\"xid-79\",subject=\"0000:18:00.0\",level=\"CRITICAL\"}"
                + " 1");
  }

  @Test
  void whatNobodyHasJudgedIsUnknownAndHasNoXid() {
    assertThat(machine.page())
        .contains("coxswain_health_level 3")
        .doesNotContain("DCGM_FI_DEV_XID_ERRORS");
  }

  @Test
  void anOldRoundIsNotToldAsIfItWereNew() {
    machine.page();
    machine.host.clock().advance(Duration.ofSeconds(30));
    assertThat(machine.metrics.page())
        .contains("coxswain_gpu_sample_age_seconds 30\n")
        .contains("DCGM_FI_DEV_GPU_TEMP");
    machine.host.clock().advance(Duration.ofSeconds(31));
    assertThat(machine.metrics.page())
        .contains("coxswain_gpu_sample_age_seconds 61\n")
        .doesNotContain("DCGM_FI_DEV_GPU_TEMP");
  }

  @Test
  void aDriverThatDoesNotAnswerIsTold() {
    assertThat(
            machine.page(
                new Reading.Failed<>(FailureReason.DRIVER_UNRESPONSIVE, "no answer in 5 s")))
        .contains("coxswain_gpus_readable 0")
        .contains("coxswain_gpus_on_bus 8")
        .doesNotContain("coxswain_gpus_answering")
        .doesNotContain("DCGM_");
    assertThat(machine.page(new Reading.Unsupported<>("no NVIDIA GPU")))
        .doesNotContain("coxswain_gpus_readable")
        .doesNotContain("DCGM_");
  }

  @Test
  void aLostGpuIsCountedAndNamed() {
    machine.troubles.add(
        new GpuTrouble(3, EightGpus.bus(3), FailureReason.GPU_LOST, "gave 15 (GPU is lost)"));
    assertThat(machine.page())
        .contains("coxswain_gpus_on_bus 8")
        .contains("coxswain_gpus_answering 7")
        .contains(
            "coxswain_gpu_trouble{gpu=\"3\",pci_bus_id=\"00000000:5D:00.0\",reason=\"GPU_LOST\"} 1")
        .doesNotContain("DCGM_FI_DEV_GPU_TEMP{gpu=\"3\"");
  }

  @Test
  void aPartOfAGpuIsLabelledAsDcgmLabelsIt() {
    machine.parts = List.of(new MigDevice("MIG-1", "NVIDIA H200 MIG 1g.18gb", 7, 0, 1, 16_384));
    assertThat(series(machine.page(), "coxswain_gpu_part_memory_bytes"))
        .singleElement()
        .asString()
        .contains("GPU_I_PROFILE=\"1g.18gb\",GPU_I_ID=\"7\",part_uuid=\"MIG-1\"");
  }

  @Test
  void valuesOfLabelsAreEscaped() {
    machine.name = "a\\b\"c\nd";
    assertThat(machine.page()).contains("modelName=\"a\\\\b\\\"c\\nd\"");
    assertThat(new Exposition().gauge("a", "b\\c\nd").sample(Labels.NONE, 1L).toString())
        .isEqualTo("# HELP a b\\\\c\\nd\n# TYPE a gauge\na 1\n");
  }

  @Test
  void aJobIsToldWithItsGpusUntilItEnds() {
    machine.metrics.answered("prolog 4711 2,3", true);
    machine.metrics.answered("prolog 4712 4", false);
    assertThat(machine.page().lines().filter(line -> line.contains("hpc_job=\"4711\"")))
        .allMatch(line -> line.contains("gpu=\"2\"") || line.contains("gpu=\"3\""))
        .isNotEmpty();
    assertThat(machine.page()).doesNotContain("4712");
    machine.metrics.answered("epilog 4711", false);
    assertThat(machine.page()).doesNotContain("hpc_job");
  }

  @Test
  void aSeriesIsThereOnce() {
    well();
    String page = machine.page();
    List<String> names =
        page.lines()
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.substring(0, line.lastIndexOf(' ')))
            .toList();
    assertThat(names).doesNotHaveDuplicates();
    assertThat(page.lines().filter(line -> line.startsWith("# TYPE"))).doesNotHaveDuplicates();
  }

  private void well() {
    judged();
  }

  private void judged(Verdict... verdicts) {
    machine.metrics.judged(new Judgement(now(), List.of(verdicts), 40));
  }

  private Verdict verdict(String check, String message, int secondsAgo) {
    Instant at = now().minusSeconds(30L - secondsAgo);
    return new Verdict(
        check,
        EightGpus.bus(0),
        Health.CRITICAL,
        message,
        "",
        at,
        at,
        RepairAction.REBOOT,
        true,
        "",
        1);
  }

  private Instant now() {
    return machine.host.clock().instant();
  }

  private static List<String> series(String page, String family) {
    return page.lines().filter(line -> line.startsWith(family + "{")).toList();
  }
}
