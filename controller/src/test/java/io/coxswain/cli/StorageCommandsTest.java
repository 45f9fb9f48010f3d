package io.coxswain.cli;

import static io.coxswain.cli.FakeController.reply;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.coxswain.v1.AttachVolumeRequest;
import io.coxswain.v1.Attachment;
import io.coxswain.v1.CreateVolumeRequest;
import io.coxswain.v1.DestroyVolumeResponse;
import io.coxswain.v1.DetachVolumeRequest;
import io.coxswain.v1.EditVolumeRequest;
import io.coxswain.v1.ListVolumesResponse;
import io.coxswain.v1.Mount;
import io.coxswain.v1.Operation;
import io.coxswain.v1.TestResult;
import io.coxswain.v1.Volume;
import io.coxswain.v1.VolumeTest;
import io.coxswain.v1.VolumeType;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes from the command line. */
final class StorageCommandsTest {
  @TempDir Path directory;
  private Desk desk;

  @BeforeEach
  void sitDown() throws IOException {
    desk = new Desk(directory);
    desk.controller
        .on("Volumes/CreateVolume", reply(volume()))
        .on("Volumes/EditVolume", reply(volume()))
        .on("Volumes/GetVolume", reply(volume()))
        .on("Volumes/DestroyVolume", reply(DestroyVolumeResponse.getDefaultInstance()))
        .on(
            "Volumes/ListVolumes",
            reply(
                ListVolumesResponse.newBuilder()
                    .addVolumes(volume())
                    .addVolumes(
                        Volume.newBuilder()
                            .setName("scratch")
                            .setType(VolumeType.LOCAL)
                            .setSource("/dev/nvme1n1"))
                    .build()));
  }

  @AfterEach
  void leave() throws IOException {
    desk.close();
  }

  @Test
  void volumesAreListedAndShownWithEveryMachine() {
    desk.cox("storage", "list");
    Golden.check("storage-list", desk.out());
    desk.cox("storage", "info", "data");
    Golden.check("storage-info", desk.out());
    desk.controller.on(
        "Clusters/GetCluster",
        reply(Site.cluster().toBuilder().addAllVolumes(volume().getAttachmentsList()).build()));
    desk.cox("cluster", "info", "train");
    assertThat(desk.out())
        .contains(
            "data at /mnt/data, ATTACHED (1 WAITING, 1 MOUNTED, 1 STALE)",
            "c-7f3a-1 STALE: /mnt/data: no answer within 3 s");
  }

  @Test
  void helpIsAsItShouldBe() {
    desk.cox("storage", "--help");
    Golden.check("help-storage", desk.out());
    desk.cox("storage", "create", "--help");
    Golden.check("help-storage-create", desk.out());
    desk.cox("cluster", "attach", "--help");
    Golden.check("help-cluster-attach", desk.out());
    desk.cox("cluster", "detach", "--help");
    Golden.check("help-cluster-detach", desk.out());
  }

  @Test
  void aVolumeIsRegisteredWithAllThatWasSaid() throws InvalidProtocolBufferException {
    assertThat(
            desk.cox(
                "storage",
                "create",
                "data",
                "--type",
                "NFS",
                "--source",
                "files:/export/data",
                "--options",
                "hard,vers=4.1",
                "--size",
                "1024",
                "--deletion-protection",
                "--home"))
        .isEqualTo(ExitCode.DONE);
    assertThat(
            CreateVolumeRequest.parseFrom(
                desk.controller.calls("Volumes/CreateVolume").getLast().message()))
        .isEqualTo(
            CreateVolumeRequest.newBuilder()
                .setName("data")
                .setType(VolumeType.NFS)
                .setSource("files:/export/data")
                .setOptions("hard,vers=4.1")
                .setSizeGib(1024)
                .setDeletionProtection(true)
                .setHome(true)
                .build());
    assertThat(desk.out()).contains("cox cluster attach CLUSTER data --wait");
  }

  @Test
  void whatCannotBeIsToldBeforeAnybodyIsAsked() {
    assertThat(desk.cox("storage", "create", "data", "--type", "smb", "--source", "x"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(desk.err()).contains("expected: nfs, lustre, beegfs");
    assertThat(desk.cox("storage", "create", "data", "--source", "x")).isEqualTo(ExitCode.USAGE);
    assertThat(desk.cox("storage", "create", "d", "--type", "nfs", "--source", "x", "--size", "-1"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(desk.cox("storage", "edit", "data")).isEqualTo(ExitCode.USAGE);
    assertThat(desk.cox("cluster", "attach", "train", "data", "--timeout", "1m"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(desk.controller.calls("Volumes/CreateVolume")).isEmpty();
    assertThat(desk.controller.calls("Volumes/AttachVolume")).isEmpty();
  }

  @Test
  void onlyWhatIsSaidIsChanged() throws InvalidProtocolBufferException {
    desk.cox("storage", "edit", "data", "--size", "0", "--no-deletion-protection");
    EditVolumeRequest request =
        EditVolumeRequest.parseFrom(
            desk.controller.calls("Volumes/EditVolume").getLast().message());
    assertThat(request.hasSizeGib()).isTrue();
    assertThat(request.hasDeletionProtection() && !request.getDeletionProtection()).isTrue();
    assertThat(request.hasHome()).isFalse();
  }

  @Test
  void nobodyTakesAVolumeOffTheListByMistake() {
    assertThat(desk.cox("storage", "destroy", "data")).isEqualTo(ExitCode.REFUSED);
    assertThat(desk.controller.calls("Volumes/DestroyVolume")).isEmpty();
    desk.types("data\n");
    assertThat(desk.cox("storage", "rm", "data")).isEqualTo(ExitCode.DONE);
    assertThat(desk.out()).contains("its data are as they were");
  }

  @Test
  void attachingWaitsWhenItIsAskedToAndTellsHowToFollowElse()
      throws InvalidProtocolBufferException {
    Operation begun = Site.operation(Operation.Kind.ATTACH_VOLUME, Operation.State.IN_PROGRESS);
    Operation ended =
        Site.operation(Operation.Kind.ATTACH_VOLUME, Operation.State.SUCCEEDED).toBuilder()
            .setMessage("mounted at /mnt/data on 3 machines")
            .build();
    desk.controller.on("Volumes/AttachVolume", reply(begun));
    desk.controller.on("Operations/WatchOperation", reply(Site.update(ended)));
    desk.cox("cluster", "attach", "train", "data", "--path", "/data");
    assertThat(desk.out()).contains("cox operation watch op-31f0");
    assertThat(desk.cox("cluster", "attach", "train", "data", "--wait")).isEqualTo(ExitCode.DONE);
    assertThat(desk.out())
        .isEqualTo("attach volume c-7f3a is done after 13s\nmounted at /mnt/data on 3 machines\n");
    AttachVolumeRequest request =
        AttachVolumeRequest.parseFrom(
            desk.controller.calls("Volumes/AttachVolume").getFirst().message());
    assertThat(request.getPath()).isEqualTo("/data");
    assertThat(request.getRequestId()).isNotEmpty();
  }

  @Test
  void aRefusedDetachNamesWhoHoldsItAndFails() throws InvalidProtocolBufferException {
    Operation refused =
        Site.operation(Operation.Kind.DETACH_VOLUME, Operation.State.OPERATION_FAILED).toBuilder()
            .setMessage("refused: c-7f3a-0: open below /mnt/data: job 7 of c-7f3a (python 4711)")
            .build();
    desk.controller.on("Volumes/DetachVolume", reply(refused));
    desk.controller.on("Operations/WatchOperation", reply(Site.update(refused)));
    assertThat(desk.cox("cluster", "detach", "train", "data", "--wait")).isEqualTo(ExitCode.FAILED);
    assertThat(desk.err()).contains("job 7 of c-7f3a (python 4711)");
    desk.cox("cluster", "detach", "train", "data", "--force");
    assertThat(
            DetachVolumeRequest.parseFrom(
                    desk.controller.calls("Volumes/DetachVolume").getLast().message())
                .getForce())
        .isTrue();
  }

  @Test
  void aTestShowsWhatEachNodeReachedAlsoLater() {
    Operation begun = Site.operation(Operation.Kind.TEST_VOLUME, Operation.State.IN_PROGRESS);
    Operation ended = Site.operation(Operation.Kind.TEST_VOLUME, Operation.State.SUCCEEDED);
    desk.controller.on("Volumes/StartVolumeTest", reply(begun));
    desk.controller.on("Operations/WatchOperation", reply(Site.update(ended)));
    desk.controller.on("Volumes/GetVolumeTest", reply(test(ended)));
    assertThat(desk.cox("storage", "test", "data", "--wait")).isEqualTo(ExitCode.DONE);
    Golden.check("storage-test", desk.out());
    desk.cox("storage", "test", "data");
    assertThat(desk.out()).contains("cox storage test data --results op-31f0");
    desk.cox("storage", "test", "data", "--results", "op-31f0", "-o", "json");
    assertThat(desk.out()).contains("\"value\": 134.22");
    assertThat(desk.controller.calls("Volumes/StartVolumeTest")).hasSize(2);
  }

  private static VolumeTest test(Operation operation) {
    return VolumeTest.newBuilder()
        .setOperation(operation)
        .setVolume("data")
        .setClusterId("c-7f3a")
        .addResults(
            TestResult.newBuilder()
                .setState(TestResult.State.MEASURED)
                .setKind("write")
                .setNode("c-7f3a-0")
                .setValue(134.22)
                .setUnit("MB/s"))
        .addResults(
            TestResult.newBuilder()
                .setState(TestResult.State.SKIPPED)
                .setNode("c-7f3a-1")
                .setDetail("its agent does not answer"))
        .build();
  }

  private static Volume volume() {
    return Volume.newBuilder()
        .setName("data")
        .setType(VolumeType.NFS)
        .setSource("files:/export/data")
        .setOptions("hard,vers=4.1")
        .setSizeGib(1024)
        .setDeletionProtection(true)
        .setCreatedBy("alice")
        .setCreatedAt(Site.CREATED)
        .addAttachments(
            Attachment.newBuilder()
                .setVolume("data")
                .setClusterId("c-7f3a")
                .setPath("/mnt/data")
                .setState(Attachment.State.ATTACHED)
                .addMounts(mount("c-7f3a-jumphost", Mount.State.MOUNTED, "a file written and read"))
                .addMounts(mount("c-7f3a-0", Mount.State.WAITING, ""))
                .addMounts(mount("c-7f3a-1", Mount.State.STALE, "/mnt/data: no answer within 3 s")))
        .build();
  }

  private static Mount mount(String instance, Mount.State state, String detail) {
    return Mount.newBuilder().setInstance(instance).setState(state).setDetail(detail).build();
  }
}
