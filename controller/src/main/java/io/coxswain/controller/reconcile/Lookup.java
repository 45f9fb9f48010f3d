package io.coxswain.controller.reconcile;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.reconcile.RefusedException.Kind;
import io.coxswain.controller.store.Transaction;

/** Finds things by the names that people use, or refuses with a word of help. */
public final class Lookup {
  private Lookup() {}

  /** By name or id, among those that are not destroyed. */
  public static Cluster cluster(Transaction tx, String nameOrId) {
    return tx.clusters().stream()
        .filter(cluster -> cluster.spec().id().value().equals(nameOrId))
        .findFirst()
        .or(() -> tx.clusterByName(nameOrId))
        .orElseThrow(
            () ->
                new RefusedException(
                    Kind.NOT_FOUND,
                    nameOrId,
                    "cluster '" + nameOrId + "': there is none",
                    "cox cluster list"));
  }

  public static Instance instance(Transaction tx, String name) {
    return tx.instance(name)
        .orElseThrow(
            () ->
                new RefusedException(
                    Kind.NOT_FOUND,
                    name,
                    "instance '" + name + "': there is none",
                    "cox instance list"));
  }

  /** By name or id. */
  public static Machine machine(Transaction tx, String nameOrId) {
    return tx.machine(nameOrId)
        .or(() -> tx.machineByName(nameOrId))
        .orElseThrow(
            () ->
                new RefusedException(
                    Kind.NOT_FOUND,
                    nameOrId,
                    "machine '" + nameOrId + "': there is none",
                    "cox machine list"));
  }

  public static Operation operation(Transaction tx, String id) {
    return tx.operation(id)
        .orElseThrow(
            () ->
                new RefusedException(
                    Kind.NOT_FOUND,
                    id,
                    "operation '" + id + "': there is none",
                    "cox operation list"));
  }

  /** Whether the cluster's slurmctld runs on the worker's own machine. */
  static boolean isBesideJumphost(Transaction tx, Instance worker) {
    return !worker.isJumphost()
        && worker.hasMachine()
        && tx.instances(worker.cluster()).stream()
            .filter(Instance::isJumphost)
            .anyMatch(jumphost -> jumphost.machineId().equals(worker.machineId()));
  }

  static void requireFree(Transaction tx, String clusterName) {
    boolean isTaken =
        tx.clusterByName(clusterName).isPresent()
            || tx.clusters().stream()
                .anyMatch(cluster -> cluster.spec().id().value().equals(clusterName));
    if (isTaken) {
      throw new RefusedException(
          Kind.TAKEN,
          clusterName,
          "name '" + clusterName + "' is taken by another cluster",
          "choose another --name");
    }
  }
}
