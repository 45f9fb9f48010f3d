package io.coxswain.controller.plan;

import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.slurm.CloudNode;
import io.coxswain.controller.slurm.NodeOptions;
import io.coxswain.controller.spec.Assignment.Step;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.Want;
import java.util.List;

/** The steps that only elastic slots have. */
final class ElasticSteps {
  private ElasticSteps() {}

  /** While slurmctld waits for its boot, and not later: see {@link CloudNode#JOINS}. */
  static Step joining(Instance instance) {
    return instance.state() == InstanceState.CONFIGURING
        ? new Step(
            "let slurmd join as a machine that has booted",
            ClusterSteps.file(CloudNode.JOINS_FILE, CloudNode.JOINS))
        : new Step(
            "let slurmd restart as one that is known",
            new Want.PathAbsent(CloudNode.JOINS_FILE, false));
  }

  /** The slots of elastic nodepools, as slurmctld is to know them. */
  static List<Step> slots(ClusterSpec spec, List<Instance> slots) {
    return List.of(
        new Step(
            "tell slurmctld of the elastic slots",
            new Want.ElasticNodes(
                spec.id(),
                slots.stream()
                    .map(
                        slot ->
                            CloudNode.slot(
                                slot.name(), NodeOptions.parse(slot.settled().nodeOptions())))
                    .toList(),
                slots.stream().filter(slot -> !slot.isAsleep()).map(Instance::name).toList())));
  }

  /** Jobs do not wait for a slot that gets no machine. */
  static List<Step> refusal(Instance slot, String why) {
    return List.of(
        new Step(
            "let no job wait for " + slot.name(),
            new Want.ResumeRefused(slot.cluster(), slot.name(), why)));
  }
}
