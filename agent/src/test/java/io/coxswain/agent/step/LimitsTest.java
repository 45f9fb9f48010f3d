package io.coxswain.agent.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.agent.host.FakeFileSystem;
import io.coxswain.agent.host.FakeHost;
import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import io.coxswain.agent.host.Users.Account;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no step does to a machine, whoever asks. */
class LimitsTest {
  private final FakeHost host = new FakeHost("gpu01");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/etc/coxswain",
        "/etc/coxswain/agent.yaml",
        "/etc/coxswain/controller.yaml",
        "/etc/coxswain/clusters/../agent.yaml",
        "/etc/passwd",
        "/home/alice",
        "/var/lib/coxswain",
        "/var/lib/coxswain-agent",
        "/var/lib/coxswain-agent/identity",
        "/var/lib/slurm",
        "/run/coxswain",
        "/etc/systemd/system/coxswain-agent.service",
        "/etc/systemd/system/ssh.service",
        "/etc/slurm/slurm.conf",
        "/"
      })
  void pathsThatAreNotOursAreRefused(String path) {
    assertRefused(new RemovePath(path, true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/etc/coxswain/clusters/c-7f3a",
        "/run/coxswain-munge-c-7f3a",
        "/var/lib/coxswain-slurm/c-7f3a",
        "/var/spool/slurmd",
        "/var/log/slurm/c-7f3a",
        "/etc/systemd/system/coxswain-slurmctld@.service",
        "/etc/systemd/system/slurmd.service.d/coxswain.conf",
        "/usr/local/lib/coxswain/allreduce"
      })
  void pathsThatAreOursGo(String path) {
    host.files().createDirectory(path, new Access(0755, "root", "root"));
    new RemovePath(path, true).apply(host);
    assertThat(host.files().stat(path)).isEmpty();
  }

  @Test
  void aSlurmConfThatIsALinkToOursGoesAndAnotherStays() {
    host.files().createDirectory("/etc/slurm", new Access(0755, "root", "root"));
    host.files().link("/etc/slurm/slurm.conf", "/etc/coxswain/clusters/c-7f3a/slurm.conf");
    new RemovePath("/etc/slurm/slurm.conf", false).apply(host);
    assertThat(host.files().stat("/etc/slurm/slurm.conf")).isEmpty();
    host.files().link("/etc/slurm/slurm.conf", "/nfs/site/slurm.conf");
    assertRefused(new RemovePath("/etc/slurm/slurm.conf", false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ssh.service", "coxswain-agent.service", "coxswain-controller.service"})
  void unitsThatAreNotOursAreRefused(String unit) {
    assertRefused(new RemoveUnit(unit));
  }

  @Test
  void usersBelowTheRangeAreRefused() {
    host.users().create(new Account("alice", 1000, 1000, "/home/alice", "/bin/bash"));
    host.users().start(1000);
    assertRefused(new EndProcesses("alice", 1000));
    assertRefused(new RemoveUser("alice", 1000, "/home/alice"));
    assertThat(host.users().processes(1000)).hasSize(1);
    assertThat(host.files().stat("/home/alice")).isPresent();
  }

  @Test
  void aHomeOnAnotherMountStaysWhenItsUserGoes() {
    host.files().mount("/home", new FakeFileSystem(false));
    host.users().create(new Account("c-7f3a", 20_001, 20_001, "/home/c-7f3a", "/bin/bash"));
    RemoveUser step = new RemoveUser("c-7f3a", 20_001, "/home/c-7f3a");
    step.apply(host);
    assertThat(host.files().stat("/home/c-7f3a")).isPresent();
    assertThat(step.check(host)).isEqualTo(new Check.InSync());
  }

  @Test
  void aHomeThatBelongsToAnotherStays() {
    host.users().create(new Account("c-7f3a", 20_001, 20_001, "/srv/c-7f3a", "/bin/bash"));
    host.files().createDirectory("/home/other", new Access(0755, "root", "root"));
    new RemoveUser("c-7f3a", 20_001, "/home/other").apply(host);
    assertThat(host.files().stat("/home/other")).isPresent();
  }

  @Test
  void keysOfTheUserAndLinesOfOthersStay() {
    Account account = new Account("c-7f3a", 20_001, 20_001, "/home/c-7f3a", "/bin/bash");
    AddUser one = new AddUser(account, List.of("ssh-ed25519 AAAA one"));
    one.apply(host);
    String file = "/home/c-7f3a/.ssh/authorized_keys";
    host.files()
        .write(
            file,
            ("ssh-ed25519 MINE me\n" + host.files().text(file))
                .getBytes(java.nio.charset.StandardCharsets.UTF_8),
            new Access(0600, "c-7f3a", "c-7f3a"));
    new AddUser(account, List.of()).apply(host);
    assertThat(host.files().text(file)).isEqualTo("ssh-ed25519 MINE me\n");
  }

  @Test
  void aLinkInAHomeIsNotFollowed() {
    Account account = new Account("c-7f3a", 20_001, 20_001, "/home/c-7f3a", "/bin/bash");
    host.users().create(account);
    host.files().link("/home/c-7f3a/.ssh", "/root/.ssh");
    assertRefused(new AddUser(account, List.of("ssh-ed25519 AAAA one")));
  }

  @Test
  void linesOutsideOurBlockInHostsStay() {
    host.files().put("/etc/hosts", "127.0.0.1 localhost\n");
    new WriteHostsBlock(List.of(new WriteHostsBlock.Entry("10.0.0.1", List.of("a")))).apply(host);
    host.files().put("/etc/hosts", host.files().text("/etc/hosts") + "10.9.9.9 theirs\n");
    new WriteHostsBlock(List.of(new WriteHostsBlock.Entry("10.0.0.2", List.of("b")))).apply(host);
    assertThat(host.files().text("/etc/hosts"))
        .startsWith("127.0.0.1 localhost\n# BEGIN coxswain")
        .contains("10.0.0.2\tb\n")
        .doesNotContain("10.0.0.1")
        .endsWith("10.9.9.9 theirs\n");
    new WriteHostsBlock(List.of()).apply(host);
    assertThat(host.files().text("/etc/hosts")).isEqualTo("127.0.0.1 localhost\n10.9.9.9 theirs\n");
  }

  private void assertRefused(Step step) {
    assertThatThrownBy(() -> step.apply(host))
        .isInstanceOfSatisfying(
            HostException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_OURS));
  }
}
