package io.coxswain.agent.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program that runs a tool where it is, compiled from the source that clusters are sent. */
class RuntoolProgramTest {
  private static final Path SOURCE =
      Path.of("../controller/src/main/resources/io/coxswain/controller/runtool.c");

  @TempDir Path directory;

  @BeforeEach
  void compile() throws Exception {
    Process gcc =
        new ProcessBuilder(
                "gcc", "-Wall", "-Werror", "-o", directory + "/runtool", SOURCE.toString())
            .inheritIO()
            .start();
    assertThat(gcc.waitFor()).isZero();
  }

  @Test
  void aToolOnThePathIsRunAndItsLinesNameTheNode() throws Exception {
    tool("nvbandwidth", "echo \"$1\"; echo oops >&2; exit 3");
    Map<String, ToolOutput> answers = run("nvbandwidth", "a b");
    assertThat(answers).hasSize(1);
    ToolOutput answer = answers.values().iterator().next();
    assertThat(answer.lines()).containsExactlyInAnyOrder("a b", "oops");
    assertThat(answer.end()).isEqualTo("exit 3");
  }

  @Test
  void aSignalThatEndedItIsTold() throws Exception {
    tool("bandwidthTest", "kill -9 $$");
    assertThat(run("bandwidthTest").values()).allMatch(answer -> answer.end().equals("exit 137"));
  }

  @Test
  void oneThatIsNotThereIsAbsentAndNoFailure() throws Exception {
    assertThat(run("all_reduce_perf").values()).hasSize(1).allMatch(ToolOutput::isAbsent);
  }

  private void tool(String name, String script) throws IOException {
    Path file = directory.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Map<String, ToolOutput> run(String... tool) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(directory + "/runtool");
    builder.command().addAll(List.of(tool));
    builder.environment().put("PATH", directory + ":/usr/bin:/bin");
    Process process = builder.redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return ToolOutput.parseAll(text);
  }
}
