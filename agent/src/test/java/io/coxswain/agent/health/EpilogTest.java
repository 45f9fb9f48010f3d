package io.coxswain.agent.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.FakeCommands;
import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.host.Users.Account;
import io.coxswain.agent.report.Health;
import io.coxswain.agent.report.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a job has left on a GPU is told and ended; nobody else's work ever is. */
class EpilogTest {
  private static final int ALICE = 20_001;
  private static final int BOB = 20_002;
  private static final String END = "epilog: {leftovers: end, grace: 5s}\n";

  private final Patient patient = new Patient();
  private final List<Long> pauses = new ArrayList<>();
  private boolean isStubborn;
  private boolean isStuck;
  private final Epilog epilog = new Epilog(patient.host, patient.watch, this::pause, "/dev/nvidia");

  private void pause(Duration length) {
    pauses.add(length.toMillis());
    patient.host.clock().advance(length);
  }

  @BeforeEach
  void prepare() {
    patient.host.users().create(new Account("alice", ALICE, ALICE, "/home/alice", "/bin/bash"));
    patient.host.commands().install("kill");
    patient.host.commands().on("kill", command -> killed(command.argv()));
  }

  private Result killed(List<String> argv) {
    boolean isKill = argv.contains("KILL");
    if (!isStuck && (isKill || !isStubborn)) {
      patient.host.files().deleteTree("/proc/" + argv.getLast());
    }
    return FakeCommands.ok("");
  }

  @Test
  void aProcessOfTheJobsUserThatHoldsAGpuIsToldAndLeftAlone() {
    process(71, ALICE, "python3", "/user.slice", "/dev/nvidia0", "/dev/nvidia1", "/dev/nvidiactl");
    gpu("0000:18:00.0", 0);
    ended("1234", ALICE);
    assertThat(told())
        .hasSize(2)
        .first()
        .satisfies(
            verdict -> {
              assertThat(verdict.level()).isEqualTo(Health.INFO);
              assertThat(verdict.drain()).isFalse();
              assertThat(verdict.subject()).isEqualTo("/dev/nvidia1");
              assertThat(verdict.message())
                  .isEqualTo(
                      "process 71 (python3) of alice holds /dev/nvidia0,/dev/nvidia1 after job"
                          + " 1234; it was left alone");
            });
    assertThat(told()).extracting(Verdict::subject).contains("0000:18:00.0");
    assertThat(signals()).isEmpty();
    assertThat(isThere(71)).isTrue();
  }

  @Test
  void byPolicyItIsEnded() {
    policy(END);
    process(71, ALICE, "python3", "/user.slice", "/dev/nvidia0");
    ended("1234", ALICE);
    assertThat(signals()).containsExactly("TERM 71");
    assertThat(isThere(71)).isFalse();
    assertThat(told().getFirst().message()).endsWith("; ended with SIGTERM");
  }

  @Test
  void oneThatStaysIsKilledAfterTheGraceAndNotBefore() {
    policy(END);
    isStubborn = true;
    process(71, ALICE, "python3", "/user.slice", "/dev/nvidia0");
    Instant before = patient.host.clock().instant();
    ended("1234", ALICE);
    assertThat(signals()).containsExactly("TERM 71", "KILL 71");
    assertThat(Duration.between(before, patient.host.clock().instant()))
        .isBetween(Duration.ofSeconds(5), Duration.ofSeconds(6));
    assertThat(told().getFirst().message()).endsWith("; ended with SIGKILL");
  }

  @Test
  void oneThatNothingEndsIsAWarningWithinTheDeadline() {
    policy("epilog: {leftovers: end, grace: 11s}\n");
    isStuck = true;
    process(71, ALICE, "python3", "/user.slice", "/dev/nvidia0");
    Instant before = patient.host.clock().instant();
    ended("1234", ALICE);
    assertThat(Duration.between(before, patient.host.clock().instant()))
        .isLessThanOrEqualTo(Epilog.LONGEST);
    Verdict verdict = patient.watch.judgement().verdicts().getFirst();
    assertThat(told("gpu-leftover-stuck").getFirst().level()).isEqualTo(Health.WARNING);
    assertThat(told("gpu-leftover-stuck").getFirst().message()).contains("not even by SIGKILL");
    assertThat(verdict).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({
    // Root: the agent, its child, whatever an administrator runs.
    "0, java, /system.slice/coxswain-agent.service",
    "0, nvidia-smi, /user.slice",
    // System accounts of the driver's and the monitoring's daemons.
    "112, nvidia-persiste, /system.slice/nvidia-persistenced.service",
    "998, nv-hostengine, /system.slice/nvidia-dcgm.service",
    // Another job's, whosever.
    "20001, python3, /system.slice/slurmstepd.scope/job_99/step_0",
    "20002, python3, /slurm/uid_20002/job_98/step_0"
  })
  void theseAreNeverLeftovers(int uid, String command, String cgroup) {
    policy(END);
    cgroups();
    process(71, uid, command, cgroup, "/dev/nvidia0");
    ended("1234", ALICE);
    assertThat(told()).isEmpty();
    assertThat(signals()).isEmpty();
    assertThat(pauses).as("no wait either").isEmpty();
  }

  @Test
  void aUserWhoHasAnotherJobHereIsLeftAlone() {
    process(71, ALICE, "python3", "/user.slice", "/dev/nvidia0");
    epilog.answered("prolog 1235 1 uid=" + ALICE, true);
    ended("1234", ALICE);
    assertThat(told()).isEmpty();
    ended("1235", ALICE);
    assertThat(told()).hasSize(1);
  }

  @Test
  void aJobOfSomebodyElseChangesNothing() {
    process(71, ALICE, "python3", "/user.slice", "/dev/nvidia0");
    epilog.answered("prolog 1235 1 uid=" + BOB, true);
    step(900, "1235");
    ended("1234", ALICE);
    assertThat(told()).hasSize(1);
  }

  @Test
  void aStepThatBeganBeforeThisAgentMayBeTheUsers() {
    process(71, ALICE, "python3", "/user.slice", "/dev/nvidia0");
    step(900, "1200");
    ended("1234", ALICE);
    assertThat(told()).isEmpty();
  }

  @Test
  void whereJobsLiveInCgroupsAProcessOutsideOfThemIsALeftoverWhosever() {
    process(71, BOB, "jupyter-lab", "/user.slice/user-20002.slice", "/dev/nvidia0");
    ended("1234", ALICE);
    assertThat(told()).as("without cgroups nobody can tell").isEmpty();
    cgroups();
    ended("1234", ALICE);
    assertThat(told().getFirst().message()).contains("(jupyter-lab) of uid 20002");
  }

  @Test
  void whatOnlyTakesAMomentToEndIsNone() {
    process(71, ALICE, "python3", "/user.slice", "/dev/nvidia0");
    Epilog patientOne =
        new Epilog(
            patient.host,
            patient.watch,
            length -> patient.host.files().deleteTree("/proc/71"),
            "/dev/nvidia");
    patientOne.answered("epilog 1234 uid=" + ALICE, true);
    assertThat(told()).isEmpty();
  }

  @Test
  void anotherProcessUnderTheSameNumberIsNotSignalled() {
    policy(END);
    isStubborn = true;
    process(71, ALICE, "python3", "/user.slice", "/dev/nvidia0");
    Epilog slow =
        new Epilog(
            patient.host,
            patient.watch,
            length -> {
              pause(length);
              if (pauses.size() == 2) {
                // Between SIGTERM and SIGKILL the number is given to another one.
                patient
                    .host
                    .files()
                    .put("/proc/71/stat", "71 (bash) S " + "0 ".repeat(18) + "999 0\n");
              }
            },
            "/dev/nvidia");
    slow.answered("epilog 1234 uid=" + ALICE, true);
    assertThat(signals()).containsExactly("TERM 71");
  }

  @Test
  void withoutTheUserOfTheJobOnlyCgroupsTell() {
    process(71, ALICE, "python3", "/user.slice", "/dev/nvidia0");
    epilog.answered("epilog 1234", true);
    assertThat(told()).isEmpty();
  }

  private void ended(String job, int uid) {
    epilog.answered("epilog " + job + " uid=" + uid, true);
  }

  private List<Verdict> told() {
    return told("gpu-leftover");
  }

  private List<Verdict> told(String check) {
    return patient.watch.judgement().verdicts().stream()
        .filter(verdict -> verdict.check().equals(check))
        .toList();
  }

  private List<String> signals() {
    return patient.host.commands().ran().stream()
        .map(command -> command.argv())
        .filter(argv -> argv.getFirst().equals("kill"))
        .map(argv -> argv.get(2) + " " + argv.getLast())
        .toList();
  }

  private boolean isThere(long pid) {
    return patient.host.files().stat("/proc/" + pid).isPresent();
  }

  private void policy(String yaml) {
    patient.host.files().createDirectory("/etc/coxswain", new Access(0755, "root", "root"));
    patient.host.files().put(SitePolicy.FILE, yaml);
    patient.measure(new Machine());
  }

  private void cgroups() {
    directory("/sys/fs/cgroup/system.slice/slurmstepd.scope");
  }

  private void gpu(String address, int minor) {
    directory("/proc/driver/nvidia/gpus/" + address);
    patient
        .host
        .files()
        .put(
            "/proc/driver/nvidia/gpus/" + address + "/information",
            "Model: \t\t NVIDIA H200\nDevice Minor: \t " + minor + "\n");
  }

  private void step(long pid, String job) {
    directory("/proc/" + pid + "/fd");
    patient.host.files().put("/proc/" + pid + "/cmdline", "slurmstepd: [" + job + ".0]\0");
    patient.host.files().put("/proc/" + pid + "/status", "Name:\tslurmstepd\nUid:\t0\t0\t0\t0\n");
  }

  private void process(long pid, int uid, String command, String cgroup, String... open) {
    String directory = "/proc/" + pid;
    directory(directory + "/fd");
    for (int i = 0; i < open.length; i++) {
      patient.host.files().link(directory + "/fd/" + (3 + i), open[i]);
    }
    patient.host.files().put(directory + "/cmdline", command + "\0train.py\0");
    patient.host.files().put(directory + "/comm", command + "\n");
    patient
        .host
        .files()
        .put(
            directory + "/status",
            "Name:\t" + command + "\nState:\tS\nUid:\t" + uid + "\t" + uid + "\t0\t0\n");
    patient
        .host
        .files()
        .put(directory + "/stat", pid + " (py (3)) S " + "0 ".repeat(18) + "77 0\n");
    patient.host.files().put(directory + "/cgroup", "0::" + cgroup + "\n");
  }

  private void directory(String path) {
    patient.host.files().createDirectory(path, new Access(0555, "root", "root"));
  }
}
