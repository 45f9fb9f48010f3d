package io.coxswain.agent.link;

import com.google.protobuf.InvalidProtocolBufferException;
import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.runner.Assignment;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The assignment on this machine's disk, with which the agent goes on when there is no controller.
 * It holds secrets.
 */
public final class StoredAssignment {
  /** Beside the agent's other state, in a directory that only root enters. */
  static final String FILE = AgentIdentity.STATE + "/assignment";

  private static final Logger log = LoggerFactory.getLogger(StoredAssignment.class);

  private StoredAssignment() {}

  /**
   * Empty when there is none, or none that this agent can read: the controller will send it again.
   */
  public static Optional<Assignment> read(Host host) {
    try {
      if (host.files().stat(FILE).isEmpty()) {
        return Optional.empty();
      }
      byte[] bytes = host.files().read(FILE);
      return Optional.of(AssignmentDecoder.decode(io.coxswain.v1.Assignment.parseFrom(bytes)));
    } catch (InvalidProtocolBufferException | IllegalArgumentException | HostException e) {
      log.error("{}: unreadable, waiting for the controller: {}", FILE, e.getMessage());
      return Optional.empty();
    }
  }

  /** What an earlier identity was told to be means nothing to the next one. */
  static void forget(Host host) {
    host.files().delete(FILE);
  }

  static void write(Host host, io.coxswain.v1.Assignment wire) {
    if (host.files().stat(AgentIdentity.STATE).isEmpty()) {
      host.files().createDirectory(AgentIdentity.STATE, new Access(0700, "root", "root"));
    }
    host.files().write(FILE, wire.toByteArray(), new Access(0600, "root", "root"));
  }
}
