package io.coxswain.controller.lifecycle;

import static io.coxswain.controller.lifecycle.Effect.QUARANTINE_MACHINE;
import static io.coxswain.controller.lifecycle.Effect.RELEASE_MACHINE;
import static io.coxswain.controller.lifecycle.Effect.SEND_ASSIGNMENT;
import static io.coxswain.controller.lifecycle.InstanceEvent.CLEANED;
import static io.coxswain.controller.lifecycle.InstanceEvent.CLEAN_FAILED;
import static io.coxswain.controller.lifecycle.InstanceEvent.CONFIGURED;
import static io.coxswain.controller.lifecycle.InstanceEvent.DEADLINE_PASSED;
import static io.coxswain.controller.lifecycle.InstanceEvent.DESTROY;
import static io.coxswain.controller.lifecycle.InstanceEvent.HOST_READY;
import static io.coxswain.controller.lifecycle.InstanceEvent.IMAGE_READY;
import static io.coxswain.controller.lifecycle.InstanceEvent.IMAGE_WANTED;
import static io.coxswain.controller.lifecycle.InstanceEvent.MACHINE_LEASED;
import static io.coxswain.controller.lifecycle.InstanceEvent.NO_CAPACITY;
import static io.coxswain.controller.lifecycle.InstanceEvent.RECONFIGURE;
import static io.coxswain.controller.lifecycle.InstanceEvent.REPLACED;
import static io.coxswain.controller.lifecycle.InstanceEvent.RETRY;
import static io.coxswain.controller.lifecycle.InstanceEvent.RETRY_LEASE;
import static io.coxswain.controller.lifecycle.InstanceEvent.START;
import static io.coxswain.controller.lifecycle.InstanceEvent.STEP_FAILED;
import static io.coxswain.controller.lifecycle.InstanceEvent.STOP;
import static io.coxswain.controller.lifecycle.InstanceEvent.WANTED;
import static io.coxswain.controller.lifecycle.InstanceState.CONFIGURING;
import static io.coxswain.controller.lifecycle.InstanceState.CONTAINER_CREATING;
import static io.coxswain.controller.lifecycle.InstanceState.DESTROYED;
import static io.coxswain.controller.lifecycle.InstanceState.DESTROYING;
import static io.coxswain.controller.lifecycle.InstanceState.FAILED;
import static io.coxswain.controller.lifecycle.InstanceState.PENDING;
import static io.coxswain.controller.lifecycle.InstanceState.PROVISIONING;
import static io.coxswain.controller.lifecycle.InstanceState.RUNNING;
import static io.coxswain.controller.lifecycle.InstanceState.STOPPED;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The lifecycle of an instance. The whole truth is {@link #RULES}; a pair that is not there means
 * nothing and changes nothing.
 */
public final class InstanceLifecycle {
  public static final List<Rule> RULES =
      List.of(
          rule(PENDING, MACHINE_LEASED, PROVISIONING, SEND_ASSIGNMENT),
          rule(PENDING, NO_CAPACITY, FAILED),
          rule(PENDING, DESTROY, DESTROYING, SEND_ASSIGNMENT),
          rule(PROVISIONING, HOST_READY, CONFIGURING, SEND_ASSIGNMENT),
          rule(PROVISIONING, STEP_FAILED, FAILED, SEND_ASSIGNMENT),
          rule(PROVISIONING, DEADLINE_PASSED, FAILED, SEND_ASSIGNMENT),
          rule(PROVISIONING, DESTROY, DESTROYING, SEND_ASSIGNMENT),
          rule(CONFIGURING, CONFIGURED, RUNNING, SEND_ASSIGNMENT),
          rule(CONFIGURING, IMAGE_WANTED, CONTAINER_CREATING, SEND_ASSIGNMENT),
          rule(CONFIGURING, STEP_FAILED, FAILED, SEND_ASSIGNMENT),
          rule(CONFIGURING, DEADLINE_PASSED, FAILED, SEND_ASSIGNMENT),
          rule(CONFIGURING, DESTROY, DESTROYING, SEND_ASSIGNMENT),
          rule(CONTAINER_CREATING, IMAGE_READY, RUNNING, SEND_ASSIGNMENT),
          rule(CONTAINER_CREATING, STEP_FAILED, FAILED, SEND_ASSIGNMENT),
          rule(CONTAINER_CREATING, DEADLINE_PASSED, FAILED, SEND_ASSIGNMENT),
          rule(CONTAINER_CREATING, DESTROY, DESTROYING, SEND_ASSIGNMENT),
          rule(RUNNING, RECONFIGURE, CONFIGURING, SEND_ASSIGNMENT),
          rule(RUNNING, STEP_FAILED, FAILED),
          rule(RUNNING, REPLACED, PENDING),
          rule(RUNNING, STOP, STOPPED),
          rule(RUNNING, DESTROY, DESTROYING, SEND_ASSIGNMENT),
          rule(STOPPED, START, CONFIGURING, SEND_ASSIGNMENT),
          rule(STOPPED, WANTED, PENDING),
          rule(STOPPED, DESTROY, DESTROYING, SEND_ASSIGNMENT),
          rule(DESTROYING, CLEANED, DESTROYED, RELEASE_MACHINE, SEND_ASSIGNMENT),
          rule(DESTROYING, CLEAN_FAILED, FAILED, QUARANTINE_MACHINE),
          rule(DESTROYING, DEADLINE_PASSED, FAILED, QUARANTINE_MACHINE),
          rule(FAILED, RETRY, CONFIGURING, SEND_ASSIGNMENT),
          rule(FAILED, RETRY_LEASE, PENDING),
          rule(FAILED, REPLACED, PENDING),
          rule(FAILED, DESTROY, DESTROYING, SEND_ASSIGNMENT));

  // toUnmodifiableMap refuses a second rule for the same pair when the class loads.
  private static final Map<Pair, Rule> TABLE =
      RULES.stream()
          .collect(
              Collectors.toUnmodifiableMap(
                  rule -> new Pair(rule.from(), rule.event()), Function.identity()));

  private InstanceLifecycle() {}

  /** The rule for an event in a state; empty when the event means nothing there. */
  public static Optional<Rule> on(InstanceState from, InstanceEvent event) {
    return Optional.ofNullable(TABLE.get(new Pair(from, event)));
  }

  /** The diagram in Mermaid's language, made from the table. */
  public static String mermaid() {
    StringBuilder text = new StringBuilder("stateDiagram-v2\n    [*] --> PENDING\n");
    for (Rule rule : RULES) {
      text.append("    ")
          .append(rule.from())
          .append(" --> ")
          .append(rule.to())
          .append(": ")
          .append(rule.event())
          .append('\n');
    }
    return text.append("    DESTROYED --> [*]\n").toString();
  }

  /** The table for people, one rule a line. */
  public static String table() {
    StringBuilder text = new StringBuilder("| from | event | to | effects |\n|---|---|---|---|\n");
    for (Rule rule : RULES) {
      text.append("| ")
          .append(rule.from())
          .append(" | ")
          .append(rule.event())
          .append(": ")
          .append(rule.event().meaning());
      text.append(" | ").append(rule.to()).append(" | ");
      text.append(rule.effects().stream().map(Effect::name).collect(Collectors.joining(", ")))
          .append(" |\n");
    }
    return text.toString();
  }

  private static Rule rule(
      InstanceState from, InstanceEvent event, InstanceState to, Effect... effects) {
    return new Rule(from, event, to, List.of(effects));
  }

  /** In a state, an event leads to another state and makes some effects due. */
  public record Rule(
      InstanceState from, InstanceEvent event, InstanceState to, List<Effect> effects) {}

  private record Pair(InstanceState from, InstanceEvent event) {}
}
