package io.coxswain.controller.plan;

import io.coxswain.controller.lifecycle.InstanceState;
import java.time.Duration;
import java.util.Optional;

/** How long and how often something is tried before it is given up. */
final class Limits {
  /**
   * A group that failed this often is given up; the agent's own back-off lies between the attempts.
   */
  static final int ATTEMPTS = 3;

  /** A gate that failed this often is given up; it has its own waiting inside. */
  static final int GATE_ATTEMPTS = 2;

  /**
   * From when an instance began to look for a machine: after a start of the controller agents need
   * a moment to come back and report.
   */
  static final Duration PENDING = Duration.ofMinutes(1);

  /** Packages over a slow mirror take minutes. */
  private static final Duration PROVISIONING = Duration.ofMinutes(20);

  private static final Duration CONFIGURING = Duration.ofMinutes(10);
  private static final Duration IMAGE = Duration.ofMinutes(60);

  /** From the moment cleaning begins; waiting for users' jobs before that has no limit of ours. */
  static final Duration CLEANING = Duration.ofMinutes(15);

  /**
   * A GPU server may take half of it to boot; a repair whose agent is not heard then has failed.
   */
  static final Duration SILENCE = Duration.ofMinutes(45);

  /**
   * How long a node that parts from its cluster waits for a jumphost that has failed: somebody may
   * mend it meanwhile.
   */
  static final Duration MUTE = Duration.ofMinutes(10);

  private Limits() {}

  /** The time a state may take; empty when it has no limit. */
  static Optional<Duration> of(InstanceState state) {
    return switch (state) {
      case PROVISIONING -> Optional.of(PROVISIONING);
      case CONFIGURING -> Optional.of(CONFIGURING);
      case CONTAINER_CREATING -> Optional.of(IMAGE);
      case PENDING, RUNNING, STOPPED, DESTROYING, DESTROYED, FAILED -> Optional.empty();
    };
  }
}
