package io.coxswain.controller.reconcile;

import io.coxswain.controller.bundle.Bundle;
import io.coxswain.controller.bundle.Catalogue;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.reconcile.BundlePlans.Choice;
import io.coxswain.controller.reconcile.BundlePlans.MachinePlan;
import io.coxswain.controller.reconcile.RefusedException.Kind;
import io.coxswain.controller.spec.InvalidSpecException;
import io.coxswain.controller.store.Store;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Wishes to bring a bundle to machines or to take it back: checked, then handed on as a roll. */
public final class BundleOrders {
  private static final int NAMED = 5;

  private final Store store;
  private final BundlePlans plans;
  private final Rolls rolls;

  public BundleOrders(Store store, BundlePlans plans, Rolls rolls) {
    this.store = store;
    this.plans = plans;
    this.rolls = rolls;
  }

  /**
   * How it is to be done.
   *
   * @param maxUnavailable at least 1
   * @param by who asks
   * @param requestId the client's own; the same one again returns what it started
   */
  public record Manner(int maxUnavailable, boolean mayReboot, String by, String requestId) {
    /** More than any site has machines that may stand still at once. */
    private static final int MOST = 1000;

    public Manner {
      if (maxUnavailable < 1 || maxUnavailable > MOST) {
        throw new InvalidSpecException(
            "max_unavailable",
            "max unavailable: " + maxUnavailable + " (expected: 1 to " + MOST + ")");
      }
    }
  }

  /** Brings the bundle to the machines that do not have all of it. */
  public Operation apply(Catalogue catalogue, Bundle bundle, Choice choice, Manner manner) {
    return begun(manner, Operation.Kind.APPLY_BUNDLE)
        .orElseGet(
            () -> {
              requireChoice(choice);
              List<Rolls.Target> targets =
                  targets(
                      plans.plan(catalogue, bundle, choice),
                      "bundle " + bundle.title(),
                      "cox bundle plan " + bundle.name());
              return rolls.begin(order(bundle.title(), false, targets, manner));
            });
  }

  /** Brings back what was on the machines before their last bundle. */
  public Operation rollBack(Choice choice, Manner manner) {
    return begun(manner, Operation.Kind.ROLL_BACK_BUNDLE)
        .orElseGet(
            () -> {
              requireChoice(choice);
              List<MachinePlan> back = plans.rollback(choice);
              List<Rolls.Target> targets =
                  targets(back, "the rollback", "cox machine info MACHINE");
              String left =
                  back.stream()
                      .map(plan -> plan.plan().changes().getFirst().from())
                      .distinct()
                      .sorted()
                      .collect(Collectors.joining(", "));
              return rolls.begin(order(left, true, targets, manner));
            });
  }

  // By then the machines have what was asked, and the same request would be refused.
  private Optional<Operation> begun(Manner manner, Operation.Kind kind) {
    Optional<Operation> known = store.read(tx -> tx.operationByRequest(manner.requestId()));
    if (known.isPresent() && known.get().kind() != kind) {
      throw new InvalidSpecException(
          "request_id",
          "request id: %s (expected: one of its own; it began operation %s)"
              .formatted(manner.requestId(), known.get().id()));
    }
    return known;
  }

  private static void requireChoice(Choice choice) {
    if (choice.isOpen()) {
      throw new InvalidSpecException(
          "machines", "machines: none (expected: names, a cluster or a selector)");
    }
  }

  private static Rolls.Order order(
      String title, boolean isRollback, List<Rolls.Target> targets, Manner manner) {
    return new Rolls.Order(
        title,
        isRollback,
        targets,
        manner.maxUnavailable(),
        manner.mayReboot(),
        manner.by(),
        manner.requestId());
  }

  /**
   * What is to be done for the plans, refused as a whole where anything stands against one.
   *
   * @param what for messages: {@code bundle nvidia-580-open 1}
   * @param help what to type to see the whole of it
   */
  private static List<Rolls.Target> targets(List<MachinePlan> plans, String what, String help) {
    if (plans.isEmpty()) {
      throw new RefusedException(
          Kind.NOT_FOUND, what, what + ": no machine is meant by that", "cox machine list");
    }
    List<String> against =
        plans.stream()
            .filter(plan -> !plan.obstacles().isEmpty())
            .map(plan -> plan.machine().name() + ": " + String.join("; ", plan.obstacles()))
            .toList();
    if (!against.isEmpty()) {
      String more =
          against.size() > NAMED ? " … and " + (against.size() - NAMED) + " machines more" : "";
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          what,
          what
              + " cannot come to "
              + (against.size() == 1 ? "1 machine: " : against.size() + " machines: ")
              + against.stream().limit(NAMED).collect(Collectors.joining(" | "))
              + more,
          help);
    }
    List<Rolls.Target> targets =
        plans.stream()
            .filter(MachinePlan::isChanging)
            .map(plan -> new Rolls.Target(plan.machine().id(), plan.driver()))
            .toList();
    if (targets.isEmpty()) {
      throw new RefusedException(
          Kind.FORBIDDEN_NOW, what, what + ": every one of these machines has all of it", help);
    }
    return targets;
  }
}
