package io.coxswain.cli;

import static io.coxswain.cli.FakeController.reply;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.coxswain.v1.ClearMachineRequest;
import io.coxswain.v1.CreateJoinTokenRequest;
import io.coxswain.v1.CreateJoinTokenResponse;
import io.coxswain.v1.LabelMachineRequest;
import io.coxswain.v1.MachineRole;
import io.coxswain.v1.Operation;
import io.coxswain.v1.RemoveMachineResponse;
import io.coxswain.v1.RetryInstanceRequest;
import io.coxswain.v1.RevokeMachineRequest;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Joining, labelling, cutting off; and what changes one instance or one operation. */
final class MachineCommandsTest {
  @TempDir Path directory;
  private Desk desk;

  @BeforeEach
  void sitDown() throws IOException {
    desk = new Desk(directory);
    desk.controller.on(
        "Machines/CreateJoinToken",
        reply(
            CreateJoinTokenResponse.newBuilder()
                .setToken("cxj-0123")
                .setCaPin("sha256:ab")
                .setController("jumphost:7443")
                .setExpiresAt(Site.at("2026-11-22T12:10:00Z"))
                .build()));
    desk.controller.on("Machines/LabelMachine", reply(Site.gpu(0)));
    desk.controller.on(
        "Machines/RevokeMachine", reply(Site.gpu(0).toBuilder().setRevoked(true).build()));
    desk.controller.on("Machines/ClearMachine", reply(Site.gpu(0)));
    desk.controller.on("Machines/RemoveMachine", reply(RemoveMachineResponse.getDefaultInstance()));
  }

  @AfterEach
  void leave() throws IOException {
    desk.close();
  }

  private ByteString last(String method) {
    return desk.controller.calls(method).getLast().message();
  }

  @Test
  void aJoinTokenComesWithTheCommandToType() throws IOException {
    assertThat(desk.cox("machine", "join-token", "--name", "gpu0")).isEqualTo(ExitCode.DONE);
    Golden.check("machine-join-token", desk.out());
    CreateJoinTokenRequest plain =
        CreateJoinTokenRequest.parseFrom(last("Machines/CreateJoinToken"));
    assertThat(plain.getUses()).isEqualTo(1);
    assertThat(plain.getRole()).isEqualTo(MachineRole.WORKER);
    assertThat(plain.getExpiresIn().getSeconds()).isEqualTo(600);
  }

  @Test
  void aJoinTokenIsBoundAsAsked() throws IOException {
    desk.cox(
        "machine",
        "join-token",
        "--role",
        "jumphost",
        "--uses",
        "3",
        "--expires",
        "2h",
        "--serial",
        "SN1",
        "--label",
        "rack=a1",
        "-o",
        "json");
    assertThat(desk.out())
        .isEqualTo(
            """
            {
              "token": "cxj-0123",
              "caPin": "sha256:ab",
              "controller": "jumphost:7443",
              "expiresAt": "2026-11-22T12:10:00Z"
            }
            """);
    CreateJoinTokenRequest bound =
        CreateJoinTokenRequest.parseFrom(last("Machines/CreateJoinToken"));
    assertThat(bound.getUses()).isEqualTo(3);
    assertThat(bound.getRole()).isEqualTo(MachineRole.JUMPHOST);
    assertThat(bound.getExpiresIn().getSeconds()).isEqualTo(7200);
    assertThat(bound.getSerial()).isEqualTo("SN1");
    assertThat(bound.getLabelsMap()).containsEntry("rack", "a1");
    desk.cox("machine", "join-token", "-o", "name");
    assertThat(desk.out()).isEqualTo("cxj-0123\n");
  }

  @Test
  void nonsenseInATokensOptionsIsRefused() {
    assertThat(desk.cox("machine", "join-token", "--role", "boss")).isEqualTo(ExitCode.USAGE);
    assertThat(desk.cox("machine", "join-token", "--uses", "0")).isEqualTo(ExitCode.USAGE);
    assertThat(desk.cox("machine", "join-token", "--expires", "soon")).isEqualTo(ExitCode.USAGE);
    assertThat(desk.cox("machine", "join-token", "--label", "rack")).isEqualTo(ExitCode.USAGE);
    assertThat(desk.controller.calls("Machines/CreateJoinToken")).isEmpty();
  }

  @Test
  void labelsAreSetAndRemoved() throws IOException {
    assertThat(desk.cox("machine", "label", "gpu0", "rack=a1", "old-", "k=v-"))
        .isEqualTo(ExitCode.DONE);
    LabelMachineRequest request = LabelMachineRequest.parseFrom(last("Machines/LabelMachine"));
    assertThat(request.getSetMap()).containsEntry("rack", "a1").containsEntry("k", "v-").hasSize(2);
    assertThat(request.getRemoveList()).containsExactly("old");
    assertThat(desk.out()).isEqualTo("LABEL   VALUE\nrack    a1\nswitch  s3\n");
    assertThat(desk.cox("machine", "label", "gpu0")).isEqualTo(ExitCode.USAGE);
    assertThat(desk.cox("machine", "label", "gpu0", "rack")).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void aFaultIsForgottenOrAMachineReleasedAndOneOfTheTwo() throws IOException {
    assertThat(desk.cox("machine", "clear", "gpu0", "--check", "xid-79", "--gpu", "0000:18:00.0"))
        .isEqualTo(ExitCode.DONE);
    ClearMachineRequest fault = ClearMachineRequest.parseFrom(last("Machines/ClearMachine"));
    assertThat(fault.getCheck()).isEqualTo("xid-79");
    assertThat(fault.getSubject()).isEqualTo("0000:18:00.0");
    assertThat(fault.getQuarantine()).isFalse();
    assertThat(desk.cox("machine", "clear", "gpu0", "--quarantine")).isEqualTo(ExitCode.DONE);
    assertThat(ClearMachineRequest.parseFrom(last("Machines/ClearMachine")).getQuarantine())
        .isTrue();
    int calls = desk.controller.calls("Machines/ClearMachine").size();
    assertThat(desk.cox("machine", "clear", "gpu0")).isEqualTo(ExitCode.USAGE);
    assertThat(desk.cox("machine", "clear", "gpu0", "--quarantine", "--check", "xid-79"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(desk.cox("machine", "clear", "gpu0", "--quarantine", "--gpu", "0000:18:00.0"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(desk.controller.calls("Machines/ClearMachine")).hasSize(calls);
  }

  @Test
  void cuttingAMachineOffIsConfirmed() throws IOException {
    assertThat(desk.cox("machine", "revoke", "gpu0")).isEqualTo(ExitCode.REFUSED);
    assertThat(desk.cox("machine", "remove", "gpu0")).isEqualTo(ExitCode.REFUSED);
    assertThat(desk.types("gpu0\n").cox("machine", "revoke", "gpu0", "--reason", "gone"))
        .isEqualTo(ExitCode.DONE);
    assertThat(RevokeMachineRequest.parseFrom(last("Machines/RevokeMachine")).getReason())
        .isEqualTo("gone");
    assertThat(desk.cox("machine", "rm", "gpu0", "--yes")).isEqualTo(ExitCode.DONE);
    assertThat(desk.out()).isEqualTo("machine gpu0 is removed\n");
  }

  @Test
  void aRetryIsFollowedLikeEveryOtherOperation() throws IOException {
    Operation begun = Site.operation(Operation.Kind.RETRY_INSTANCE, Operation.State.IN_PROGRESS);
    desk.controller.on("Instances/RetryInstance", reply(begun));
    assertThat(desk.cox("instance", "retry", "c-7f3a-1")).isEqualTo(ExitCode.DONE);
    assertThat(desk.out()).contains("follow it: cox operation watch " + begun.getId());
    String request = RetryInstanceRequest.parseFrom(last("Instances/RetryInstance")).getRequestId();
    assertThat(request).hasSizeGreaterThan(8);

    Operation done = Site.operation(Operation.Kind.RETRY_INSTANCE, Operation.State.SUCCEEDED);
    desk.controller.on("Operations/WatchOperation", reply(Site.update(done)));
    assertThat(desk.cox("instance", "retry", "c-7f3a-1", "--wait")).isEqualTo(ExitCode.DONE);
    assertThat(desk.out()).contains("retry instance c-7f3a is done");
    Operation failed =
        Site.operation(Operation.Kind.RETRY_INSTANCE, Operation.State.OPERATION_FAILED);
    desk.controller.on(
        "Operations/WatchOperation", reply(Site.update(failed, Site.failed("c-7f3a-1"))));
    assertThat(desk.cox("instance", "retry", "c-7f3a-1", "--wait")).isEqualTo(ExitCode.FAILED);
    assertThat(desk.err())
        .contains("error: retry instance c-7f3a failed")
        .contains("| E: Unable to locate package");
  }

  @Test
  void anOperationIsCancelledAndWatched() {
    Operation cancelled = Site.operation(Operation.Kind.CREATE_CLUSTER, Operation.State.CANCELLED);
    desk.controller.on("Operations/CancelOperation", reply(cancelled));
    desk.controller.on("Operations/WatchOperation", reply(Site.update(cancelled)));
    assertThat(desk.cox("operation", "cancel", "op-31f0")).isEqualTo(ExitCode.DONE);
    assertThat(desk.out()).isEqualTo("operation op-31f0 is CANCELLED\n");
    assertThat(desk.cox("operation", "watch", "op-31f0")).isEqualTo(ExitCode.FAILED);
    assertThat(desk.err()).contains("error: create cluster c-7f3a was cancelled");
  }
}
