package io.coxswain.controller.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.controller.lifecycle.Attachment;
import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.lifecycle.VolumeTest;
import io.coxswain.controller.plan.RepairPolicy;
import io.coxswain.controller.spec.Assignment;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.InvalidSpecException;
import io.coxswain.controller.spec.Nodepool;
import io.coxswain.controller.spec.Volume;
import io.coxswain.controller.spec.VolumeType;
import io.coxswain.controller.spec.Want;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Volumes from the wish to all machines and back, while the instances run and nothing else waits.
 */
class VolumeWishesTest {
  private static final String GROUP = "c-0001/volume/data";

  private final Yard yard = new Yard(RepairPolicy.OFF);
  private final VolumeWishes wishes =
      new VolumeWishes(yard.store, () -> yard.now, new SplittableRandom(1), id -> {});
  private int requests;

  @BeforeEach
  void aVolume() {
    wishes.create(volume("data", false));
  }

  @Test
  void everyMachineOfTheClusterMountsItAndNothingOfTheNodeWaitsForIt() {
    attach();
    for (String machine : List.of("m-0", "m-1", "m-2")) {
      Assignment.Group group = group(machine).orElseThrow();
      assertThat(group.after()).containsExactly("host");
      assertThat(group.steps().getFirst().want())
          .isEqualTo(
              new Want.VolumeMounted(
                  Yard.C,
                  "data",
                  "files:/export",
                  "nfs",
                  "/mnt/data",
                  "soft,timeo=150,retrans=3,nosuid,nodev,nofail,_netdev",
                  VolumeType.NFS.helper(),
                  machine,
                  "c-0001",
                  false,
                  "",
                  0,
                  true));
    }
    assertThat(group("m-3")).isEmpty();
    assertThat(yard.groups("m-1")).noneMatch(other -> other.after().contains(GROUP));
  }

  @Test
  void itIsAttachedOnceAllHaveProvenItAndTheGateIsNotRunAgain() {
    Operation operation = attach();
    yard.volume("m-0", "", "at /mnt/data");
    yard.volume("m-1", "", "at /mnt/data");
    assertThat(state()).contains(Attachment.State.ATTACHING);
    assertThat(yard.operation(operation.id()).state()).isEqualTo(Operation.State.IN_PROGRESS);
    yard.volume("m-2", "", "at /mnt/data");
    assertThat(state()).contains(Attachment.State.ATTACHED);
    assertThat(yard.operation(operation.id()).state()).isEqualTo(Operation.State.SUCCEEDED);
    assertThat(yard.operation(operation.id()).message())
        .isEqualTo("mounted at /mnt/data on 3 machines");
    assertThat(yard.node(0).state()).isEqualTo(InstanceState.RUNNING);
    assertThat(yard.wants("m-0")).noneMatch(Want.MpiCheck.class::isInstance);
    assertThat(yard.wants("m-0")).noneMatch(Want.NodeDrained.class::isInstance);
  }

  @Test
  void whereOneCannotMountItAllGiveItBackAndTheMachineIsNamed() {
    Operation operation = attach();
    yard.volume("m-0", "", "");
    yard.volume("m-2", "MOUNT_FAILED", "volume data: files:/export could not be mounted");
    assertThat(yard.operation(operation.id()).state()).isEqualTo(Operation.State.FAILED);
    assertThat(yard.operation(operation.id()).message())
        .isEqualTo(
            "c-0001-1: volume data: files:/export could not be mounted (look); it is not attached");
    for (String machine : List.of("m-0", "m-1", "m-2")) {
      assertThat(group(machine).orElseThrow().steps().getFirst().want())
          .isEqualTo(new Want.VolumeUnmounted(Yard.C, "data", Want.VolumeUnmounted.Policy.FORCE));
      assertThat(state()).contains(Attachment.State.DETACHING);
      yard.volume(machine, "", "");
    }
    assertThat(state()).isEmpty();
    assertThat(group("m-0")).isEmpty();
    assertThat(yard.node(1).state()).isEqualTo(InstanceState.RUNNING);
  }

  @Test
  void aSilentMachineIsNotWaitedForAndGetsItLater() {
    yard.silent.add("m-2");
    Operation operation = attach();
    yard.volume("m-0", "", "");
    yard.volume("m-1", "", "");
    assertThat(yard.operation(operation.id()).state()).isEqualTo(Operation.State.SUCCEEDED);
    assertThat(yard.operation(operation.id()).message()).contains("on c-0001-1 as soon as");
    yard.silent.clear();
    yard.turn();
    assertThat(group("m-2")).isPresent();
  }

  @Test
  void whatNoMachineAnswersIsGivenUp() {
    yard.silent.addAll(List.of("m-0", "m-1", "m-2"));
    Operation operation = attach();
    yard.now = yard.now.plus(Duration.ofMinutes(3));
    yard.turn();
    assertThat(yard.operation(operation.id()).state()).isEqualTo(Operation.State.FAILED);
    assertThat(yard.operation(operation.id()).message()).contains("no end within 3 minutes");
  }

  @Test
  void aFailureThatComesLaterChangesNothingOfTheOthersOrOfTheInstance() {
    attached();
    yard.volume("m-1", "MOUNT_STALE", "/mnt/data: does not answer");
    assertThat(state()).contains(Attachment.State.ATTACHED);
    assertThat(yard.node(0).state()).isEqualTo(InstanceState.RUNNING);
    assertThat(yard.node(0).hold()).isEmpty();
    assertThat(new Explanation(yard.store, yard.fleet, () -> yard.now).of("c-0001-0"))
        .contains("  volume data: /mnt/data: does not answer");
  }

  @Test
  void whileSomebodyHasAFileOpenNobodyUnmountsIt() {
    attached();
    Operation operation = detach(false);
    assertThat(policies()).containsOnly(Want.VolumeUnmounted.Policy.LOOK);
    yard.volume("m-0", "", "");
    yard.volume("m-1", "BLOCKED", "open below /mnt/data: job 7 of c-0001 (python 4711)");
    assertThat(yard.operation(operation.id()).state()).isEqualTo(Operation.State.FAILED);
    assertThat(yard.operation(operation.id()).message())
        .startsWith("refused: c-0001-0: open below /mnt/data: job 7 of c-0001 (python 4711);")
        .endsWith("cox cluster detach c-0001 data --force");
    assertThat(state()).contains(Attachment.State.ATTACHED);
    assertThat(group("m-2").orElseThrow().steps().getFirst().want())
        .isInstanceOf(Want.VolumeMounted.class);
  }

  @Test
  void aJobThatOpensAFileBetweenLookAndUnmountKeepsItToo() {
    attached();
    detach(false);
    all();
    assertThat(policies()).containsOnly(Want.VolumeUnmounted.Policy.REFUSE);
    yard.volume("m-1", "BLOCKED", "open below /mnt/data: job 8");
    assertThat(state()).contains(Attachment.State.ATTACHED);
  }

  @Test
  void itIsGoneOnceAllHaveUnmountedItAndTheOperationSaysSo() {
    attached();
    Operation operation = detach(false);
    all();
    all();
    assertThat(state()).isEmpty();
    assertThat(yard.operation(operation.id()).state()).isEqualTo(Operation.State.SUCCEEDED);
    assertThat(yard.operation(operation.id()).message())
        .isEqualTo("unmounted; its data are as they were");
    wishes.destroy("data");
    assertThat(yard.events())
        .contains("VOLUME_ATTACHED", "VOLUME_DETACHED", "VOLUME_DESTROYED")
        .doesNotContain("HELD");
  }

  @Test
  void byForceNobodyLooksFirst() {
    attached();
    detach(true);
    assertThat(policies()).containsOnly(Want.VolumeUnmounted.Policy.FORCE);
  }

  @Test
  void aMachineThatWasSilentWhenItWasDetachedIsStillToldLater() {
    attached();
    yard.silent.add("m-2");
    yard.turn();
    Operation operation = detach(true);
    yard.volume("m-0", "", "");
    yard.volume("m-1", "", "");
    assertThat(yard.operation(operation.id()).state()).isEqualTo(Operation.State.SUCCEEDED);
    assertThat(state()).contains(Attachment.State.DETACHING);
    assertThatThrownBy(this::attach).isInstanceOf(RefusedException.class);
    yard.silent.clear();
    yard.turn();
    assertThat(policies()).containsOnly(Want.VolumeUnmounted.Policy.FORCE);
    all();
    assertThat(state()).isEmpty();
  }

  @Test
  void theSameRequestIsTheSameOperationAndAnotherOneIsRefused() {
    Operation first = wishes.attach("data", "train", "", "request-x");
    assertThat(wishes.attach("data", "train", "", "request-x")).isEqualTo(first);
    assertThatThrownBy(this::attach)
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("volume data is ATTACHING at /mnt/data in cluster train");
    assertThatThrownBy(() -> detach(false)).hasMessageContaining("expected: ATTACHED");
  }

  @Test
  void placesThatMeetAreRefusedAndTheSystemsToo() {
    attached();
    wishes.create(volume("more", false));
    for (String path : List.of("/mnt/data", "/mnt/data/below")) {
      assertThatThrownBy(() -> wishes.attach("more", "train", path, "request-" + path.length()))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("meets /mnt/data");
    }
    assertThatThrownBy(() -> wishes.attach("more", "train", "/etc", "request-9"))
        .isInstanceOf(InvalidSpecException.class);
    assertThatThrownBy(() -> wishes.attach("none", "train", "", "request-10"))
        .hasMessageContaining("there is none");
  }

  @Test
  void aVolumeThatIsTakenProtectedOrInUseIsRefused() {
    assertThatThrownBy(() -> wishes.create(volume("data", false)))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> assertThat(e.kind()).isEqualTo(RefusedException.Kind.TAKEN));
    attach();
    assertThatThrownBy(() -> wishes.destroy("data")).hasMessageContaining("attached to c-0001");
    wishes.create(volume("safe", false));
    wishes.edit(
        "safe", new VolumeWishes.Edit(Optional.of(5L), Optional.of(true), Optional.empty()));
    assertThatThrownBy(() -> wishes.destroy("safe")).hasMessageContaining("protection");
  }

  @Test
  void homesAreOnOneVolumeWhichNewClustersGetByThemselves() {
    wishes.create(volume("homes", true));
    assertThatThrownBy(() -> wishes.create(volume("second", true)))
        .hasMessageContaining("homes are on volume homes");
    yard.store.write(
        tx -> {
          VolumeWishes.attachHome(tx, Yard.C, yard.now);
          return true;
        });
    yard.turn();
    List<Want> wants =
        group("m-1", "c-0001/volume/homes").orElseThrow().steps().stream()
            .map(Assignment.Step::want)
            .toList();
    assertThat(wants.get(0)).isInstanceOf(Want.VolumeMounted.class);
    assertThat(wants.get(1)).isInstanceOf(Want.User.class);
    assertThat(wants.get(2))
        .isInstanceOfSatisfying(
            Want.VolumeMounted.class,
            bind -> {
              assertThat(bind.what()).isEqualTo("/mnt/homes/c-0001");
              assertThat(bind.where()).isEqualTo("/home/c-0001");
              assertThat(bind.fileSystem()).isEqualTo("none");
              assertThat(bind.directoryOwner()).isEqualTo("c-0001");
            });
    assertThat(wants.get(3)).isInstanceOf(Want.User.class);
    all();
    assertThat(attachments())
        .singleElement()
        .satisfies(each -> assertThat(each.state()).isEqualTo(Attachment.State.ATTACHED));
  }

  @Test
  void theEndOfAClusterUnmountsAllOfItsVolumesBeforeTheMachineIsClean() {
    attached();
    end(ClusterSpec.Intent.DESTROY_WITH_JOBS);
    yard.turn();
    yard.done("m-0");
    yard.turn();
    List<Want> clean = yard.wants("m-1");
    int unmount =
        clean.indexOf(new Want.VolumeUnmounted(Yard.C, "", Want.VolumeUnmounted.Policy.FORCE));
    assertThat(unmount).isPositive();
    assertThat(clean.subList(unmount, clean.size())).anyMatch(Want.UserAbsent.class::isInstance);
    for (int i = 0; i < 6; i++) {
      List.of("m-1", "m-2", "m-0").forEach(yard::done);
    }
    assertThat(attachments()).isEmpty();
    wishes.destroy("data");
  }

  @Test
  void anAttachThatTheEndOfItsClusterMeetsIsCancelled() {
    Operation operation = attach();
    end(ClusterSpec.Intent.DESTROY_WITH_JOBS);
    yard.turn();
    assertThat(yard.operation(operation.id()).state()).isEqualTo(Operation.State.CANCELLED);
  }

  @Test
  void everyNodeMeasuresAndTheResultsBearItsName() {
    attached();
    Operation operation = wishes.test("data", "", "request-t");
    assertThatThrownBy(() -> wishes.test("data", "train", "request-u"))
        .hasMessageContaining("is being measured");
    yard.turn();
    assertThat(yard.wants("m-0")).noneMatch(Want.VolumeMeasured.class::isInstance);
    assertThat(yard.wants("m-1"))
        .contains(new Want.VolumeMeasured(operation.id(), "data", "/mnt/data", "c-0001", 64));
    String told = "measured write 134.22 MB/s\nmeasured read 900.50 MB/s";
    yard.volume("m-1", "", told);
    assertThat(yard.operation(operation.id()).state()).isEqualTo(Operation.State.IN_PROGRESS);
    yard.volume("m-2", "CHECK_FAILED", "no space left");
    assertThat(yard.operation(operation.id()).state()).isEqualTo(Operation.State.FAILED);
    assertThat(yard.operation(operation.id()).message())
        .isEqualTo("1 nodes measured; failed: c-0001-1: no space left");
    VolumeTest test = yard.store.read(tx -> tx.storage().test(operation.id())).orElseThrow();
    assertThat(test.parsed().get(1).node()).isEqualTo("c-0001-0");
    assertThat(test.parsed().get(1).value()).isEqualTo(900.5);
  }

  @Test
  void aMachineThatJoinsLaterGetsItWithItsOtherGroups() {
    attached();
    yard.put(
        Instance.pending(Yard.C, 1, Nodepool.MAIN, yard.now)
            .leasing("m-3")
            .in(InstanceState.PROVISIONING, yard.now, Optional.empty()));
    yard.turn();
    assertThat(group("m-3")).isPresent();
    assertThat(group("m-2")).isEmpty();
  }

  private Operation attach() {
    Operation operation = wishes.attach("data", "train", "", "request-" + requests++);
    yard.turn();
    return operation;
  }

  private void attached() {
    attach();
    all();
  }

  private void all() {
    List.of("m-0", "m-1", "m-2").forEach(machine -> yard.volume(machine, "", ""));
  }

  private Operation detach(boolean isForced) {
    Operation operation = wishes.detach("data", "train", isForced, "request-" + requests++);
    yard.turn();
    return operation;
  }

  private void end(ClusterSpec.Intent intent) {
    yard.store.write(
        tx -> {
          Cluster cluster = tx.cluster(Yard.C).orElseThrow();
          tx.save(cluster.with(cluster.spec().withIntent(intent)));
          return true;
        });
    yard.turn();
  }

  private Optional<Attachment.State> state() {
    return attachments().stream().map(Attachment::state).findFirst();
  }

  private List<Attachment> attachments() {
    return yard.store.read(tx -> tx.storage().attachments());
  }

  private List<Want.VolumeUnmounted.Policy> policies() {
    return List.of("m-0", "m-1", "m-2").stream()
        .flatMap(machine -> yard.wants(machine).stream())
        .filter(Want.VolumeUnmounted.class::isInstance)
        .map(want -> ((Want.VolumeUnmounted) want).policy())
        .toList();
  }

  private Optional<Assignment.Group> group(String machine) {
    return group(machine, GROUP);
  }

  private Optional<Assignment.Group> group(String machine, String name) {
    return yard.groups(machine).stream().filter(each -> each.name().equals(name)).findFirst();
  }

  private Volume volume(String name, boolean isHome) {
    return new Volume(
        name, VolumeType.NFS, "files:/export", List.of(), 0, false, isHome, "alice", yard.now);
  }
}
