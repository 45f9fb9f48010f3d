package io.coxswain.controller.reconcile;

import io.coxswain.controller.spec.Nodepool;
import java.util.List;

/**
 * A cluster somebody asks for. An empty name means: like the id.
 *
 * @param jumphost where its slurmctld is to run: {@code shared}, {@code own}, or the name of an
 *     enrolled jumphost; empty: on the node itself where it is the only one, else shared
 */
public record CreateRequest(
    String requestId,
    List<Nodepool> pools,
    String name,
    List<String> publicKeys,
    boolean isDeletionProtected,
    String createdBy,
    String jumphost) {
  public CreateRequest {
    pools = List.copyOf(pools);
    publicKeys = List.copyOf(publicKeys);
  }

  /** "2 x 8xH200, 4 x cpu"; an elastic pool as "0 to 4 x 8xH200". */
  String words() {
    return Nodepool.words(pools);
  }
}
