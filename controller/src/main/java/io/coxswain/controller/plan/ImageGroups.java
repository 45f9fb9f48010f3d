package io.coxswain.controller.plan;

import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceEvent;
import io.coxswain.controller.slurm.ClusterPaths;
import io.coxswain.controller.slurm.ContainerView;
import io.coxswain.controller.spec.Assignment.Group;
import io.coxswain.controller.spec.Assignment.Step;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterImage;
import io.coxswain.controller.spec.Want;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a cluster's image asks of machines: a plugin of Slurm before its daemon starts, and on each
 * node a group that brings the image, beside the others, so that Slurm is not kept waiting by it.
 */
final class ImageGroups {
  private static final List<String> UNPACKERS = List.of("skopeo", "umoci");

  private final World world;
  private final String pluginSource;

  ImageGroups(World world, String pluginSource) {
    this.world = world;
    this.pluginSource = pluginSource;
  }

  /** What has happened to a node that is proven. */
  static InstanceEvent afterProof(World world, ClusterId id) {
    return world.image(id).isPresent() ? InstanceEvent.IMAGE_WANTED : InstanceEvent.CONFIGURED;
  }

  /** The node's group for the image; empty where its cluster has none. */
  Optional<Group> group(Instance node) {
    ClusterId id = node.cluster();
    return world
        .image(id)
        .map(
            image ->
                new Group(
                    GroupNames.image(id), List.of(GroupNames.HOST), node.retry(), steps(image)));
  }

  /** The steps of a cluster's daemon, with the plugin before it where the cluster has an image. */
  List<Step> withPlugin(ClusterId id, List<Step> steps) {
    if (world.image(id).isEmpty()) {
      return steps;
    }
    ClusterPaths paths = new ClusterPaths(id);
    List<Step> with = new ArrayList<>();
    for (Step step : steps) {
      if (step.want() instanceof Want.Unit unit && isDaemon(unit, paths)) {
        with.addAll(plugin());
        if (unit.name().equals(paths.slurmctldUnit())) {
          with.add(plugstack(paths));
          with.add(new Step(step.title(), reloaded(unit, paths.plugstackConf())));
          continue;
        }
      }
      with.add(step);
    }
    return with;
  }

  private static boolean isDaemon(Want.Unit unit, ClusterPaths paths) {
    return unit.name().equals(paths.slurmctldUnit()) || unit.name().equals("slurmd.service");
  }

  private static Want.Unit reloaded(Want.Unit unit, String file) {
    List<String> reloadOn = new ArrayList<>(unit.reloadOn());
    reloadOn.add(file);
    return new Want.Unit(unit.name(), unit.restartOn(), reloadOn);
  }

  private List<Step> plugin() {
    return List.of(
        new Step("install Slurm's headers", new Want.Packages(List.of("libslurm-dev"))),
        new Step(
            "build the plugin for containers",
            new Want.SlurmPlugin(ContainerView.PLUGIN, pluginSource)));
  }

  private static Step plugstack(ClusterPaths paths) {
    return new Step(
        "write plugstack.conf",
        new Want.File(paths.plugstackConf(), ContainerView.plugstack(paths), 0644, "root", "root"));
  }

  private static List<Step> steps(ClusterImage image) {
    return List.of(
        new Step("install what unpacks images", new Want.Packages(UNPACKERS)),
        new Step(
            "load the image " + image.image(),
            new Want.ImageLoaded(image.digest(), image.format(), image.sizeBytes())),
        new Step(
            "make the cluster's container",
            new Want.ContainerMade(
                image.cluster(),
                image.digest(),
                ContainerView.binds(new ClusterPaths(image.cluster())))));
  }
}
