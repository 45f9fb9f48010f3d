package io.coxswain.cli;

import static io.coxswain.cli.FakeController.error;
import static io.coxswain.cli.FakeController.reply;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Help;
import com.google.rpc.PreconditionFailure;
import com.google.rpc.ResourceInfo;
import io.coxswain.v1.CreateJoinTokenResponse;
import io.coxswain.v1.GetVersionResponse;
import io.coxswain.v1.ListClustersResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What goes wrong is said once, with the place and the way out, and the exit status tells a script
 * which kind it is.
 */
final class ErrorsTest {
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

  @ParameterizedTest
  @CsvSource({
    "3,2", "9,3", "7,3", "8,3", "6,3", "5,4", "4,5", "2,1", "12,1", "13,1", "16,1", "10,1", "99,1"
  })
  void everyStatusHasItsExitCode(int code, int exitCode) {
    desk.controller.on("Clusters/Explain", error(code, "no luck"));
    assertThat(desk.cox("why", "c-7f3a")).isEqualTo(exitCode);
    assertThat(desk.err()).startsWith("error: no luck\n");
    assertThat(desk.out()).isEmpty();
  }

  @Test
  void aBadFieldIsNamedWithItsFix() {
    desk.controller.on(
        "Clusters/GetCluster",
        error(
            3,
            "name: 'No Good' (expected: ^[a-z][a-z0-9-]{1,30}$)",
            BadRequest.newBuilder()
                .addFieldViolations(
                    BadRequest.FieldViolation.newBuilder()
                        .setField("name")
                        .setDescription("'No Good'"))
                .build(),
            ErrorInfo.newBuilder().setReason("NAME_INVALID").setDomain("coxswain.io").build(),
            Help.newBuilder()
                .addLinks(Help.Link.newBuilder().setDescription("choose a name like train-2"))
                .build()));
    assertThat(desk.cox("cluster", "info", "No Good")).isEqualTo(ExitCode.USAGE);
    assertThat(desk.err())
        .isEqualTo(
            """
            error: name: 'No Good' (expected: ^[a-z][a-z0-9-]{1,30}$) (name)
              fix: choose a name like train-2
            """);
  }

  @Test
  void everyReasonIsListedUpToAScreen() {
    PreconditionFailure.Builder rejected = PreconditionFailure.newBuilder();
    for (int i = 0; i < 30; i++) {
      rejected.addViolations(
          PreconditionFailure.Violation.newBuilder()
              .setSubject("gpu" + i)
              .setDescription("7 of 8 GPUs"));
    }
    desk.controller.on(
        "Clusters/GetCluster",
        error(
            8,
            "0 of 2 machines for 8xH200",
            rejected.build(),
            ResourceInfo.newBuilder().setResourceType("shape").setResourceName("8xH200").build()));
    assertThat(desk.cox("cluster", "info", "x")).isEqualTo(ExitCode.REFUSED);
    assertThat(desk.err())
        .startsWith("error: 0 of 2 machines for 8xH200\n  gpu0: 7 of 8 GPUs\n")
        .endsWith("  gpu19: 7 of 8 GPUs\n  ... and 10 more\n");
  }

  @Test
  void aControllerThatIsNotThereIsToldAtOnce() throws IOException {
    desk.controller.close();
    assertThat(desk.cox("cluster", "list")).isEqualTo(ExitCode.FAILED);
    assertThat(desk.err())
        .contains("is coxswain-controller running?")
        .contains("  fix: systemctl status");
    assertThat(desk.pauses).isEmpty();
    assertThat(desk.cox("cluster", "list", "--socket", directory + "/none/cox.sock"))
        .isEqualTo(ExitCode.FAILED);
    assertThat(desk.err()).contains("/none/cox.sock: no such socket");
  }

  @Test
  void aLostAnswerIsAskedForAgain() {
    desk.controller.on(
        "Clusters/ListClusters",
        FakeController.dropped(),
        error(RpcException.UNAVAILABLE, "stopping"),
        FakeController.cut(),
        reply(ListClustersResponse.newBuilder().addClusters(Site.cluster()).build()));
    assertThat(desk.cox("cluster", "list", "-o", "name")).isEqualTo(ExitCode.DONE);
    assertThat(desk.pauses)
        .containsExactly(Duration.ofMillis(200), Duration.ofMillis(500), Duration.ofSeconds(1));
    assertThat(desk.out()).isEqualTo("c-7f3a\n");
  }

  @Test
  void aConnectionLostForGoodIsAFailure() {
    desk.controller.on("Clusters/ListClusters", FakeController.dropped());
    assertThat(desk.cox("cluster", "list")).isEqualTo(ExitCode.FAILED);
    assertThat(desk.err()).startsWith("error: the connection to the controller was lost: ");
    assertThat(desk.controller.calls("Clusters/ListClusters")).hasSize(7);
  }

  @Test
  void aJoinTokenIsNeverAskedForTwice() {
    desk.controller.on(
        "Machines/CreateJoinToken",
        FakeController.dropped(),
        reply(CreateJoinTokenResponse.newBuilder().setToken("second").build()));
    assertThat(desk.cox("machine", "join-token")).isEqualTo(ExitCode.FAILED);
    assertThat(desk.controller.calls("Machines/CreateJoinToken")).hasSize(1);
  }

  @Test
  void versionAnswersWithoutAController() throws IOException {
    desk.controller.on(
        "Clusters/GetVersion",
        reply(GetVersionResponse.newBuilder().setVersion("0.2.0").setCaPin("sha256:ab").build()));
    assertThat(desk.cox("version")).isEqualTo(ExitCode.DONE);
    assertThat(desk.out())
        .isEqualTo("cox         0.1.0\ncontroller  0.2.0\nca pin      sha256:ab\n");
    desk.controller.close();
    assertThat(desk.cox("--version")).isEqualTo(ExitCode.DONE);
    assertThat(desk.out()).isEqualTo("cox 0.1.0\n");
    assertThat(desk.cox("-V", "--socket", "/nowhere")).isEqualTo(ExitCode.DONE);
    assertThat(desk.out()).isEqualTo("cox 0.1.0\n");
    assertThat(desk.cox("version")).isEqualTo(ExitCode.DONE);
    assertThat(desk.out()).isEqualTo("cox         0.1.0\n");
    assertThat(desk.err()).startsWith("controller  not reached: ");
  }

  @Test
  void aMessageFromElsewhereCannotMoveTheCursor() {
    desk.controller.on("Clusters/Explain", error(13, "bad \033[2J\r thing"));
    desk.cox("why", "x");
    assertThat(desk.err()).isEqualTo("error: bad ?[2J? thing\n");
  }

  @Test
  void forAProgramAnErrorIsOneObjectWithTheFieldsOfTheRestErrors() {
    desk.controller.on(
        "Clusters/GetCluster",
        error(
            5,
            "cluster 'x': there is none",
            ErrorInfo.newBuilder().setReason("NOT_FOUND").setDomain("coxswain.io").build()));
    String expected =
        """
        {
          "error": {
            "code": 5,
            "message": "cluster 'x': there is none",
            "details": [
              {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": "NOT_FOUND",
                "domain": "coxswain.io",
                "metadata": {}
              }
            ]
          }
        }
        """;
    assertThat(desk.cox("cluster", "info", "x", "-o", "json")).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(desk.err()).isEqualTo(expected);
    assertThat(desk.cox("cluster", "info", "x", "--output=yaml")).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(desk.err()).isEqualTo(expected);
    assertThat(desk.out()).isEmpty();
  }

  @Test
  void coxsOwnErrorsHaveTheCodeOfTheirExitStatus() {
    assertThat(desk.cox("cluster", "list", "--nonsense", "-ojson")).isEqualTo(ExitCode.USAGE);
    assertThat(desk.err())
        .startsWith("{\n  \"error\": {\n    \"code\": 3,")
        .contains("type.googleapis.com/google.rpc.Help");
  }

  @Test
  void versionIsToldToPrograms() {
    desk.controller.on("Clusters/GetVersion", error(13, "starting"));
    assertThat(desk.cox("version", "-o", "json")).isEqualTo(ExitCode.DONE);
    assertThat(desk.out()).isEqualTo("{\n  \"cox\": \"" + VersionCommand.VERSION + "\"\n}\n");
  }
}
