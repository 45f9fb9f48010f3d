package io.coxswain.agent.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.coxswain.agent.host.Files;
import io.coxswain.agent.host.LinuxHost;
import io.coxswain.agent.host.Pause;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes of this machine that hold a file in place of a GPU, found and really ended. */
class EpilogProcessTest {
  @TempDir static Path built;
  private static String program = "";

  @TempDir Path directory;
  private final Patient patient = new Patient();
  private int uid;
  private Process holder = failing();

  @BeforeAll
  static void compile() throws Exception {
    program = built.resolve("gpu_holder").toString();
    Process gcc =
        new ProcessBuilder(
                "gcc", "-Wall", "-Wextra", "-Werror", "-o", program, "src/test/native/gpu_holder.c")
            .inheritIO()
            .start();
    assertThat(gcc.waitFor()).isZero();
  }

  @BeforeEach
  void device() throws Exception {
    java.nio.file.Files.writeString(directory.resolve("nvidia0"), "");
  }

  @AfterEach
  void stop() {
    holder.destroyForcibly();
  }

  @Test
  void oneThatHoldsTheDeviceIsFoundAndEnded() throws Exception {
    hold();
    assertThat(GpuHolder.all(new LinuxHost().files(), device("nvidia")))
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.pid()).isEqualTo(holder.pid());
              assertThat(found.uid()).isEqualTo(uid);
              assertThat(found.command()).isEqualTo("gpu_holder");
              assertThat(found.minors()).containsExactly(0);
              assertThat(found.startTicks()).isPositive();
            });
    epilog("epilog: {leftovers: end, grace: 5s}\n");
    assertThat(holder.waitFor(5, TimeUnit.SECONDS)).isTrue();
    assertThat(holder.exitValue()).as("SIGTERM").isEqualTo(128 + 15);
    assertThat(message()).contains("process " + holder.pid() + " (gpu_holder)", "SIGTERM");
  }

  @Test
  void oneThatDoesNotListenIsKilled() throws Exception {
    hold("stubborn");
    epilog("epilog: {leftovers: end, grace: 1s}\n");
    assertThat(holder.waitFor(5, TimeUnit.SECONDS)).isTrue();
    assertThat(holder.exitValue()).as("SIGKILL").isEqualTo(128 + 9);
    assertThat(message()).contains("ended with SIGKILL");
  }

  @Test
  void byDefaultItIsOnlyTold() throws Exception {
    hold();
    epilog("");
    assertThat(holder.isAlive()).isTrue();
    assertThat(message()).contains("it was left alone");
  }

  private static Process failing() {
    try {
      return new ProcessBuilder("true").start();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private String device(String name) {
    return directory.resolve(name).toString();
  }

  private void hold(String... more) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(program, device("nvidia0"));
    builder.command().addAll(List.of(more));
    holder = builder.start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8));
    uid = Integer.parseInt(String.valueOf(out.readLine()));
    assumeTrue(uid >= 1000, "the account that runs this is a system account");
  }

  private void epilog(String policy) {
    if (!policy.isEmpty()) {
      patient.host.files().createDirectory("/etc/coxswain", new Files.Access(0755, "root", "root"));
      patient.host.files().put(SitePolicy.FILE, policy);
      patient.measure(new Machine());
    }
    new Epilog(new LinuxHost(), patient.watch, Pause::of, device("nvidia"))
        .answered("epilog 1234 uid=" + uid, true);
  }

  private String message() {
    return patient.watch.judgement().verdicts().stream()
        .filter(verdict -> verdict.check().equals("gpu-leftover"))
        .findFirst()
        .orElseThrow()
        .message();
  }
}
