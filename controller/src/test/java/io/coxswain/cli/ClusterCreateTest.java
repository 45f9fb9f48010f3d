package io.coxswain.cli;

import static io.coxswain.cli.FakeController.error;
import static io.coxswain.cli.FakeController.reply;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.coxswain.v1.Cluster;
import io.coxswain.v1.CreateClusterRequest;
import io.coxswain.v1.CreateClusterResponse;
import io.coxswain.v1.Lifecycle;
import io.coxswain.v1.Operation;
import io.coxswain.v1.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code cox cluster create}: what is asked, what is shown while waiting, how it ends. */
final class ClusterCreateTest {
  static final String KEY =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f alice@desk";

  private static final CreateClusterRequest FULL =
      CreateClusterRequest.newBuilder()
          .setShape("8xH200")
          .setSize(2)
          .setName("train")
          .addPublicKeys(KEY)
          .addPublicKeys(KEY.replace("alice", "bob"))
          .setDeletionProtection(true)
          .setSelector("rack=a1")
          .addHosts("gpu0")
          .addHosts("gpu1")
          .build();

  private static final Operation RUNNING =
      Site.operation(Operation.Kind.CREATE_CLUSTER, Operation.State.IN_PROGRESS);
  private static final Operation DONE =
      Site.operation(Operation.Kind.CREATE_CLUSTER, Operation.State.SUCCEEDED);

  @TempDir Path directory;
  private Desk desk;

  @BeforeEach
  void sitDown() throws IOException {
    desk = new Desk(directory);
    Files.createDirectory(directory.resolve(".ssh"));
    Files.writeString(directory.resolve(".ssh/id_ecdsa.pub"), KEY + "\n");
    Cluster young =
        Site.cluster().toBuilder().setStatus(Lifecycle.PENDING).clearInstances().build();
    desk.controller.on(
        "Clusters/CreateCluster",
        reply(CreateClusterResponse.newBuilder().setOperation(RUNNING).setCluster(young).build()));
  }

  @AfterEach
  void leave() throws IOException {
    desk.close();
  }

  private List<CreateClusterRequest> requests() throws IOException {
    return desk.controller.calls("Clusters/CreateCluster").stream()
        .map(call -> parsed(call.message()))
        .toList();
  }

  private static CreateClusterRequest parsed(ByteString message) {
    try {
      return CreateClusterRequest.parseFrom(message);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void everyOptionReachesTheController() throws IOException {
    Path bob = Files.writeString(directory.resolve("bob.pub"), KEY.replace("alice", "bob"));
    int exitCode =
        desk.cox(
            "cluster",
            "create",
            "8xH200",
            "-n",
            "2",
            "-i",
            "~/.ssh/id_ecdsa.pub",
            "--public-key",
            bob.toString(),
            "--name",
            "train",
            "--deletion-protection",
            "--selector",
            "rack=a1",
            "--hosts",
            "gpu0,gpu1");
    assertThat(exitCode).isEqualTo(ExitCode.DONE);
    CreateClusterRequest request = requests().getFirst();
    assertThat(request.toBuilder().clearRequestId().build()).isEqualTo(FULL);
    assertThat(request.getRequestId()).hasSize(36);
    assertThat(desk.out())
        .isEqualTo(
            "cluster c-7f3a (train) is being made\nfollow it: cox operation watch op-31f0\n");
  }

  @Test
  void theUsersOwnKeyIsTheDefault() throws IOException {
    desk.cox("cluster", "create", "cpu");
    assertThat(requests().getFirst().getPublicKeysList()).containsExactly(KEY);
    assertThat(requests().getFirst().getSize()).isEqualTo(1);
    Files.delete(directory.resolve(".ssh/id_ecdsa.pub"));
    assertThat(desk.cox("cluster", "create", "cpu")).isEqualTo(ExitCode.USAGE);
    assertThat(desk.err()).startsWith("error: no public key: nobody could log in");
  }

  @Test
  void aRetryKeepsItsRequestId() throws IOException {
    desk.controller.on(
        "Clusters/CreateCluster",
        FakeController.dropped(),
        reply(
            CreateClusterResponse.newBuilder()
                .setOperation(RUNNING)
                .setCluster(Site.cluster())
                .build()));
    assertThat(desk.cox("cluster", "create", "8xH200", "-n", "2", "-o", "name"))
        .isEqualTo(ExitCode.DONE);
    assertThat(desk.out()).isEqualTo("c-7f3a\n");
    assertThat(requests()).hasSize(2);
    assertThat(requests().getFirst()).isEqualTo(requests().getLast());
    desk.cox("cluster", "create", "8xH200", "-n", "2");
    assertThat(requests().getLast().getRequestId())
        .isNotEqualTo(requests().getFirst().getRequestId());
  }

  @Test
  void waitingShowsEveryChangeOnceAndEndsWithWhatToType() {
    var jumphost = Site.instance("c-7f3a-jumphost", Lifecycle.RUNNING);
    desk.controller.on(
        "Operations/WatchOperation",
        reply(
            Site.update(RUNNING, Site.instance("c-7f3a-0", Lifecycle.PENDING)),
            Site.update(RUNNING, jumphost, Site.moving("c-7f3a-0", "install slurmd", 3)),
            Site.update(RUNNING, jumphost, Site.moving("c-7f3a-0", "install slurmd", 3)),
            Site.update(RUNNING, jumphost, Site.moving("c-7f3a-0", "start slurmd", 8)),
            Site.update(DONE, jumphost, Site.instance("c-7f3a-0", Lifecycle.RUNNING))));
    assertThat(desk.cox("cluster", "create", "8xH200", "--wait")).isEqualTo(ExitCode.DONE);
    Golden.check("create-wait-progress", desk.err());
    Golden.check("create-wait", desk.out());
  }

  @Test
  void waitingSurvivesAControllerThatRestarts() {
    var half = Site.moving("c-7f3a-0", "install slurmd", 3);
    desk.controller.on(
        "Operations/WatchOperation",
        FakeController.cut(Site.update(RUNNING, half)),
        FakeController.dropped(),
        error(RpcException.UNAVAILABLE, "starting"),
        reply(
            Site.update(RUNNING, half),
            Site.update(DONE, Site.instance("c-7f3a-0", Lifecycle.RUNNING))));
    assertThat(desk.cox("cluster", "create", "8xH200", "--wait")).isEqualTo(ExitCode.DONE);
    assertThat(desk.err())
        .containsOnlyOnce("the controller does not answer")
        .containsOnlyOnce("install slurmd");
  }

  @Test
  void aFailureNamesTheInstanceTheStepAndTheNextAction() {
    Operation failed =
        Site.operation(Operation.Kind.CREATE_CLUSTER, Operation.State.OPERATION_FAILED).toBuilder()
            .setMessage("1 of 2 instances failed")
            .build();
    desk.controller.on(
        "Operations/WatchOperation",
        reply(
            Site.update(
                failed, Site.instance("c-7f3a-0", Lifecycle.RUNNING), Site.failed("c-7f3a-1"))));
    assertThat(desk.cox("cluster", "create", "8xH200", "-n", "2", "--wait"))
        .isEqualTo(ExitCode.FAILED);
    Golden.check("create-wait-failed", desk.err());
    assertThat(desk.out()).isEmpty();
  }

  @Test
  void aTimeoutEndsTheWaitingAndNotTheOperation() {
    desk.controller.on(
        "Operations/WatchOperation",
        FakeController.cut(Site.update(RUNNING, Site.moving("c-7f3a-0", "x", 1))));
    assertThat(desk.cox("cluster", "create", "8xH200", "--wait", "--timeout", "5s"))
        .isEqualTo(ExitCode.TIMED_OUT);
    assertThat(desk.err()).contains("it goes on\n  fix: cox operation watch op-31f0\n");
  }

  @Test
  void aProgramThatWaitsGetsTheWholeResult() {
    desk.controller.on("Clusters/GetCluster", reply(Site.cluster()));
    desk.controller.on("Operations/WatchOperation", reply(Site.update(DONE)));
    assertThat(desk.cox("cluster", "create", "8xH200", "--wait", "-o", "json"))
        .isEqualTo(ExitCode.DONE);
    assertThat(desk.out())
        .startsWith("{\n  \"operation\": {")
        .contains("\"SUCCEEDED\"")
        .contains("\"c-7f3a-1\"");
  }

  @Test
  void aDryRunShowsThePlanAndWhyNot() throws IOException {
    desk.controller.on(
        "Clusters/CreateCluster",
        reply(
            CreateClusterResponse.newBuilder()
                .setPlan(
                    Plan.newBuilder()
                        .addLeases(
                            Plan.Lease.newBuilder().setInstance("c-0000-0").setMachine("gpu0"))
                        .addRejections(
                            Plan.Rejection.newBuilder().setMachine("gpu7").setWhy("7 of 8 GPUs")))
                .build()));
    Files.delete(directory.resolve(".ssh/id_ecdsa.pub"));
    assertThat(desk.cox("cluster", "create", "8xH200", "--dry-run")).isEqualTo(ExitCode.DONE);
    Golden.check("create-dry-run", desk.out());
    assertThat(requests().getFirst().getDryRun()).isTrue();
  }

  @Test
  void nonsenseIsRefusedBeforeItIsSent() throws IOException {
    assertThat(desk.cox("cluster", "create", "8xH200", "-n", "0")).isEqualTo(ExitCode.USAGE);
    assertThat(desk.err()).isEqualTo("error: -n: 0 (expected: at least 1 node; 0 with --max)\n");
    assertThat(desk.cox("cluster", "create", "8xH200", "-n", "two")).isEqualTo(ExitCode.USAGE);
    assertThat(desk.cox("cluster", "create")).isEqualTo(ExitCode.USAGE);
    assertThat(desk.err()).contains("SHAPE").contains("  fix: cox cluster create --help");
    assertThat(desk.cox("cluster", "create", "cpu", "--timeout", "5m")).isEqualTo(ExitCode.USAGE);
    assertThat(desk.cox("cluster", "create", "cpu", "--wait", "--timeout", "5"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(requests()).isEmpty();
  }
}
