package io.coxswain.agent.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** scontrol's lines as slurmctld 22.05.8 printed them. */
class SlurmNodeTest {
  @Test
  void aBusyNodeTakesJobsAndHasNoReason() throws IOException {
    SlurmNode node = captured("scontrol-node-busy.txt");
    assertThat(node.name()).isEqualTo("c-7f3a-0");
    assertThat(node.isBusy()).isTrue();
    assertThat(node.isResponding()).isTrue();
    assertThat(node.isDrained() || node.isDown() || node.isRefused()).isFalse();
    assertThat(node.reason()).isEmpty();
  }

  @Test
  void aReasonMayHoldEqualsSignsAndBrackets() throws IOException {
    SlurmNode node = captured("scontrol-node-drained.txt");
    assertThat(node.isDrained()).isTrue();
    assertThat(node.reason()).isEqualTo("cox: gpu_lost gpu=0000:3a:00.0 reboot; see x=y | z  [ok]");
    assertThat(node.mayResume()).isTrue();
  }

  @Test
  void aNodeWithTooFewGpusIsRefusedBySlurmItself() throws IOException {
    SlurmNode node = captured("scontrol-node-invalid.txt");
    assertThat(node.isRefused()).isTrue();
    assertThat(node.reasonBy()).isEqualTo("slurm");
    assertThat(node.mayResume()).isTrue();
  }

  @Test
  void marksBehindAStateAreFlagsOrNothing() {
    SlurmNode node =
        parse("NodeName=n1 Arch=x86_64 State=DOWN*+DYNAMIC_NORM Reason=fan [alice@2026]");
    assertThat(node.isResponding()).isFalse();
    assertThat(node.isDown()).isTrue();
    assertThat(node.mayResume()).isFalse();
  }

  @Test
  void otherLinesAreNoNodes() {
    assertThat(SlurmNode.parse("Node n1 not found")).isEmpty();
    assertThat(SlurmNode.parse("")).isEmpty();
  }

  private static SlurmNode captured(String file) throws IOException {
    try (InputStream in =
        SlurmNodeTest.class.getResourceAsStream("/captured/slurm-22.05.8/" + file)) {
      return parse(new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static SlurmNode parse(String line) {
    return SlurmNode.parse(line.strip()).orElseThrow();
  }
}
