package io.coxswain.agent.step;

import io.coxswain.agent.driver.GpuUsers;
import io.coxswain.agent.host.Host;
import java.util.Optional;

/** The job steps that slurmd runs on this machine, seen without asking Slurm. */
final class SlurmSteps {
  /** Where repairs remember what they did; outlives boots. */
  static final String REPAIRS = "/var/lib/coxswain-agent/repairs";

  private SlurmSteps() {}

  /** Says that jobs run here; empty when none does. */
  static Optional<String> running(Host host) {
    return new GpuUsers(host).jobs();
  }
}
