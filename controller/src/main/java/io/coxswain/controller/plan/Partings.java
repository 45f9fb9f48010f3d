package io.coxswain.controller.plan;

import io.coxswain.controller.lifecycle.Hold;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.Repair;
import java.time.Instant;
import java.util.Optional;

/**
 * Nodes that are to part from a cluster whose jumphost has failed, so that nobody can ask its Slurm
 * for jobs. One that may still run jobs stays, and whoever asked is told; one that is clean goes.
 */
final class Partings {
  private final World world;
  private final Draft draft;
  private final Instant now;

  Partings(World world, Draft draft, Instant now) {
    this.world = world;
    this.draft = draft;
    this.now = now;
  }

  /** Whether the cluster's jumphost has failed and the wish has waited long enough for it. */
  boolean isMute(Instance worker, Repair repair) {
    return world
            .jumphost(worker.cluster())
            .filter(jumphost -> jumphost.state() == InstanceState.FAILED)
            .isPresent()
        && !now.isBefore(repair.askedAt().plus(Limits.MUTE));
  }

  /** The wish ends, the node stays: whether jobs run there is not known. */
  void giveUp(Instance worker, Machine machine, Repair repair) {
    String jumphost = worker.cluster().jumphostInstance();
    boolean isLeave = repair.work().kind() == Repair.Kind.LEAVE;
    String why =
        worker.name()
            + " stays: whether it has jobs cannot be asked, "
            + jumphost
            + " failed; mend it (cox why "
            + jumphost
            + ") and ask again, or let it go whatever runs there: cox instance "
            + (isLeave ? "remove " : "replace ")
            + worker.name()
            + " --force";
    draft.put(machine.with(machine.care().withoutRepair()));
    draft.put(draft.current(worker).held(draft.current(worker).hold().map(Hold::retesting)));
    draft.note(worker, "STAYS", why);
    if (isLeave) {
      Optional.ofNullable(world.clusters().get(worker.cluster()))
          .map(draft::current)
          .ifPresent(cluster -> draft.put(cluster.with(withOneMore(cluster.spec(), worker))));
      world.operations().stream()
          .filter(operation -> operation.isOf(worker.cluster()))
          .filter(operation -> operation.kind().isScaling())
          .forEach(operation -> draft.put(operation.ended(Operation.State.FAILED, now, why)));
    }
  }

  private static ClusterSpec withOneMore(ClusterSpec spec, Instance worker) {
    return spec.with(spec.poolOf(worker.pool()).keeping(worker.isElastic()));
  }
}
