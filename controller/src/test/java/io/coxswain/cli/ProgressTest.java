package io.coxswain.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.v1.Instance;
import io.coxswain.v1.Lifecycle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The live view: drawn over for a person, a line for each change in a file. */
final class ProgressTest {
  @TempDir Path directory;
  private Desk desk;

  @BeforeEach
  void sitDown() throws IOException {
    desk = new Desk(directory);
  }

  @AfterEach
  void leave() throws IOException {
    desk.close();
  }

  @Test
  void aPersonSeesTheSameLinesDrawnOver() {
    desk.seesProgress().environment.put("NO_COLOR", "1");
    try (Progress progress = Progress.of(desk.terminal(), new Screen(24, 60))) {
      progress.show(
          List.of(
              Site.instance("c-7f3a-jumphost", Lifecycle.RUNNING),
              Site.moving("c-7f3a-0", "install slurmd", 3)));
      progress.show(
          List.of(Site.instance("c-7f3a-jumphost", Lifecycle.RUNNING), Site.failed("c-7f3a-0")));
    }
    Golden.check("progress-redrawn", desk.err().replace("\033", "<ESC>"));
  }

  @Test
  void aDrawingNeverOutgrowsTheScreen() {
    desk.seesProgress();
    List<Instance> many = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      many.add(
          i == 60 ? Site.failed("c-7f3a-60") : Site.instance("c-7f3a-" + i, Lifecycle.RUNNING));
    }
    try (Progress progress = Progress.of(desk.terminal(), new Screen(10, 40))) {
      progress.show(many);
      progress.note("x".repeat(200));
    }
    String[] drawings = desk.err().replace("\r", "").split("\033\\[J", -1);
    for (String drawing : drawings) {
      assertThat(drawing.lines().count()).isLessThan(10);
      drawing
          .lines()
          .forEach(
              line ->
                  assertThat(line.replaceAll("\033\\[[0-9]*[A-Za-z]", "").strip())
                      .hasSizeLessThan(40));
    }
    assertThat(drawings[0].lines().findFirst().orElse(""))
        .contains("c-7f3a-60")
        .contains("\033[31mFAILED\033[0m");
    assertThat(drawings[0]).contains("... and 57 more");
  }

  @Test
  void aFileGetsALineForEachChange() {
    try (Progress progress = Progress.of(desk.terminal(), new Screen(0, 0))) {
      progress.show(List.of(Site.moving("c-7f3a-0", "install slurmd", 3)));
      progress.show(List.of(Site.moving("c-7f3a-0", "install slurmd", 3)));
      progress.note("waiting");
      progress.note("waiting");
      progress.show(List.of(Site.moving("c-7f3a-0", "start slurmd", 4)));
    }
    assertThat(desk.err())
        .isEqualTo(
            """
            [  0s] c-7f3a-0 CONFIGURING  install slurmd (3/9)
            [  0s] waiting
            [  0s] c-7f3a-0 CONFIGURING  start slurmd (4/9)
            """);
  }
}
