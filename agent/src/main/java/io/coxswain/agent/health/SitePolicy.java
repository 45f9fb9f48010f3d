package io.coxswain.agent.health;

import io.coxswain.agent.host.Files.FileStat;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policy in force: the agent's own with the changes of the site's file. The file is read again
 * when it has changed; one that is refused changes nothing, and says so as a verdict.
 */
final class SitePolicy {
  /** The site's. */
  static final String FILE = "/etc/coxswain/health.yaml";

  private static final Logger log = LoggerFactory.getLogger(SitePolicy.class);

  private final Host host;
  private final Policy own = PolicyFile.own();
  private Policy inForce = own;
  private Optional<Judge.OwnTrouble> refusal = Optional.empty();
  private Optional<FileStat> last = Optional.empty();

  SitePolicy(Host host) {
    this.host = host;
    refresh();
  }

  Policy inForce() {
    return inForce;
  }

  Optional<Judge.OwnTrouble> refusal() {
    return refusal;
  }

  /** Reads the file if it has changed. */
  void refresh() {
    Optional<FileStat> now;
    try {
      now = host.files().stat(FILE);
      if (now.equals(last)) {
        return;
      }
      inForce = now.isEmpty() ? own : PolicyFile.parse(FILE, host.files().read(FILE), own);
      refusal = Optional.empty();
      last = now;
      log.info("health policy: {}", now.isEmpty() ? "the agent's own" : "changed by " + FILE);
    } catch (PolicyRefused e) {
      log.warn("health policy refused, the one before stays: {}", e.getMessage());
      refused(String.valueOf(e.getMessage()));
      last = host.files().stat(FILE);
    } catch (HostException e) {
      refused(String.valueOf(e.getMessage()));
    }
  }

  private void refused(String why) {
    Instant since = host.clock().instant();
    refusal =
        Optional.of(
            new Judge.OwnTrouble(
                Judge.POLICY_REFUSED,
                io.coxswain.agent.report.Health.WARNING,
                why + "; the policy before it stays in force",
                "a policy",
                since));
  }
}
