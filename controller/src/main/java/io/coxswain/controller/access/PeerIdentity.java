package io.coxswain.controller.access;

/** Who calls, as far as the transport has proven it. */
public sealed interface PeerIdentity {
  /** An agent that showed a certificate of our CA. */
  record Agent(String machineId) implements PeerIdentity {}

  /**
   * A process on the jumphost that the kernel let through to the Unix socket, whose directory only
   * root and the group coxswain may enter.
   */
  record LocalUser(long uid, String name) implements PeerIdentity {}

  /** Anybody else. */
  record Anonymous() implements PeerIdentity {}
}
