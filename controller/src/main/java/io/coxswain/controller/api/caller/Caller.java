package io.coxswain.controller.api.caller;

import io.coxswain.controller.access.PeerIdentity;
import io.grpc.Context;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Optional;

/**
 * Who makes a call.
 *
 * @param certificateExpiresAt of an agent's certificate
 * @param remote the other end's address; empty on the Unix socket
 */
public record Caller(
    PeerIdentity identity, Optional<Instant> certificateExpiresAt, Optional<InetAddress> remote) {
  /** Set for every call that is let in. */
  static final Context.Key<Caller> KEY = Context.key("caller");

  /** The one of the present call. */
  public static Caller current() {
    Caller caller = KEY.get();
    if (caller == null) {
      throw new IllegalStateException("caller: unknown (expected: a call that the gate let in)");
    }
    return caller;
  }

  /** What events and clusters keep of who asked. */
  public String name() {
    return switch (identity) {
      case PeerIdentity.LocalUser local -> local.name();
      case PeerIdentity.Agent agent -> agent.machineId();
      case PeerIdentity.Anonymous _ -> "anonymous";
    };
  }
}
