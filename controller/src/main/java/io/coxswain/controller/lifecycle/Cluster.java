package io.coxswain.controller.lifecycle;

import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.Secret;
import java.time.Instant;
import java.util.Optional;

/**
 * A cluster as it stands.
 *
 * @param mungeKey 1024 random bytes of its own; no other cluster can speak for it. Empty once it is
 *     destroyed: a database that is read later speaks for no cluster that was
 * @param destroyedAt when its last instance was DESTROYED
 */
public record Cluster(ClusterSpec spec, Secret mungeKey, Optional<Instant> destroyedAt) {
  public Cluster with(ClusterSpec spec) {
    return new Cluster(spec, mungeKey, destroyedAt);
  }

  public Cluster destroyed(Instant at) {
    return new Cluster(spec, new Secret(new byte[0]), Optional.of(at));
  }
}
