package io.coxswain.controller.store;

import io.coxswain.controller.observed.Machine;
import java.time.Instant;
import java.util.Map;

/**
 * A join token, of which only the hash is kept.
 *
 * @param name the machine name it is bound to; empty: any
 * @param serial the board serial or system UUID it is bound to; empty: any
 */
public record JoinToken(
    String hash,
    Machine.Role role,
    String name,
    String serial,
    int usesLeft,
    Instant expiresAt,
    Map<String, String> labels) {
  public JoinToken {
    labels = Map.copyOf(labels);
  }

  public JoinToken used() {
    return new JoinToken(hash, role, name, serial, usesLeft - 1, expiresAt, labels);
  }
}
