package io.coxswain.controller.slurm;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.controller.spec.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A linter for what we render: slurmctld has no test option, and a key that its version does not
 * know ends it.
 */
class SlurmKeysTest {
  /**
   * slurm.conf and cgroup.conf keys and the release that first knew them; others are older than
   * 22.05.
   */
  private static final Map<String, String> SINCE =
      Map.ofEntries(
          Map.entry("MaxBatchRequeue", "23.02"),
          Map.entry("PreemptParameters", "23.02"),
          Map.entry("SuspendExcStates", "23.02"),
          Map.entry("HashPlugin", "24.05"),
          Map.entry("TLSType", "24.05"),
          Map.entry("TLSParameters", "24.05"),
          Map.entry("CertmgrType", "24.11"),
          Map.entry("CertmgrParameters", "24.11"),
          Map.entry("DataParserParameters", "24.11"),
          Map.entry("CertgenType", "25.05"),
          Map.entry("CertgenParameters", "25.05"),
          Map.entry("PrologTimeout", "25.05"),
          Map.entry("EpilogTimeout", "25.05"),
          Map.entry("NamespaceType", "25.11"),
          Map.entry("MetricsType", "25.11"),
          Map.entry("HttpParserType", "25.11"),
          Map.entry("UrlParserType", "25.11"),
          Map.entry("CliFilterParameters", "25.11"),
          Map.entry("JobCompPassScript", "25.11"),
          Map.entry("HealthCheckTimeout", "26.05"),
          Map.entry("LicenseParameters", "26.05"),
          Map.entry("EnableControllers", "23.02"),
          Map.entry("SignalChildrenProcesses", "23.11"),
          Map.entry("SystemdTimeout", "24.05"),
          Map.entry("EnableExtraControllers", "25.05"),
          Map.entry("CgroupSlice", "25.11"));

  /** Keys and the release that no longer knows them, and dies of them. */
  private static final Map<String, String> UNKNOWN_SINCE =
      Map.ofEntries(
          Map.entry("SlurmctldPlugstack", "23.02"),
          Map.entry("SchedulerAuth", "24.05"),
          Map.entry("FrontendName", "25.05"),
          Map.entry("AccountingStorageLoc", "25.11"),
          Map.entry("CgroupReleaseAgentDir", "22.05"),
          Map.entry("TaskAffinity", "22.05"),
          Map.entry("FastSchedule", "22.05"),
          Map.entry("SallocDefaultCommand", "22.05"),
          Map.entry("ControlMachine", "22.05"),
          Map.entry("AccountingStoreJobComment", "22.05"),
          Map.entry("KeepAliveTime", "22.05"),
          Map.entry("AllowedKmemSpace", "23.11"),
          Map.entry("ConstrainKmemSpace", "23.11"),
          Map.entry("MaxKmemPercent", "23.11"),
          Map.entry("MinKmemSpace", "23.11"));

  /**
   * Keys and the release that logs and ignores them: what they are there for would silently not be
   * so.
   */
  private static final Map<String, String> DEFUNCT_SINCE =
      Map.ofEntries(
          Map.entry("ExtSensorsType", "23.11"),
          Map.entry("ExtSensorsFreq", "23.11"),
          Map.entry("JobCredentialPrivateKey", "23.11"),
          Map.entry("JobCredentialPublicCertificate", "23.11"),
          Map.entry("CgroupAutomount", "23.11"),
          Map.entry("RoutePlugin", "23.11"),
          Map.entry("CoreSpecPlugin", "24.05"),
          Map.entry("PowerPlugin", "24.05"),
          Map.entry("PowerParameters", "24.05"),
          Map.entry("GetEnvTimeout", "25.05"),
          Map.entry("AccountingStorageUser", "25.11"));

  /** Values whose plugin is not in every release: from, and until before. */
  private static final Map<String, List<String>> VALUES =
      Map.of(
          "select/cons_res",
          List.of("22.05", "23.11"),
          "task/none",
          List.of("22.05", "23.11"),
          "topology/none",
          List.of("22.05", "23.11"),
          "auth/slurm",
          List.of("23.11", "99.12"),
          "disabled",
          List.of("24.05", "99.12"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "22.05.8", "23.02.8", "23.11.4", "24.05.8", "24.11.5", "25.05.9", "25.11.8", "26.05.4"
      })
  void noVersionIsGivenWhatItDoesNotKnow(String version) {
    for (Confinement confinement : Confinement.values()) {
      SlurmSettings settings = SlurmFilesTest.gpus(version, confinement);
      assertThat(
              faults(SlurmConf.render(settings) + CgroupConf.render(settings), settings.version()))
          .isEmpty();
    }
  }

  @Test
  void theLinterSeesWhatWouldEndADaemon() {
    SlurmVersion old = SlurmVersion.parse("22.05.8");
    SlurmVersion young = SlurmVersion.parse("25.11.8");
    assertThat(faults("NamespaceType=namespace/tmpfs", old)).hasSize(1);
    assertThat(faults("FastSchedule=1", old)).hasSize(1);
    assertThat(faults("CgroupPlugin=disabled", old)).hasSize(1);
    assertThat(
            faults(
                "PowerPlugin=power/none\nSelectType=select/cons_res\nAccountingStorageLoc=x",
                young))
        .hasSize(3);
    assertThat(faults("ClusterName=c-7f3a", young)).isEmpty();
  }

  @Test
  void dynamicNodesBefore2311GoWithoutATree() {
    assertThat(conf("23.02.8")).containsEntry("TreeWidth", "65533");
    assertThat(conf("23.11.4")).doesNotContainKey("TreeWidth");
  }

  @Test
  void theHoldOfJobsNeedsCgroupsToWriteTo() {
    assertThat(keys(SlurmConf.render(SlurmFilesTest.gpus("22.05.8", Confinement.NONE))))
        .containsEntry("PrologFlags", "Alloc");
    assertThat(conf("22.05.8"))
        .containsEntry("PrologFlags", "Contain")
        .containsEntry("ProctrackType", "proctrack/cgroup");
  }

  @Test
  void gresAreNamedOnlyWithGpus() {
    String cpu =
        SlurmConf.render(
            SlurmFilesTest.settings(
                "22.05.8", Confinement.CGROUP, Shape.CPU, SlurmFilesTest.worker(0)));
    assertThat(keys(cpu)).doesNotContainKey("GresTypes");
    assertThat(conf("22.05.8")).containsEntry("GresTypes", "gpu");
  }

  @Test
  void noKeyIsWrittenTwice() {
    List<String> names =
        lines(SlurmConf.render(SlurmFilesTest.gpus("22.05.8", Confinement.CGROUP)))
            .map(line -> line[0])
            .toList();
    assertThat(names).doesNotHaveDuplicates();
  }

  @Test
  void aNodeThatIsInNoNodeLineIsInThePartitionByItsFeature() {
    assertThat(conf("22.05.8"))
        .containsEntry("NodeSet", "c_7f3a_main Feature=c_7f3a_main")
        .containsEntry(
            "PartitionName",
            "main Nodes=c_7f3a_main AllowGroups=c-7f3a Default=YES MaxTime=INFINITE State=UP");
  }

  private static Map<String, String> conf(String version) {
    return keys(SlurmConf.render(SlurmFilesTest.gpus(version, Confinement.CGROUP)));
  }

  private static List<String> faults(String text, SlurmVersion version) {
    List<String> faults = new ArrayList<>();
    keys(text)
        .forEach(
            (key, value) -> {
              if (SINCE.containsKey(key) && isBefore(version, SINCE.getOrDefault(key, ""))) {
                faults.add(key + " is not yet known");
              }
              for (Map<String, String> gone : Set.of(UNKNOWN_SINCE, DEFUNCT_SINCE)) {
                if (gone.containsKey(key) && !isBefore(version, gone.getOrDefault(key, ""))) {
                  faults.add(key + " is no longer known");
                }
              }
              VALUES.forEach(
                  (name, span) -> {
                    boolean isKnown =
                        !isBefore(version, span.getFirst()) && isBefore(version, span.getLast());
                    if (!isKnown && List.of(value.split(",", -1)).contains(name)) {
                      faults.add(key + "=" + name + " is not there");
                    }
                  });
            });
    return faults;
  }

  private static boolean isBefore(SlurmVersion version, String release) {
    SlurmVersion then = SlurmVersion.parse(release);
    return !version.isAtLeast(then.year(), then.month());
  }

  private static Map<String, String> keys(String text) {
    Map<String, String> keys = new java.util.HashMap<>();
    lines(text).forEach(line -> keys.put(line[0], line[1]));
    return keys;
  }

  private static Stream<String[]> lines(String text) {
    return text.lines().filter(line -> !line.startsWith("#")).map(line -> line.split("=", 2));
  }
}
