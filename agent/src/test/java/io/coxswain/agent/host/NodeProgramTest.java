package io.coxswain.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
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
