package io.coxswain.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.agent.host.FakeHost;
import io.coxswain.agent.host.Files.Access;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which job holds which GPU. */
class GpuJobsTest {
  private final FakeHost host = new FakeHost("gpu01");

  @BeforeEach
  void state() {
    host.files().createDirectory("/var/lib/coxswain-agent", new Access(0700, "root", "root"));
  }

  @Test
  void aJobHoldsItsGpusFromPrologToEpilog() {
    GpuJobs jobs = new GpuJobs(host);
    jobs.heard("prolog 7 0,1");
    jobs.heard("prolog 8 3 uid=1000");
    jobs.heard("prolog 9 uid=1000");
    assertThat(jobs.all()).hasSize(3).containsEntry(1, "7").containsEntry(3, "8");
    jobs.heard("epilog 7");
    assertThat(jobs.all()).hasSize(1).containsEntry(3, "8");
  }

  @Test
  void theNextJobTakesAGpuOverWhoseEpilogWasNotHeard() {
    GpuJobs jobs = new GpuJobs(host);
    jobs.heard("prolog 7 0,1");
    jobs.heard("prolog 8 1");
    assertThat(jobs.all()).containsEntry(0, "7").containsEntry(1, "8");
  }

  @Test
  void anAgentThatStartsAgainKnowsThemAndOneAfterABootDoesNot() {
    GpuJobs jobs = new GpuJobs(host);
    jobs.heard("prolog 7 0,1");
    jobs.store();
    assertThat(new GpuJobs(host).all()).hasSize(2).containsEntry(0, "7");
    jobs.heard("epilog 7");
    jobs.store();
    assertThat(new GpuJobs(host).all()).isEmpty();
    jobs.heard("prolog 8 0");
    jobs.store();
    host.reboot();
    assertThat(new GpuJobs(host).all()).isEmpty();
  }

  @Test
  void whatIsNoNumberIsNobodys() {
    GpuJobs jobs = new GpuJobs(host);
    jobs.heard("prolog - 0");
    jobs.heard("prolog 7 MIG-1,x,");
    jobs.heard("health -");
    jobs.heard("");
    assertThat(jobs.all()).isEmpty();
  }
}
