package io.coxswain.controller.plan;

import io.coxswain.controller.lifecycle.PowerOrder;
import io.coxswain.controller.observed.GroupOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What became of an order that a jumphost's agent carries out.
 *
 * @param isDone false: it failed
 * @param power "on", "off" or "unknown", as it was read; empty when it failed
 * @param message for people: why it failed
 */
record PowerEnd(boolean isDone, String power, String message) {
  /** Longer than the agent's own limits together. */
  static final Duration LONGEST = Duration.ofMinutes(30);

  /** The agent's word for what no repetition can help. */
  private static final String REFUSED = "BMC_REFUSED";

  private static final String EVIDENCE = "power ";

  private static PowerEnd failed(String why) {
    return new PowerEnd(false, "", why);
  }

  /** Empty while it is still to be awaited. */
  static Optional<PowerEnd> of(World world, Assignments assignments, PowerView view, Instant now) {
    PowerOrder order = view.order();
    if (!view.trouble().isEmpty()) {
      return Optional.of(failed(view.trouble()));
    }
    if (view.bmc().isEmpty()) {
      return Optional.of(failed("its BMC was removed meanwhile"));
    }
    MachineView jumphost = world.machines().get(order.jumphostId());
    if (jumphost == null || jumphost.machine().isRevoked()) {
      return Optional.of(failed("the jumphost that speaks to its BMC is gone"));
    }
    Optional<GroupOutcome> told =
        assignments.outcome(order.jumphostId(), GroupNames.power(order.operation()));
    if (told.filter(outcome -> outcome.state() == GroupOutcome.State.DONE).isPresent()) {
      String evidence = told.get().evidence();
      return Optional.of(
          evidence.startsWith(EVIDENCE)
              ? new PowerEnd(true, evidence.substring(EVIDENCE.length()).strip(), "")
              : failed("its agent told nothing of the power"));
    }
    Optional<GroupOutcome.Failure> failure = told.flatMap(GroupOutcome::failure);
    boolean isFinal =
        told.filter(outcome -> outcome.isGivenUp(Limits.ATTEMPTS)).isPresent()
            || failure.filter(why -> why.reason().equals(REFUSED)).isPresent();
    if (isFinal) {
      return Optional.of(failed(failure.map(GroupOutcome.Failure::message).orElse("")));
    }
    return now.isBefore(order.since().plus(LONGEST))
        ? Optional.empty()
        : Optional.of(
            failed(
                "no answer within "
                    + LONGEST.toMinutes()
                    + " minutes; "
                    + jumphost.machine().name()
                    + " is "
                    + jumphost.seen().link(now)));
  }
}
