package io.coxswain.agent.health;

/** A policy file says something that it must not: file, line, key and what was expected. */
final class PolicyRefused extends RuntimeException {
  PolicyRefused(String message) {
    super(message);
  }
}
