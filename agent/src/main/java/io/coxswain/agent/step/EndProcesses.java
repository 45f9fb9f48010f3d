package io.coxswain.agent.step;

import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import java.util.List;

/** No process runs as a cluster's user. */
public record EndProcesses(String user, int uid) implements Step {
  /** Uids of clusters' users start here; those below are the machine's and the site's. */
  static final int FIRST_UID = 20_000;

  @Override
  public Check check(Host host) {
    List<Long> processes = host.users().processes(uid);
    return processes.isEmpty()
        ? new Check.InSync()
        : Check.Drift.of("end %d processes of %s: %s".formatted(processes.size(), user, processes));
  }

  @Override
  public void apply(Host host) {
    demandOurs(user, uid);
    host.users().endProcesses(uid);
  }

  static void demandOurs(String user, int uid) {
    if (uid < FIRST_UID) {
      throw new HostException(
          Reason.NOT_OURS,
          "user %s: uid %d (expected: at least %d)".formatted(user, uid, FIRST_UID));
    }
  }

  @Override
  public Disruption disruption() {
    return Disruption.ENDS_JOBS;
  }
}
