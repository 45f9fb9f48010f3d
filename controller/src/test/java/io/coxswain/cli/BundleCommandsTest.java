package io.coxswain.cli;

import static io.coxswain.cli.FakeController.reply;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.v1.ApplyBundleRequest;
import io.coxswain.v1.Bundle;
import io.coxswain.v1.BundleExtra;
import io.coxswain.v1.BundleRepository;
import io.coxswain.v1.BundleRow;
import io.coxswain.v1.DriverLoaded;
import io.coxswain.v1.ListBundlesResponse;
import io.coxswain.v1.ListOperationsResponse;
import io.coxswain.v1.ListRollsResponse;
import io.coxswain.v1.MachinePlan;
import io.coxswain.v1.MachinePlan.Disruption;
import io.coxswain.v1.Operation;
import io.coxswain.v1.OperationUpdate;
import io.coxswain.v1.PlanBundleRequest;
import io.coxswain.v1.PlanBundleResponse;
import io.coxswain.v1.Roll;
import io.coxswain.v1.RollBackBundleRequest;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bundles: listed, shown, planned, sent on their way, and what becomes of them. */
final class BundleCommandsTest {
  private static final String MISSING =
      "repository cuda-debian-12: no key (expected: the owner's public key in ASCII armour, in the"
          + " file nvidia-cuda.asc beside the site's bundles; ask)";

  @TempDir Path directory;
  private Desk desk;

  @BeforeEach
  void sitDown() throws IOException {
    desk = new Desk(directory);
    desk.controller
        .on("Bundles/ListBundles", reply(bundles()))
        .on("Bundles/GetBundle", reply(bundle()))
        .on("Bundles/PlanBundle", reply(plan()))
        .on("Bundles/ApplyBundle", reply(operation(Operation.State.IN_PROGRESS)))
        .on("Bundles/RollBackBundle", reply(operation(Operation.State.IN_PROGRESS)))
        .on("Bundles/ListRolls", reply(ListRollsResponse.newBuilder().addRolls(roll()).build()))
        .on("Bundles/GetRoll", reply(roll()));
  }

  @AfterEach
  void leave() throws IOException {
    desk.close();
  }

  private static ListBundlesResponse bundles() {
    return ListBundlesResponse.newBuilder()
        .addBundles(bundle())
        .addBundles(
            bundle().toBuilder()
                .setName("ours")
                .setVersion(12)
                .clearRepositories()
                .setFile("/etc/coxswain/bundles.d/ours.yaml"))
        .build();
  }

  private static Bundle bundle() {
    return Bundle.newBuilder()
        .setName("nvidia-580-open")
        .setVersion(1)
        .setText("NVIDIA's long-term branch")
        .setFlavour(DriverLoaded.Flavour.OPEN)
        .setKernelLeast("4.15")
        .setSource("guide")
        .addRows(
            BundleRow.newBuilder()
                .addDistributions("debian 12")
                .addDistributions("debian 13")
                .setPackageManager("apt")
                .setVersionPrefix("580.")
                .addRepositories("cuda-{distribution}")
                .addPackages("nvidia-driver-cuda={prefix}*")
                .addPackages("nvidia-kernel-open-dkms={prefix}*")
                .setBuildsModule(true)
                .addUnits("nvidia-persistenced.service")
                .addExtras(
                    BundleExtra.newBuilder()
                        .setName("nvswitch")
                        .addPackages("nvidia-fabricmanager={prefix}*"))
                .setSource("guide, Debian"))
        .addRows(
            BundleRow.newBuilder()
                .addDistributions("rhel 9")
                .setPackageManager("dnf")
                .setVersionPrefix("580.")
                .addPackages("nvidia-driver-cuda")
                .setIsSigned(true)
                .setSource("guide, RHEL"))
        .addRepositories(
            BundleRepository.newBuilder()
                .setName("cuda-debian-12")
                .putUris("x86_64", "https://a/x86_64/")
                .putUris("aarch64", "https://a/sbsa/")
                .setMissing(MISSING))
        .build();
  }

  private static MachinePlan.Builder changing(String name) {
    return MachinePlan.newBuilder()
        .setMachine(name)
        .addChanges(change("bundle", "", "nvidia-580-open 1", Disruption.LIVE))
        .addChanges(change("driver", "535.261.03", "580.*", Disruption.REBOOTS))
        .addChanges(change("package nvidia-driver-cuda", "", "580.*", Disruption.NEEDS_IDLE_NODE))
        .addNotes("nouveau drives the GPUs now: the machine must reboot")
        .setDisruption(Disruption.REBOOTS);
  }

  private static MachinePlan.Change change(
      String field, String from, String to, Disruption disruption) {
    return MachinePlan.Change.newBuilder()
        .setField(field)
        .setFrom(from)
        .setTo(to)
        .setDisruption(disruption)
        .build();
  }

  private static PlanBundleResponse plan() {
    return PlanBundleResponse.newBuilder()
        .setBundle("nvidia-580-open 1")
        .addMachines(changing("gpu02").setUnwell("xid-79: off the bus"))
        .addMachines(changing("gpu01").setInstance("c-7f3a-0").addJobs("1234 of alice"))
        .addMachines(MachinePlan.newBuilder().setMachine("gpu03"))
        .build();
  }

  private static Operation operation(Operation.State state) {
    return Operation.newBuilder()
        .setId("op-31f0")
        .setKind(Operation.Kind.APPLY_BUNDLE)
        .setState(state)
        .setStartedAt(Site.at("2026-11-22T11:58:00Z"))
        .build();
  }

  private static Roll roll() {
    return Roll.newBuilder()
        .setOperation("op-31f0")
        .setTitle("nvidia-580-open 1")
        .setMaxUnavailable(2)
        .setMayReboot(true)
        .setBy("alice")
        .setStartedAt(Site.at("2026-11-22T11:00:00Z"))
        .addMembers(member("gpu02", Roll.State.DONE, ""))
        .addMembers(member("gpu01", Roll.State.MEMBER_FAILED, "the driver is not loaded"))
        .addMembers(member("gpu04", Roll.State.UNDER_WAY, "waits for 1234 of alice"))
        .addMembers(member("gpu05", Roll.State.WAITING, ""))
        .build();
  }

  private static Roll.Member member(String machine, Roll.State state, String message) {
    return Roll.Member.newBuilder().setMachine(machine).setState(state).setMessage(message).build();
  }

  @Test
  void bundlesAreListed() {
    assertThat(desk.cox("bundle", "list")).isEqualTo(ExitCode.DONE);
    Golden.check("bundle-list", desk.out());
    desk.cox("bundle", "ls", "-o", "wide");
    Golden.check("bundle-list-wide", desk.out());
    desk.cox("bundle", "list", "-o", "name");
    assertThat(desk.out()).isEqualTo("nvidia-580-open\nours\n");
    assertThat(desk.err()).isEmpty();
  }

  @Test
  void aRefusedFileOfTheSiteIsToldWithTheList() {
    desk.controller.on(
        "Bundles/ListBundles",
        reply(bundles().toBuilder().setRefusal("/etc/a.yaml:3: colour: unknown").build()));
    assertThat(desk.cox("bundle", "list")).isEqualTo(ExitCode.DONE);
    assertThat(desk.err())
        .isEqualTo(
            "warning: /etc/a.yaml:3: colour: unknown (the bundles of before stay in force)\n");
  }

  @Test
  void aBundleHasAPageThatSaysWhatIsMissing() {
    assertThat(desk.cox("bundle", "show", "nvidia-580-open")).isEqualTo(ExitCode.DONE);
    Golden.check("bundle-show", desk.out());
    desk.cox("bundle", "show", "nvidia-580-open", "-o", "yaml");
    assertThat(desk.out()).contains("versionPrefix: \"580.\"");
  }

  @Test
  void aPlanTellsMachinesThatAreAlikeOnce() throws IOException {
    assertThat(desk.cox("bundle", "plan", "nvidia-580-open", "gpu01", "gpu02", "-l", "rack=a1"))
        .isEqualTo(ExitCode.DONE);
    Golden.check("bundle-plan", desk.out());
    PlanBundleRequest request =
        PlanBundleRequest.parseFrom(
            desk.controller.calls("Bundles/PlanBundle").getLast().message());
    assertThat(request.getMachines().getNamesList()).containsExactly("gpu01", "gpu02");
    assertThat(request.getMachines().getSelector()).isEqualTo("rack=a1");
    desk.cox("bundle", "plan", "nvidia-580-open", "-o", "json");
    assertThat(desk.out()).contains("\"disruption\": \"REBOOTS\"");
  }

  @Test
  void whatStandsAgainstItIsInThePlan() {
    desk.controller.on(
        "Bundles/PlanBundle",
        reply(
            plan().toBuilder()
                .addMachines(
                    MachinePlan.newBuilder()
                        .setMachine("gpu09")
                        .addObstacles("Secure Boot: on")
                        .addObstacles("kernel: 4.4 (expected: 4.15 or newer)"))
                .build()));
    desk.cox("bundle", "plan", "nvidia-580-open");
    Golden.check("bundle-plan-against", desk.out());
    // The controller refuses it; nobody is asked before.
    desk.controller.on(
        "Bundles/ApplyBundle", FakeController.error(9, "bundle cannot come to 1 machine"));
    assertThat(desk.cox("bundle", "apply", "nvidia-580-open", "gpu09")).isEqualTo(ExitCode.REFUSED);
    assertThat(desk.err()).contains("error: bundle cannot come to 1 machine");
  }

  @Test
  void applyShowsThePlanAndAsks() throws IOException {
    assertThat(desk.cox("bundle", "apply", "nvidia-580-open", "gpu01", "gpu02"))
        .isEqualTo(ExitCode.REFUSED);
    assertThat(desk.controller.calls("Bundles/ApplyBundle")).isEmpty();
    assertThat(desk.types("no\n").cox("bundle", "apply", "nvidia-580-open", "gpu01"))
        .isEqualTo(ExitCode.REFUSED);
    assertThat(desk.controller.calls("Bundles/ApplyBundle")).isEmpty();

    assertThat(
            desk.types("nvidia-580-open\n")
                .cox(
                    "bundle",
                    "apply",
                    "nvidia-580-open",
                    "gpu01",
                    "--max-unavailable",
                    "2",
                    "--no-reboot"))
        .isEqualTo(ExitCode.DONE);
    assertThat(desk.err())
        .contains(
            "This brings nvidia-580-open 1 to 2 machines, 2 at a time; 2 of them reboot when"
                + " somebody does it.");
    assertThat(desk.out()).endsWith("follow it: cox bundle status op-31f0\n");
    ApplyBundleRequest request =
        ApplyBundleRequest.parseFrom(
            desk.controller.calls("Bundles/ApplyBundle").getLast().message());
    assertThat(request.getMaxUnavailable()).isEqualTo(2);
    assertThat(request.getNoReboot()).isTrue();
    assertThat(request.getPlanned()).isEqualTo("nvidia-580-open 1");
    assertThat(request.getRequestId()).hasSizeGreaterThan(8);
  }

  @Test
  void withYesNobodyIsAskedAndWithWaitTheEndIsTold() throws IOException {
    desk.controller.on(
        "Operations/WatchOperation",
        reply(
            OperationUpdate.newBuilder()
                .setOperation(operation(Operation.State.SUCCEEDED))
                .build()));
    assertThat(
            desk.cox("bundle", "apply", "nvidia-580-open", "--cluster", "train", "--yes", "--wait"))
        .isEqualTo(ExitCode.DONE);
    assertThat(desk.out()).startsWith("apply bundle op-31f0 is done after");
    assertThat(desk.controller.calls("Bundles/PlanBundle")).isEmpty();
    assertThat(
            ApplyBundleRequest.parseFrom(
                    desk.controller.calls("Bundles/ApplyBundle").getLast().message())
                .getMachines()
                .getCluster())
        .isEqualTo("train");

    desk.controller.on(
        "Operations/WatchOperation",
        reply(
            OperationUpdate.newBuilder()
                .setOperation(
                    operation(Operation.State.OPERATION_FAILED).toBuilder()
                        .setMessage("gpu01 is as it was before"))
                .build()));
    assertThat(desk.cox("bundle", "apply", "nvidia-580-open", "gpu01", "--yes", "--wait"))
        .isEqualTo(ExitCode.FAILED);
    assertThat(desk.err())
        .isEqualTo(
            """
            error: apply bundle op-31f0 failed: gpu01 is as it was before
              fix: cox bundle status op-31f0
            """);
  }

  @Test
  void nothingChosenIsAMistake() {
    assertThat(desk.cox("bundle", "apply", "nvidia-580-open", "--yes")).isEqualTo(ExitCode.USAGE);
    assertThat(desk.err()).contains("which machines?");
    assertThat(desk.cox("bundle", "rollback", "--yes")).isEqualTo(ExitCode.USAGE);
    assertThat(desk.cox("bundle", "apply", "x", "gpu01", "--yes", "--max-unavailable", "0"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(desk.cox("bundle", "apply", "x", "gpu01", "--yes", "--timeout", "2h"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(desk.controller.calls("Bundles/ApplyBundle")).isEmpty();
  }

  @Test
  void aRollbackIsAskedFor() throws IOException {
    assertThat(desk.cox("bundle", "rollback", "gpu01")).isEqualTo(ExitCode.REFUSED);
    assertThat(desk.types("rollback\n").cox("bundle", "rollback", "gpu01", "gpu02"))
        .isEqualTo(ExitCode.DONE);
    assertThat(desk.err()).contains("the drivers of before on gpu01, gpu02; most reboot for it.");
    RollBackBundleRequest request =
        RollBackBundleRequest.parseFrom(
            desk.controller.calls("Bundles/RollBackBundle").getLast().message());
    assertThat(request.getMachines().getNamesList()).containsExactly("gpu01", "gpu02");
    assertThat(request.getMaxUnavailable()).isEqualTo(1);
  }

  @Test
  void rollsAreListedAndShown() {
    assertThat(desk.cox("bundle", "status")).isEqualTo(ExitCode.DONE);
    Golden.check("bundle-status", desk.out());
    assertThat(desk.cox("bundle", "status", "op-31f0")).isEqualTo(ExitCode.DONE);
    Golden.check("bundle-status-one", desk.out());
    desk.controller.on("Bundles/ListRolls", reply(ListRollsResponse.getDefaultInstance()));
    desk.cox("bundle", "status");
    assertThat(desk.err()).contains("cox bundle apply");
  }

  @Test
  void operationsOfNoClusterAreShownLikeOthers() {
    Operation running = operation(Operation.State.IN_PROGRESS);
    desk.controller
        .on(
            "Operations/ListOperations",
            reply(ListOperationsResponse.newBuilder().addOperations(running).build()))
        .on("Operations/GetOperation", reply(running))
        .on("Operations/CancelOperation", reply(operation(Operation.State.CANCELLED)))
        .on(
            "Operations/WatchOperation",
            reply(
                OperationUpdate.newBuilder()
                    .setOperation(operation(Operation.State.CANCELLED))
                    .build()));
    desk.cox("operation", "list");
    Golden.check("operation-list-bundle", desk.out());
    desk.cox("operation", "info", "op-31f0");
    Golden.check("operation-info-bundle", desk.out());
    desk.cox("operation", "cancel", "op-31f0");
    assertThat(desk.out()).isEqualTo("operation op-31f0 is CANCELLED\n");
    assertThat(desk.cox("operation", "watch", "op-31f0")).isEqualTo(ExitCode.FAILED);
    assertThat(desk.err()).contains("error: apply bundle op-31f0 was cancelled");
  }

  @Test
  void helpTeaches() {
    desk.cox("bundle", "apply", "--help");
    Golden.check("help-bundle-apply", desk.out());
    desk.cox("bundle", "--help");
    Golden.check("help-bundle", desk.out());
  }
}
