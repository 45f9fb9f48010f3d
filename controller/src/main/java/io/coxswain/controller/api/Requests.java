package io.coxswain.controller.api;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.reconcile.Lookup;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.InvalidSpecException;
import io.coxswain.controller.store.Transaction;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.regex.Pattern;

/** What requests have in common: how their fields are checked and how they are answered. */
final class Requests {
  private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._:-]{8,64}");
  private static final Pattern CLUSTER_ID = Pattern.compile("c-[0-9a-f]{4,8}");

  private Requests() {}

  static <T> void answer(StreamObserver<T> out, T message) {
    out.onNext(message);
    out.onCompleted();
  }

  /** Without one, a retry of a lost answer would do it twice. */
  static void requireRequestId(String id) {
    if (!REQUEST_ID.matcher(id).matches()) {
      throw new InvalidSpecException(
          "request_id",
          "request id: '"
              + shown(id)
              + "' (expected: 8 to 64 letters, digits, . _ : and -, new for each request)");
    }
  }

  /** A size that does not fit an int is too large, not negative. */
  static int size(int unsigned) {
    return unsigned < 0 ? ClusterSpec.LARGEST + 1 : unsigned;
  }

  /** By name or id; by id also one that is destroyed. */
  static Cluster clusterEver(Transaction tx, String nameOrId) {
    Optional<Cluster> gone =
        CLUSTER_ID.matcher(nameOrId).matches()
            ? tx.cluster(new ClusterId(nameOrId))
            : Optional.empty();
    return gone.orElseGet(() -> Lookup.cluster(tx, nameOrId));
  }

  private static String shown(String text) {
    return text.length() <= 64 ? text : text.substring(0, 64) + "…";
  }
}
