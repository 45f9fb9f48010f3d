package io.coxswain.agent.step;

import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import java.time.Duration;
import java.util.Optional;

/**
 * A node that we keep from jobs has passed the MPI check by itself. For the check's time a
 * reservation keeps all other jobs away, so that the drain can be lifted; afterwards the node is
 * drained again, whatever came out: giving it back is another step's. A node that somebody else
 * drained is theirs, and not tested before they give it back.
 */
public record RetestSlurmNode(ProveMpi proof) implements Step {
  // The longest that users may run jobs there; the node is on no hurry of ours.
  private static final Duration UNTIL_IDLE = Duration.ofDays(365);
  private static final Duration UNTIL_RESPONDING = Duration.ofMinutes(10);
  private static final String REASON = "re-test";

  public RetestSlurmNode {
    if (proof.nodes().size() != 1) {
      throw new IllegalArgumentException("nodes: " + proof.nodes() + " (expected: one)");
    }
  }

  @Override
  public Check check(Host host) {
    if (proof.check(host) instanceof Check.InSync) {
      return new Check.InSync();
    }
    Slurm slurm = new Slurm(host, proof.clusterId());
    Optional<SlurmNode> known = known(slurm);
    if (known.isEmpty() || !known.get().isResponding()) {
      return new Check.Pending(node() + " does not respond", UNTIL_RESPONDING);
    }
    SlurmNode node = known.get();
    if ((node.isDrained() || node.isDown()) && !node.mayResume()) {
      return new Check.Pending(node() + " was drained by others: " + node.reason(), UNTIL_IDLE);
    }
    return node.isBusy() && !slurm.isReserved(reservation())
        ? new Check.Pending(node() + ": its jobs still run", UNTIL_IDLE)
        : Check.Drift.of("test " + node() + " alone");
  }

  @Override
  public void apply(Host host) {
    Slurm slurm = new Slurm(host, proof.clusterId());
    String reason = known(slurm).map(SlurmNode::reason).filter(r -> !r.isEmpty()).orElse(REASON);
    if (!slurm.isReserved(reservation())) {
      slurm.reserve(reservation(), node(), proof.user());
    }
    try {
      slurm.resume(node());
      proof.prove(host, Optional.of(reservation()));
    } catch (HostException e) {
      end(slurm, reason);
      throw e;
    }
    end(slurm, reason);
  }

  @Override
  public Optional<String> evidence(Host host) {
    return proof.evidence(host);
  }

  // The drain first: with the reservation gone, jobs may come.
  private void end(Slurm slurm, String reason) {
    slurm.drain(node(), withoutPrefix(reason));
    slurm.unreserve(reservation());
  }

  private static String withoutPrefix(String reason) {
    return reason.startsWith(SlurmNode.OURS) ? reason.substring(SlurmNode.OURS.length()) : REASON;
  }

  private Optional<SlurmNode> known(Slurm slurm) {
    return Optional.ofNullable(slurm.nodes(proof.nodes()).get(node()));
  }

  private String node() {
    return proof.nodes().getFirst();
  }

  private String reservation() {
    return "cox-re-test-" + node();
  }
}
