package io.coxswain.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.LineSocket;
import io.coxswain.agent.metrics.GpuHistory;
import io.coxswain.agent.metrics.GpuHistory.Sample;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The last hour, asked over a real socket. */
class HistoryCommandTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

  @TempDir Path directory;
  private final StringWriter out = new StringWriter();

  @Test
  void oneLineAMinuteIsShownAndTheNewestIsAmongThem() {
    try (LineSocket _ = open()) {
      assertThat(run("--gpu", "1")).isZero();
      assertThat(out.toString().lines())
          .hasSize(2 + 60)
          .last()
          .satisfies(
              line ->
                  assertThat(line.strip().split(" +"))
                      .containsExactly("2026-11-22T12:59:50Z", "59", "1000", "-", "412", "1980"));
      assertThat(out.toString()).startsWith("GPU 1  0000:2a:00.0").doesNotContain("0000:18:00.0");
    }
  }

  @Test
  void allOfItIsThereForPrograms() {
    try (LineSocket _ = open()) {
      assertThat(run("-o", "json")).isZero();
      assertThat(out.toString()).contains("\"pciBusId\":\"0000:18:00.0\"");
      assertThat(out.toString().split("\"at\":", -1)).hasSize(1 + 2 * 360);
    }
  }

  @Test
  void aGpuThatIsNotThereAndAnAgentThatIsNotAreTold() {
    try (LineSocket _ = open()) {
      assertThat(run("--gpu", "7")).isEqualTo(AgentCommand.FAILED);
      assertThat(out.toString()).contains("no GPU 7");
    }
    String nobody = directory.resolve("nobody.sock").toString();
    assertThatThrownBy(() -> LineSocket.ask(nobody, "history"))
        .isInstanceOf(HostException.class)
        .hasMessageContaining("no agent answers");
  }

  private LineSocket open() {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 360; i++) {
      samples.add(
          new Sample(
              NOON.plusSeconds(10L * i),
              OptionalLong.of(i / 6),
              OptionalLong.of(1000),
              OptionalLong.empty(),
              OptionalLong.of(412),
              OptionalLong.of(1980)));
    }
    String answer =
        ToldHistory.answer(
            List.of(
                new GpuHistory.Series(0, "0000:18:00.0", samples),
                new GpuHistory.Series(1, "0000:2a:00.0", samples)));
    return LineSocket.open(socket(), question -> question.equals("history") ? answer : "no");
  }

  private String socket() {
    return directory.resolve("node.sock").toString();
  }

  private int run(String... arguments) {
    return new CommandLine(new HistoryCommand(socket()))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(new PrintWriter(out))
        .execute(arguments);
  }
}
