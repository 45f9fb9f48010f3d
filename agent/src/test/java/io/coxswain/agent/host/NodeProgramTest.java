package io.coxswain.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** cox-node, compiled as it ships, asks a real socket. */
class NodeProgramTest {
  @TempDir static Path built;
  private static String program = "";

  @TempDir Path directory;
  private final Queue<String> questions = new ConcurrentLinkedQueue<>();

  private record Ended(int status, String error) {}

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    program = built.resolve("cox-node").toString();
    Process gcc =
        new ProcessBuilder(
                "gcc",
                "-std=c11",
                "-D_GNU_SOURCE",
                "-O2",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-DJOINS=\"" + built.resolve("joins") + "\"",
                "-o",
                program,
                "src/main/native/cox-node.c")
            .inheritIO()
            .start();
    assertThat(gcc.waitFor()).isZero();
  }

  @Test
  void aJobMayStartOnANodeThatIsWell() throws Exception {
    try (LineSocket _ = open("ok")) {
      assertThat(run("prolog", "1234").status()).isZero();
      assertThat(questions).containsExactly("prolog 1234");
    }
  }

  @Test
  void theJobsGpusAreToldAndAListTooLongToBeWholeIsNot() throws Exception {
    try (LineSocket _ = open("ok")) {
      assertThat(run("prolog", "1234", "0,1,15").status()).isZero();
      assertThat(run("epilog", "1234", "0,1,15").status()).isZero();
      assertThat(run("prolog", "1235", "1,".repeat(500)).status()).isZero();
      assertThat(questions).containsExactly("prolog 1234 0,1,15", "epilog 1234", "prolog 1235");
    }
  }

  @Test
  void whoseJobItIsIsToldWhereSlurmSaysItWell() throws Exception {
    try (LineSocket _ = open("ok")) {
      for (String uid : List.of("1000", "", "10x0", "4294967295")) {
        ProcessBuilder builder = new ProcessBuilder(List.of(program, "epilog", socket()));
        builder.environment().put("SLURM_JOB_ID", "7");
        builder.environment().put("SLURM_JOB_UID", uid);
        assertThat(builder.start().waitFor()).isZero();
      }
      assertThat(questions)
          .containsExactly("epilog 7 uid=1000", "epilog 7", "epilog 7", "epilog 7");
    }
  }

  @Test
  void anEpilogIsGivenMoreTimeThanAHealthCheck() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch looked = new CountDownLatch(1);
    try (LineSocket _ =
        LineSocket.open(
            socket(),
            question -> {
              asked.countDown();
              awaitQuietly(looked);
              return "ok";
            })) {
      Process epilog = start("epilog", "7");
      assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
      // Longer than the three seconds of an agent that is away.
      assertThat(epilog.waitFor(4, TimeUnit.SECONDS)).isFalse();
      looked.countDown();
      assertThat(epilog.waitFor(5, TimeUnit.SECONDS)).isTrue();
      assertThat(Files.readString(directory.resolve("error"))).isEmpty();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aJobMayNotStartOnOneThatIsNotAndTheReasonIsSaid() throws Exception {
    try (LineSocket _ = open("no xid-79 0000:18:00.0: fallen off the bus")) {
      Ended prolog = run("prolog", "7");
      assertThat(prolog.status()).isOne();
      assertThat(prolog.error()).isEqualTo("cox: xid-79 0000:18:00.0: fallen off the bus");
      assertThat(run("health", "").status()).isOne();
      // The job is over: nothing of ours is to be drained for its end.
      assertThat(run("epilog", "7").status()).isZero();
    }
  }

  @Test
  void anAnswerThatIsNoneIsARefusal() throws Exception {
    try (LineSocket _ = open("well, perhaps")) {
      assertThat(run("prolog", "7").status()).isOne();
    }
  }

  @Test
  void anAgentThatIsAwayIsNotTakenForAHealthyOne() throws Exception {
    Ended health = run("health", "");
    assertThat(health.status()).isOne();
    assertThat(health.error()).contains("does not answer");
    assertThat(run("epilog", "7").status()).isZero();
  }

  @Test
  void aPrologWaitsForAnAgentThatComesBack() throws Exception {
    Process waiting = start("prolog", "8");
    assertThat(waiting.waitFor(300, TimeUnit.MILLISECONDS)).isFalse();
    try (LineSocket _ = open("ok")) {
      assertThat(waiting.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(waiting.exitValue()).isZero();
    }
  }

  @Test
  void aWordThatItDoesNotKnowIsRefused() throws Exception {
    assertThat(run("dance", "").status()).isEqualTo(2);
  }

  @Test
  void cudaSaysItsCode() throws Exception {
    assertThat(cuda(0)).isEqualTo("0 cuInit 0");
    assertThat(cuda(802)).isEqualTo("1 cuInit 802");
  }

  @Test
  void aMachineWithoutCudaSaysSo() throws Exception {
    Ended ended = end(new ProcessBuilder(program, "cuda"));
    assertThat(ended.status()).isOne();
    assertThat(ended.error()).contains("libcuda.so.1");
  }

  private String cuda(int code) throws IOException, InterruptedException {
    Path source = directory.resolve("cuda.c");
    Files.writeString(
        source, "unsigned cuInit(unsigned flags) { return flags == 0 ? " + code + " : 1; }\n");
    Process gcc =
        new ProcessBuilder(
                "gcc",
                "-shared",
                "-fPIC",
                "-o",
                directory.resolve("libcuda.so.1").toString(),
                source.toString())
            .inheritIO()
            .start();
    assertThat(gcc.waitFor()).isZero();
    ProcessBuilder builder = new ProcessBuilder(program, "cuda");
    builder.environment().put("LD_LIBRARY_PATH", directory.toString());
    Path out = directory.resolve("out");
    int status = builder.redirectOutput(out.toFile()).start().waitFor();
    return status + " " + Files.readString(out).strip();
  }

  @Test
  void slurmdIsLetThroughWhenAllDevicesAreThere() throws Exception {
    assertThat(gate("1", "/dev/null", "/dev/zero").status()).isZero();
  }

  @Test
  void aDeviceThatIsMissingIsNamed() throws Exception {
    Ended ended = gate("0", "/dev/null", "4711");
    assertThat(ended.status()).isOne();
    assertThat(ended.error())
        .startsWith("cox: /dev/nvidia4711 is not there after 0 s")
        .contains("all 2 GPUs");
    Files.writeString(directory.resolve("file"), "no device");
    assertThat(gate("0", directory.resolve("file").toString()).status()).isOne();
  }

  @Test
  void theGateWaitsForADeviceThatComes() throws Exception {
    Path late = directory.resolve("late");
    Process waiting = new ProcessBuilder(program, "devices", "20", late.toString()).start();
    assertThat(waiting.waitFor(300, TimeUnit.MILLISECONDS)).isFalse();
    Files.createSymbolicLink(late, Path.of("/dev/null"));
    assertThat(waiting.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(waiting.exitValue()).isZero();
  }

  @Test
  void nonsenseIsNoDevice() throws Exception {
    assertThat(gate("soon", "0").status()).isEqualTo(2);
    assertThat(gate("1", "nvidia0").status()).isEqualTo(2);
  }

  @Test
  void aChangeOfPowerIsToldAndNothingMore() throws Exception {
    try (LineSocket _ = open("ok")) {
      assertThat(poke(program, "resume", "c-7f3a-[5-6]").status()).isZero();
      assertThat(poke(program, "suspend", "c-7f3a-5").status()).isZero();
      Path resume = Files.createSymbolicLink(built.resolve("resume"), Path.of(program));
      assertThat(poke(resume.toString(), "c-7f3a-5").status()).isZero();
      assertThat(questions).containsExactly("resume", "suspend", "resume");
    }
    Ended alone = poke(program, "resume", "c-7f3a-5");
    assertThat(alone.status()).isOne();
    assertThat(alone.error()).contains("does not answer");
  }

  @Test
  void anAgentThatNeverAnswersDoesNotHoldSlurmctld() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    try (LineSocket _ =
        LineSocket.open(
            socket(),
            question -> {
              awaitQuietly(ended);
              return "ok";
            })) {
      Process poke =
          new ProcessBuilder(program, "resume", "c-7f3a-5", socket())
              .redirectError(directory.resolve("error").toFile())
              .start();
      assertThat(poke.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(poke.exitValue()).isOne();
      ended.countDown();
    }
  }

  @Test
  void whoMayNotAskIsHungUpOnUnheard() throws Exception {
    String me = System.getProperty("user.name");
    try (LineSocket _ = LineSocket.openFor(Set.of(me), socket(), this::heard)) {
      assertThat(poke(program, "resume", "c-7f3a-5").status()).isZero();
    }
    questions.clear();
    try (LineSocket _ = LineSocket.openFor(Set.of("no-" + me), socket(), this::heard)) {
      assertThat(poke(program, "resume", "c-7f3a-5").status()).isOne();
      assertThat(questions).isEmpty();
    }
  }

  @Test
  void aJobEndsThatTheMachineIsTakenForNewlyBooted() throws Exception {
    Path joins = Files.writeString(built.resolve("joins"), "COX_JOINS=-b\n");
    try (LineSocket _ = open("ok")) {
      assertThat(run("health", "").status()).isZero();
      assertThat(joins).exists();
      assertThat(run("prolog", "7").status()).isZero();
      assertThat(joins).doesNotExist();
      assertThat(run("prolog", "8").status()).isZero();
    }
  }

  private Ended poke(String... command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.command().add(socket());
    return end(builder);
  }

  private String heard(String question) {
    questions.add(question);
    return "ok";
  }

  private Ended gate(String... arguments) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(program, "devices");
    builder.command().addAll(List.of(arguments));
    return end(builder);
  }

  private Ended end(ProcessBuilder builder) throws IOException, InterruptedException {
    int status = builder.redirectError(directory.resolve("error").toFile()).start().waitFor();
    return new Ended(
        status, Files.readString(directory.resolve("error"), StandardCharsets.UTF_8).strip());
  }

  private LineSocket open(String answer) {
    return LineSocket.open(
        socket(),
        question -> {
          questions.add(question);
          return answer;
        });
  }

  private String socket() {
    return directory.resolve("node.sock").toString();
  }

  private Process start(String what, String job) throws IOException {
    return start(what, job, "");
  }

  private Process start(String what, String job, String gpus) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(List.of(program, what, socket()));
    builder.environment().put("SLURM_JOB_ID", job);
    builder.environment().put("SLURM_JOB_GPUS", gpus);
    return builder.redirectError(directory.resolve("error").toFile()).start();
  }

  private Ended run(String what, String job) throws IOException, InterruptedException {
    return run(what, job, "");
  }

  private Ended run(String what, String job, String gpus) throws IOException, InterruptedException {
    int status = start(what, job, gpus).waitFor();
    return new Ended(
        status, Files.readString(directory.resolve("error"), StandardCharsets.UTF_8).strip());
  }
}
