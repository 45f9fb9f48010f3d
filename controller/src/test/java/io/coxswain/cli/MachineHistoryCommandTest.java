package io.coxswain.cli;

import static io.coxswain.cli.FakeController.reply;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.coxswain.v1.GetMachineHistoryRequest;
import io.coxswain.v1.GpuSeries;
import io.coxswain.v1.MachineHistory;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine's last day, as a small chart. */
final class MachineHistoryCommandTest {
  private static final long NOON = Site.at("2026-11-22T12:00:00Z").getSeconds();

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
  void theChartEndsNowAndSilenceIsBlank() throws IOException {
    GpuSeries.Builder series =
        GpuSeries.newBuilder().setGpu(3).setMetric("busy").setUnit("%").setPciBusId("0000:18:00.0");
    for (int minutes = 300; minutes > 240; minutes -= 5) {
      series.addPoints(point(NOON - minutes * 60L, 10, 20));
    }
    for (int minutes = 30; minutes > 0; minutes -= 5) {
      series.addPoints(point(NOON - minutes * 60L, 80, 100));
    }
    MachineHistory history =
        MachineHistory.newBuilder().setMachine("gpu00").addSeries(series).build();
    desk.controller.on("Histories/GetMachineHistory", reply(history));
    assertThat(desk.cox("machine", "history", "gpu00", "--metric", "busy"))
        .isEqualTo(ExitCode.DONE);
    Golden.check("machine-history", desk.out());
    assertThat(
            GetMachineHistoryRequest.parseFrom(
                    desk.controller.calls("Histories/GetMachineHistory").getLast().message())
                .getMetric())
        .isEqualTo("busy");
    desk.cox("machine", "history", "gpu00", "-o", "json");
    assertThat(desk.out()).contains("\"max\": 100", "\"pciBusId\": \"0000:18:00.0\"");
  }

  @Test
  void aMachineWithoutAHistoryIsToldSo() {
    desk.controller.on("Histories/GetMachineHistory", reply(MachineHistory.getDefaultInstance()));
    assertThat(desk.cox("machine", "history", "gpu00")).isEqualTo(ExitCode.DONE);
    assertThat(desk.err()).contains("no history yet");
  }

  private static GpuSeries.Point point(long second, double mean, double max) {
    return GpuSeries.Point.newBuilder()
        .setAt(Timestamp.newBuilder().setSeconds(second))
        .setMean(mean)
        .setMax(max)
        .setCount(10)
        .build();
  }
}
