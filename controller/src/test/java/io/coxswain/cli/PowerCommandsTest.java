package io.coxswain.cli;

import static io.coxswain.cli.FakeController.reply;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.v1.Bmc;
import io.coxswain.v1.BmcProtocol;
import io.coxswain.v1.Operation;
import io.coxswain.v1.OperationUpdate;
import io.coxswain.v1.PowerMachineRequest;
import io.coxswain.v1.RemoveBmcResponse;
import io.coxswain.v1.SetBmcRequest;
import io.coxswain.v1.StopInstanceRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines' power and management controllers, as people type and read them. */
final class PowerCommandsTest {
  private static final Bmc KNOWN =
      Bmc.newBuilder()
          .setMachine("gpu07")
          .setProtocol(BmcProtocol.BMC_REDFISH)
          .setAddress("10.9.0.7:443")
          .setUser("cox")
          .setTlsFingerprint("ab".repeat(32))
          .setHasPassword(true)
          .setPower("off")
          .setPowerReadAt(Site.at("2026-11-22T12:10:00Z"))
          .build();

  @TempDir Path directory;
  private Desk desk;

  @BeforeEach
  void sitDown() throws IOException {
    desk = new Desk(directory);
    desk.controller.on("Power/SetBmc", reply(KNOWN));
    desk.controller.on("Power/GetBmc", reply(KNOWN));
    desk.controller.on("Power/RemoveBmc", reply(RemoveBmcResponse.getDefaultInstance()));
  }

  @AfterEach
  void leave() throws IOException {
    desk.close();
  }

  private void ending(Operation.State state, String message) {
    Operation begun =
        Site.operation(Operation.Kind.POWER_MACHINE, Operation.State.IN_PROGRESS).toBuilder()
            .clearClusterId()
            .build();
    Operation ended = begun.toBuilder().setState(state).setMessage(message).build();
    desk.controller.on("Power/PowerMachine", reply(begun));
    desk.controller.on(
        "Operations/WatchOperation",
        reply(OperationUpdate.newBuilder().setOperation(ended).build()));
  }

  private PowerMachineRequest asked() throws IOException {
    return PowerMachineRequest.parseFrom(
        desk.controller.calls("Power/PowerMachine").getLast().message());
  }

  @Test
  void thePasswordComesFromAFileAndIsNeverShown() throws IOException {
    Path file = Files.writeString(directory.resolve("password"), "s3cret word\nrest\n");
    assertThat(
            desk.cox(
                "machine",
                "bmc",
                "set",
                "gpu07",
                "--protocol",
                "redfish",
                "--address",
                "10.9.0.7",
                "--user",
                "cox",
                "--password-file",
                file.toString(),
                "--tls-fingerprint",
                "ab".repeat(32)))
        .isEqualTo(ExitCode.DONE);
    SetBmcRequest request =
        SetBmcRequest.parseFrom(desk.controller.calls("Power/SetBmc").getLast().message());
    assertThat(request.getPassword()).isEqualTo("s3cret word");
    assertThat(request.getProtocol()).isEqualTo(BmcProtocol.BMC_REDFISH);
    assertThat(desk.out())
        .isEqualTo(
            """
            the BMC of gpu07 is known: redfish 10.9.0.7:443
            try it: cox machine power gpu07 status
            """);
  }

  @Test
  void withoutATerminalAndAFileNobodyIsAsked() {
    assertThat(
            desk.cox(
                "machine",
                "bmc",
                "set",
                "gpu07",
                "--protocol",
                "ipmi",
                "--address",
                "10.9.0.7",
                "--user",
                "cox"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(desk.err()).contains("no password").contains("--password-file FILE");
    assertThat(
            desk.cox(
                "machine",
                "bmc",
                "set",
                "gpu07",
                "--protocol",
                "ipmi",
                "--password-file",
                "/nowhere/at/all"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(desk.err()).contains("'/nowhere/at/all' cannot be read");
    assertThat(desk.controller.calls("Power/SetBmc")).isEmpty();
  }

  @Test
  void aPasswordIsNoArgument() {
    assertThat(desk.cox("machine", "bmc", "set", "gpu07", "--protocol", "ipmi", "--password", "x"))
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  void aCardNeedsNoPassword() throws IOException {
    assertThat(
            desk.cox(
                "machine",
                "bmc",
                "set",
                "gpu07",
                "--protocol",
                "wol",
                "--mac",
                "3c:ec:ef:00:00:01"))
        .isEqualTo(ExitCode.DONE);
    SetBmcRequest request =
        SetBmcRequest.parseFrom(desk.controller.calls("Power/SetBmc").getLast().message());
    assertThat(request.getPassword()).isEmpty();
    assertThat(request.getMac()).isEqualTo("3c:ec:ef:00:00:01");
  }

  @Test
  void whatIsKnownIsShownAndForgotten() {
    assertThat(desk.cox("machine", "bmc", "show", "gpu07")).isEqualTo(ExitCode.DONE);
    assertThat(desk.out())
        .contains("redfish", "10.9.0.7:443", "kept, encrypted", "ab".repeat(32), "off, read ");
    assertThat(desk.cox("machine", "bmc", "remove", "gpu07")).isEqualTo(ExitCode.DONE);
    assertThat(desk.out()).contains("no BMC of gpu07 is known any more");
  }

  @Test
  void thePowerIsReadAndSaid() throws IOException {
    ending(Operation.State.SUCCEEDED, "gpu07 is on (by its BMC, redfish 10.9.0.7:443)");
    assertThat(desk.cox("machine", "power", "gpu07")).isEqualTo(ExitCode.DONE);
    assertThat(desk.out()).isEqualTo("gpu07 is on (by its BMC, redfish 10.9.0.7:443)\n");
    assertThat(asked().getAction()).isEqualTo(PowerMachineRequest.Action.STATUS);
    assertThat(asked().getRequestId()).isNotEmpty();
  }

  @Test
  void switchingOffIsConfirmedAndAFailureIsTheExitStatus() throws IOException {
    ending(Operation.State.OPERATION_FAILED, "gpu07: its BMC refused user 'cox'");
    assertThat(desk.cox("machine", "power", "gpu07", "off")).isNotEqualTo(ExitCode.DONE);
    assertThat(desk.controller.calls("Power/PowerMachine")).isEmpty();
    assertThat(desk.cox("machine", "power", "gpu07", "off", "--force", "--yes"))
        .isEqualTo(ExitCode.FAILED);
    assertThat(desk.err()).contains("gpu07: its BMC refused user 'cox'");
    assertThat(asked().getForce()).isTrue();
  }

  @Test
  void nonsenseIsRefusedHere() {
    assertThat(desk.cox("machine", "power", "gpu07", "explode")).isEqualTo(ExitCode.USAGE);
    assertThat(desk.err()).contains("'explode' (expected: status, on, off or cycle)");
    assertThat(desk.cox("machine", "power", "gpu07", "on", "--force")).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void instancesAreStoppedAndStarted() throws IOException {
    Operation begun = Site.operation(Operation.Kind.STOP_INSTANCE, Operation.State.IN_PROGRESS);
    desk.controller.on("Power/StopInstance", reply(begun));
    desk.controller.on("Power/StartInstance", reply(begun));
    assertThat(desk.cox("instance", "stop", "c-7f3a-1")).isEqualTo(ExitCode.DONE);
    assertThat(desk.out()).contains("c-7f3a-1 is stopped once its jobs have ended");
    assertThat(
            StopInstanceRequest.parseFrom(
                    desk.controller.calls("Power/StopInstance").getLast().message())
                .getName())
        .isEqualTo("c-7f3a-1");
    assertThat(desk.cox("instance", "start", "c-7f3a-1")).isEqualTo(ExitCode.DONE);
    assertThat(desk.out()).contains("follow it: cox operation watch ");
  }
}
