package io.coxswain.cli;

import static io.coxswain.cli.FakeController.reply;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.v1.ApplyClusterRequest;
import io.coxswain.v1.ApplyClusterResponse;
import io.coxswain.v1.ExportClusterResponse;
import io.coxswain.v1.FieldChange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster as a file: planned, applied, printed. */
final class ApplyCommandsTest {
  private static final String DOCUMENT = "format: 1\nname: train\nshape: 8xH200\nsize: 2\n";

  @TempDir Path directory;
  private Desk desk;
  private Path file;

  @BeforeEach
  void sitDown() throws IOException {
    desk = new Desk(directory);
    file = directory.resolve("train.yaml");
    Files.writeString(file, DOCUMENT);
  }

  @AfterEach
  void leave() throws IOException {
    desk.close();
  }

  private void answers(boolean isPossible, String... leaving) {
    desk.controller.on(
        "Clusters/ApplyCluster",
        reply(
            ApplyClusterResponse.newBuilder()
                .addChanges(
                    FieldChange.newBuilder()
                        .setField("size")
                        .setBefore("3")
                        .setAfter("2")
                        .setDisruption("drains the nodes that go")
                        .setPossible(isPossible))
                .addAllLeaving(List.of(leaving))
                .build()));
  }

  private ApplyClusterRequest last() throws IOException {
    return ApplyClusterRequest.parseFrom(
        desk.controller.calls("Clusters/ApplyCluster").getLast().message());
  }

  @Test
  void aPlanShowsEachFieldAndDoesNothing() throws IOException {
    answers(true, "c-1-2");
    assertThat(desk.cox("cluster", "plan", "-f", file.toString())).isEqualTo(ExitCode.DONE);
    assertThat(last().getDryRun()).isTrue();
    assertThat(last().getDocument()).isEqualTo(DOCUMENT);
    assertThat(last().getFile()).isEqualTo(file.toString());
    assertThat(desk.out())
        .contains("FIELD", "size", "3", "2", "drains the nodes that go", "- c-1-2");
    answers(false);
    assertThat(desk.cox("cluster", "plan", "-f", file.toString())).isEqualTo(ExitCode.REFUSED);
  }

  @Test
  void nothingIsAppliedThatTakesNodesAwayBeforeSomebodySaysSo() throws IOException {
    answers(true, "c-1-2");
    assertThat(desk.cox("cluster", "apply", "-f", file.toString())).isEqualTo(ExitCode.REFUSED);
    assertThat(last().getDryRun()).isTrue();
    assertThat(desk.cox("cluster", "apply", "-f", file.toString(), "--yes"))
        .isEqualTo(ExitCode.DONE);
    assertThat(last().getDryRun()).isFalse();
    assertThat(last().getRequestId()).isNotEmpty();
  }

  @Test
  void theFileMayComeFromStandardInput() throws IOException {
    answers(true);
    assertThat(desk.pipes(DOCUMENT).cox("cluster", "plan", "-f", "-")).isEqualTo(ExitCode.DONE);
    assertThat(last().getDocument()).isEqualTo(DOCUMENT);
    assertThat(last().getFile()).isEqualTo("standard input");
  }

  @Test
  void aFileThatCannotBeIsRefusedHere() throws IOException {
    assertThat(desk.cox("cluster", "plan", "-f", directory + "/none")).isEqualTo(ExitCode.USAGE);
    assertThat(desk.err()).contains("none: no such file");
    Files.write(file, new byte[] {(byte) 0xff, 'a'});
    assertThat(desk.cox("cluster", "plan", "-f", file.toString())).isEqualTo(ExitCode.USAGE);
    assertThat(desk.err()).contains("not UTF-8");
    Files.write(file, new byte[(1 << 20) + 1]);
    assertThat(desk.cox("cluster", "plan", "-f", file.toString())).isEqualTo(ExitCode.USAGE);
    assertThat(desk.err()).contains("larger than 1 MiB");
    assertThat(desk.controller.calls("Clusters/ApplyCluster")).isEmpty();
  }

  @Test
  void anExportIsTheFileItself() throws IOException {
    desk.controller.on(
        "Clusters/ExportCluster",
        reply(ExportClusterResponse.newBuilder().setDocument(DOCUMENT).build()));
    assertThat(desk.cox("cluster", "export", "train")).isEqualTo(ExitCode.DONE);
    assertThat(desk.out()).isEqualTo(DOCUMENT);
  }
}
