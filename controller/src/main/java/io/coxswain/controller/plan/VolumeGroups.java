package io.coxswain.controller.plan;

import io.coxswain.controller.lifecycle.Attachment;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.VolumeTest;
import io.coxswain.controller.spec.Assignment.Group;
import io.coxswain.controller.spec.Assignment.Step;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.Volume;
import io.coxswain.controller.spec.Want;
import java.util.ArrayList;
import java.util.List;

/**
 * What a machine does for a cluster's volumes: a group for each, after the host's and beside the
 * node's, so that one that cannot be mounted stops no slurmd and no other volume.
 */
final class VolumeGroups {
  private static final int HOME_MODE = 0700;

  /** As /tmp: whoever works there may write, and nobody removes what is another's. */
  private static final int SCRATCH_MODE = 01777;

  /** Of a test's file: some seconds' worth on most servers, little for any. */
  static final int TEST_MIB = 64;

  private final World world;
  private final ClusterSpec spec;
  private final Instance instance;

  VolumeGroups(World world, ClusterSpec spec, Instance instance) {
    this.world = world;
    this.spec = spec;
    this.instance = instance;
  }

  List<Group> groups() {
    List<Group> groups = new ArrayList<>();
    for (Attachment attachment : world.storage().of(spec.id())) {
      world
          .storage()
          .volume(attachment.volume())
          .ifPresent(volume -> groups.add(group(attachment, volume)));
    }
    if (!instance.isJumphost()) {
      world.storage().tests().stream()
          .filter(test -> test.cluster().equals(spec.id()))
          .forEach(test -> addTest(groups, test));
    }
    return groups;
  }

  /** All volumes of a cluster leave a machine that is cleaned of it, dead servers' too. */
  static Step allUnmounted(ClusterSpec spec) {
    return new Step(
        "unmount its volumes",
        new Want.VolumeUnmounted(spec.id(), "", Want.VolumeUnmounted.Policy.FORCE));
  }

  private Group group(Attachment attachment, Volume volume) {
    return new Group(
        GroupNames.volume(spec.id(), volume.name()),
        List.of(GroupNames.HOST),
        instance.retry(),
        switch (attachment.state()) {
          case ATTACHING, ATTACHED -> mounted(attachment, volume);
          case LOOKING -> List.of(unmounted(volume, Want.VolumeUnmounted.Policy.LOOK));
          case DETACHING ->
              List.of(
                  unmounted(
                      volume,
                      attachment.isForced()
                          ? Want.VolumeUnmounted.Policy.FORCE
                          : Want.VolumeUnmounted.Policy.REFUSE));
        });
  }

  private void addTest(List<Group> groups, VolumeTest test) {
    String after = GroupNames.volume(spec.id(), test.volume());
    boolean isThere = groups.stream().anyMatch(group -> group.name().equals(after));
    world
        .storage()
        .of(spec.id(), test.volume())
        .filter(attachment -> isThere && attachment.isWanted())
        .ifPresent(
            attachment ->
                groups.add(
                    new Group(
                        GroupNames.volumeTest(spec.id(), test.volume()),
                        List.of(after),
                        instance.retry(),
                        List.of(
                            new Step(
                                "measure " + test.volume(),
                                new Want.VolumeMeasured(
                                    test.operation(),
                                    test.volume(),
                                    attachment.path(),
                                    spec.user(),
                                    TEST_MIB))))));
  }

  private List<Step> mounted(Attachment attachment, Volume volume) {
    List<Step> steps = new ArrayList<>();
    steps.add(
        new Step(
            "mount " + volume.name(),
            new Want.VolumeMounted(
                spec.id(),
                volume.name(),
                volume.what(),
                volume.fileSystem(),
                attachment.path(),
                volume.mountOptions(),
                volume.type().helper(),
                instance.machineId(),
                // Root is not squashed on the machine's own disk.
                volume.type().isShared() ? spec.user() : "",
                volume.isReadOnly(),
                volume.isMade() ? "root" : "",
                volume.isMade() ? SCRATCH_MODE : 0,
                volume.type().isNetwork())));
    if (volume.isHome()) {
      steps.addAll(home(attachment, volume));
    }
    return steps;
  }

  /** The user's home is a directory of its own on the volume, at the place where homes are. */
  private List<Step> home(Attachment attachment, Volume volume) {
    Step user = new Step("add the login user", ClusterSteps.user(spec));
    Step bind =
        new Step(
            "mount its home",
            new Want.VolumeMounted(
                spec.id(),
                volume.name(),
                attachment.path() + "/" + spec.user(),
                "none",
                "/home/" + spec.user(),
                "bind,nosuid,nodev,nofail",
                Volume.NO_PROGRAM,
                instance.machineId(),
                spec.user(),
                false,
                spec.user(),
                HOME_MODE,
                volume.type().isNetwork()));
    // Before: whose home it is. After: the keys must be in the home that is seen from now on.
    return List.of(user, bind, new Step("let the user in to it", ClusterSteps.user(spec)));
  }

  private Step unmounted(Volume volume, Want.VolumeUnmounted.Policy policy) {
    String title =
        policy == Want.VolumeUnmounted.Policy.LOOK
            ? "look who uses " + volume.name()
            : "unmount " + volume.name();
    return new Step(title, new Want.VolumeUnmounted(spec.id(), volume.name(), policy));
  }
}
