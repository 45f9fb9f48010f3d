package io.coxswain.cli;

import static io.coxswain.cli.FakeController.error;
import static io.coxswain.cli.FakeController.reply;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.v1.Cluster;
import io.coxswain.v1.DestroyClusterRequest;
import io.coxswain.v1.EditClusterRequest;
import io.coxswain.v1.Lifecycle;
import io.coxswain.v1.Operation;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Destruction is confirmed by a person or by --yes; protection, and its lifting by edit. */
final class ClusterDestroyTest {
  private static final Operation RUNNING =
      Site.operation(Operation.Kind.DESTROY_CLUSTER, Operation.State.IN_PROGRESS);

  @TempDir Path directory;
  private Desk desk;

  @BeforeEach
  void sitDown() throws IOException {
    desk = new Desk(directory);
    desk.controller.on("Clusters/GetCluster", reply(Site.cluster()));
    desk.controller.on("Clusters/DestroyCluster", reply(RUNNING));
  }

  @AfterEach
  void leave() throws IOException {
    desk.close();
  }

  private DestroyClusterRequest request() throws IOException {
    return DestroyClusterRequest.parseFrom(
        desk.controller.calls("Clusters/DestroyCluster").getLast().message());
  }

  @Test
  void withoutATerminalItIsRefused() {
    desk.pipes("train\n");
    assertThat(desk.cox("cluster", "destroy", "train")).isEqualTo(ExitCode.REFUSED);
    assertThat(desk.err()).contains("no terminal").contains("fix: add --yes");
    assertThat(desk.controller.calls("Clusters/DestroyCluster")).isEmpty();
  }

  @Test
  void theNameIsTypedToConfirm() throws IOException {
    assertThat(desk.types("train\n").cox("cluster", "destroy", "train")).isEqualTo(ExitCode.DONE);
    assertThat(desk.err())
        .isEqualTo(
            "This destroys cluster c-7f3a (train), 2 nodes of 8xH200; refused while it has jobs.\n"
                + "Type train to confirm: ");
    assertThat(request().getName()).isEqualTo("c-7f3a");
    assertThat(request().getJobs()).isEqualTo(DestroyClusterRequest.Jobs.REFUSE);
    assertThat(request().getRequestId()).hasSize(36);
  }

  @Test
  void anythingElseThatIsTypedChangesNothing() {
    for (String typed : new String[] {"y\n", "\n", "", "trai\n"}) {
      assertThat(desk.types(typed).cox("cluster", "destroy", "train")).isEqualTo(ExitCode.REFUSED);
      assertThat(desk.err()).endsWith("error: not confirmed; nothing was changed\n");
    }
    assertThat(desk.controller.calls("Clusters/DestroyCluster")).isEmpty();
  }

  @Test
  void jobsAreDrainedOrCancelledAsAsked() throws IOException {
    assertThat(desk.cox("cluster", "destroy", "train", "--yes", "--drain"))
        .isEqualTo(ExitCode.DONE);
    assertThat(request().getJobs()).isEqualTo(DestroyClusterRequest.Jobs.DRAIN);
    assertThat(desk.cox("cluster", "rm", "train", "-y", "--force")).isEqualTo(ExitCode.DONE);
    assertThat(request().getJobs()).isEqualTo(DestroyClusterRequest.Jobs.CANCEL);
    assertThat(desk.cox("cluster", "destroy", "train", "-y", "--force", "--drain"))
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  void aProtectedClusterIsNotEvenAskedAbout() {
    Cluster kept = Site.cluster().toBuilder().setDeletionProtection(true).build();
    desk.controller.on("Clusters/GetCluster", reply(kept));
    assertThat(desk.types("train\n").cox("cluster", "destroy", "train", "--yes"))
        .isEqualTo(ExitCode.REFUSED);
    assertThat(desk.err())
        .isEqualTo(
            """
            error: cluster c-7f3a (train) is protected from deletion
              fix: cox cluster edit train --no-deletion-protection
            """);
    assertThat(desk.controller.calls("Clusters/DestroyCluster")).isEmpty();
  }

  @Test
  void aClusterThatIsNotThereIsNotFound() {
    desk.controller.on("Clusters/GetCluster", error(RpcException.NOT_FOUND, "no cluster 'x'"));
    assertThat(desk.cox("cluster", "destroy", "x", "--yes")).isEqualTo(ExitCode.NOT_FOUND);
  }

  @Test
  void waitingEndsWhenTheMachinesAreClean() {
    Operation done = Site.operation(Operation.Kind.DESTROY_CLUSTER, Operation.State.SUCCEEDED);
    desk.controller.on(
        "Operations/WatchOperation",
        reply(
            Site.update(RUNNING, Site.instance("c-7f3a-0", Lifecycle.DESTROYING)),
            Site.update(done, Site.instance("c-7f3a-0", Lifecycle.DESTROYED))));
    assertThat(desk.cox("cluster", "destroy", "train", "--yes", "--wait")).isEqualTo(ExitCode.DONE);
    assertThat(desk.out()).isEqualTo("cluster c-7f3a is DESTROYED after 13s\n");
    assertThat(desk.err()).contains("c-7f3a-0 DESTROYING").contains("c-7f3a-0 DESTROYED");
  }

  @Test
  void editChangesOnlyWhatIsNamed() throws IOException {
    desk.controller.on("Clusters/EditCluster", reply(Site.cluster()));
    assertThat(desk.cox("cluster", "edit", "c-7f3a", "--name", "train")).isEqualTo(ExitCode.DONE);
    assertThat(edit().getNewName()).isEqualTo("train");
    assertThat(edit().hasDeletionProtection()).isFalse();
    desk.cox("cluster", "edit", "c-7f3a", "--deletion-protection");
    assertThat(edit().getDeletionProtection()).isTrue();
    desk.cox("cluster", "edit", "c-7f3a", "--no-deletion-protection");
    assertThat(edit().hasDeletionProtection()).isTrue();
    assertThat(edit().getDeletionProtection()).isFalse();
    assertThat(desk.cox("cluster", "edit", "c-7f3a")).isEqualTo(ExitCode.USAGE);
  }

  private EditClusterRequest edit() throws IOException {
    return EditClusterRequest.parseFrom(
        desk.controller.calls("Clusters/EditCluster").getLast().message());
  }
}
