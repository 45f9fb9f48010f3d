package io.coxswain.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Words parsed by hand mean what they mean to picocli; everything else is left to it. */
final class QuickWordsTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cluster list",
        "cluster ls -a -o wide",
        "cluster list --all --output json",
        "cluster info train -o yaml",
        "cluster list -o NAME",
        "machine list",
        "machine ls -o json",
        "instance list -o name",
        "why c-7f3a -o json",
        "why c-7f3a",
        "env c-7f3a",
        "version -o json",
        "version"
      })
  void bothWaysSayTheSame(String line) throws Exception {
    String[] words = line.split(" ");
    assertThat(QuickWords.parse(words)).isNotNull();
    try (Desk desk = new Desk(directory)) {
      desk.controller
          .on("Clusters/ListClusters", FakeController.reply(clusters()))
          .on("Clusters/GetCluster", FakeController.reply(Site.cluster()))
          .on("Machines/ListMachines", FakeController.reply(machines()))
          .on(
              "Clusters/GetVersion",
              FakeController.reply(io.coxswain.v1.GetVersionResponse.getDefaultInstance()))
          .on("Instances/ListInstances", FakeController.reply(instances()))
          .on(
              "Clusters/Explain",
              FakeController.reply(
                  io.coxswain.v1.ExplainResponse.newBuilder().addLines("x").build()));
      int quick = desk.cox(words);
      String printed = desk.out();
      Terminal terminal = desk.terminal();
      int slow = CommandTree.run(words, terminal);
      terminal.flush();
      assertThat(slow).isEqualTo(quick);
      assertThat(desk.out()).isEqualTo(printed + printed);
      for (String method :
          List.of("Clusters/ListClusters", "Clusters/GetCluster", "Clusters/Explain")) {
        var calls = desk.controller.calls(method);
        assertThat(calls.stream().map(FakeController.Call::message).distinct()).hasSizeLessThan(2);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cluster",
        "cluster lst",
        "cluster list extra",
        "cluster list --help",
        "cluster list -o",
        "cluster list -o xml",
        "cluster list --output=json",
        "machine list --all",
        "machine list -l rack=a1",
        "env c-7f3a -o json",
        "why",
        "why --help",
        "cluster info",
        "cluster info a b",
        "cluster list --socket",
        "--help",
        "cluster create cpu"
      })
  void whatItDoesNotKnowIsLeftToPicocli(String line) {
    assertThat(QuickWords.parse(line.split(" "))).isNull();
  }

  @Test
  void noWordsAreLeftToPicocli() throws IOException {
    assertThat(QuickWords.parse(new String[0])).isNull();
    assertThat(QuickWords.parse(new String[] {"why", ""})).isNull();
  }

  private static io.coxswain.v1.ListClustersResponse clusters() {
    return io.coxswain.v1.ListClustersResponse.newBuilder().addClusters(Site.cluster()).build();
  }

  private static io.coxswain.v1.ListMachinesResponse machines() {
    return io.coxswain.v1.ListMachinesResponse.newBuilder().addMachines(Site.gpu(0)).build();
  }

  private static io.coxswain.v1.ListInstancesResponse instances() {
    return io.coxswain.v1.ListInstancesResponse.newBuilder()
        .addInstances(Site.failed("c-7f3a-1"))
        .build();
  }
}
