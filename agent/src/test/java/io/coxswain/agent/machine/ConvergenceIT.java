package io.coxswain.agent.machine;

import static io.coxswain.agent.machine.Wanted.file;
import static io.coxswain.agent.machine.Wanted.group;
import static io.coxswain.agent.machine.Wanted.hostName;
import static io.coxswain.agent.machine.Wanted.hosts;
import static io.coxswain.agent.machine.Wanted.noUser;
import static io.coxswain.agent.machine.Wanted.packages;
import static io.coxswain.agent.machine.Wanted.secret;
import static io.coxswain.agent.machine.Wanted.unit;
import static io.coxswain.agent.machine.Wanted.user;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the agent makes of a machine by its stored assignment alone: there is no controller. */
@ExtendWith(MachineExtension.class)
class ConvergenceIT {
  private static final String KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGrow a@laptop";
  private static final String SAMPLE_UNIT =
      """
      [Service]
      Environment=CREW=four
      ExecStart=/bin/sh -c 'echo "$CREW" > /run/sample.crew; exec sleep infinity'
      [Install]
      WantedBy=multi-user.target
      """;

  @Test
  void itsNameAndItsNeighboursAreTheMachinesOwn(Machine machine) {
    String before = machine.sh("cat /etc/hosts");
    machine.assign(
        group(
            "host",
            hostName("c-7f3a-0"),
            hosts("10.9.0.1 c-7f3a-jumphost c-7f3a", "10.9.0.2 c-7f3a-0")));

    assertThat(machine.told("host").state()).isEqualTo("DONE");
    assertThat(machine.sh("uname -n; cat /etc/hostname")).isEqualTo("c-7f3a-0\nc-7f3a-0\n");
    assertThat(machine.sh("getent hosts c-7f3a").split("\\s+"))
        .containsExactly("10.9.0.1", "c-7f3a-jumphost", "c-7f3a");
    assertThat(machine.sh("cat /etc/hosts")).startsWith(before);

    machine.assign(group("host", hostName(Machine.NAME), hosts()));
    assertThat(machine.sh("uname -n")).isEqualTo(Machine.NAME + "\n");
    assertThat(machine.sh("cat /etc/hosts")).isEqualTo(before);
  }

  @Test
  void aUserComesWithIdsAndKeysAndGoes(Machine machine) {
    machine.sh("useradd --uid 1501 --create-home visitor && touch /tmp/visitors");
    String others = machine.sh("cat /etc/passwd /etc/group");
    machine.assign(group("host", user("c-7f3a", 20_001, KEY)));

    assertThat(machine.told("host").state()).isEqualTo("DONE");
    assertThat(machine.sh("id c-7f3a"))
        .isEqualTo("uid=20001(c-7f3a) gid=20001(c-7f3a) groups=20001(c-7f3a)\n");
    assertThat(machine.sh("stat -c '%a %u:%g' /home/c-7f3a/.ssh /home/c-7f3a/.ssh/authorized_keys"))
        .isEqualTo("700 20001:20001\n600 20001:20001\n");
    assertThat(machine.sh("cat /home/c-7f3a/.ssh/authorized_keys")).contains("\n" + KEY + "\n");
    // What sshd asks of a home that it takes keys from.
    assertThat(machine.sh("stat -c %a /home/c-7f3a")).isEqualTo("700\n");

    machine.sh("touch /tmp/of-the-user && chown c-7f3a /tmp/of-the-user");
    machine.assign(group("host", noUser("c-7f3a", 20_001)));
    assertThat(machine.told("host").state()).isEqualTo("DONE");
    assertThat(machine.sh("cat /etc/passwd /etc/group")).isEqualTo(others);
    assertThat(machine.is("ls -d /home/c-7f3a || ls /tmp/of-the-user")).isFalse();
    assertThat(machine.sh("ls -d /home/visitor /tmp/visitors"))
        .isEqualTo("/home/visitor\n/tmp/visitors\n");
  }

  @Test
  void aUsersOwnKeysStayBesideOurs(Machine machine) {
    machine.assign(group("host", user("c-keys", 20_002, KEY)));
    machine.sh("echo 'ssh-rsa AAAA own' >> /home/c-keys/.ssh/authorized_keys");
    machine.assign(group("host", user("c-keys", 20_002)));

    assertThat(machine.sh("cat /home/c-keys/.ssh/authorized_keys")).isEqualTo("ssh-rsa AAAA own\n");
  }

  @Test
  void aUidThatAnotherHasIsNotTaken(Machine machine) {
    machine.sh("useradd --uid 20003 somebody");
    machine.assign(group("host", user("c-late", 20_003)));

    Told told = machine.told("host");
    assertThat(told.state()).isEqualTo("FAILED");
    assertThat(told.reason()).isEqualTo("ACCOUNT_CONFLICT");
    assertThat(told.message())
        .isEqualTo("uid 20003: belongs to somebody (expected: free, for c-late)");
    assertThat(machine.is("id c-late")).isFalse();
  }

  @Test
  void mungeIsInstalledKeyedAndRuns(Machine machine) {
    String key = "munge-key-of-cluster-7f3a-".repeat(40);
    machine.assign(group("packages", packages("munge")));
    assertThat(machine.told("packages").state()).isEqualTo("DONE");
    assertThat(machine.sh("dpkg-query -W -f '${db:Status-Status}' munge")).isEqualTo("installed");
    // Debian's own key must never serve: a package's service waits for us to start it.
    assertThat(machine.is("systemctl is-active munge.service")).isFalse();

    machine.assign(
        group(
            "node",
            secret("/etc/munge/munge.key", key, "munge"),
            unit("munge.service", "/etc/munge/munge.key")));
    assertThat(machine.told("node").state()).isEqualTo("DONE");
    assertThat(machine.sh("stat -c '%a %U:%G' /etc/munge/munge.key"))
        .isEqualTo("400 munge:munge\n");
    assertThat(machine.sh("munge -n | unmunge")).contains("STATUS:          Success");
    String credential = machine.sh("munge -n");
    machine.assign(
        group(
            "node",
            secret("/etc/munge/munge.key", "rotated-" + key, "munge"),
            unit("munge.service", "/etc/munge/munge.key")));
    assertThat(machine.sh("munge -n | unmunge")).contains("STATUS:          Success");
    // The daemon has read the new key: what the old one signed is nothing to it.
    machine.put("/root/credential", credential);
    assertThat(machine.attempt("unmunge < /root/credential 2>&1").getStdout())
        .contains("Invalid credential");
  }

  @Test
  void aFileHasContentModeAndOwner(Machine machine) {
    machine.sh("printf 'old line\\n' > /etc/sample.conf");
    machine.put("/etc/.sample.conf.cox-new", "half of what an agent wrote when it was killed");
    machine.assign(group("node", file("/etc/sample.conf", "new line\n", 0640, "daemon")));

    assertThat(machine.sh("cat /etc/sample.conf; stat -c '%a %U:%G' /etc/sample.conf"))
        .isEqualTo("new line\n640 daemon:daemon\n");
    assertThat(machine.sh("ls -A /etc | grep -c 'sample.conf'")).isEqualTo("1\n");
    assertThat(machine.journal()).contains("- old line", "+ new line");
  }

  @Test
  void aSecretIsInItsFileAndNowhereElse(Machine machine) {
    String secret = "the-secret-of-" + System.nanoTime();
    machine.sh("printf 'the-secret-before\\n' > /etc/sample.secret");
    machine.assign(group("node", secret("/etc/sample.secret", secret + "\n", "root")));

    assertThat(machine.sh("cat /etc/sample.secret; stat -c %a /etc/sample.secret"))
        .isEqualTo(secret + "\n400\n");
    assertThat(machine.journal())
        .contains("/etc/sample.secret: 18 -> ")
        .doesNotContain(secret, "the-secret-before");
    assertThat(machine.status()).doesNotContain(secret);
    // The stored assignment is the other place; only root gets there.
    assertThat(
            machine
                .sh("grep -rlF -- %s /etc /home /root /run /srv /tmp /var".formatted(secret))
                .lines())
        .containsExactlyInAnyOrder("/etc/sample.secret", "/var/lib/coxswain-agent/assignment");
    assertThat(
            machine.sh(
                "stat -c '%a %U' /var/lib/coxswain-agent /var/lib/coxswain-agent/assignment"))
        .isEqualTo("700 root\n600 root\n");
  }

  @Test
  void aUnitRunsWithItsDropInAndRestartsForIt(Machine machine) {
    String path = "/etc/systemd/system/sample.service";
    String dropIn = path + ".d/coxswain.conf";
    machine.assign(group("node", file(path, SAMPLE_UNIT), unit("sample.service", path, dropIn)));
    assertThat(machine.told("node").state()).isEqualTo("DONE");
    assertThat(
            machine.sh("systemctl is-active sample.service; systemctl is-enabled sample.service"))
        .isEqualTo("active\nenabled\n");
    assertThat(machine.sh("cat /run/sample.crew")).isEqualTo("four\n");

    machine.assign(
        group(
            "node",
            file(path, SAMPLE_UNIT),
            file(dropIn, "[Service]\nEnvironment=CREW=eight\n"),
            unit("sample.service", path, dropIn)));
    assertThat(machine.told("node").changed())
        .containsExactly("write " + dropIn, "run sample.service");
    machine.await("grep -qx eight /run/sample.crew");
    String process = machine.sh("systemctl show -P MainPID sample.service");

    machine.restartAgent();
    machine.awaitEnd();
    assertThat(machine.told("node").changed()).isEmpty();
    assertThat(machine.sh("systemctl show -P MainPID sample.service")).isEqualTo(process);
  }

  @Test
  void aUnitThatDoesNotStartSaysWhy(Machine machine) {
    String path = "/etc/systemd/system/broken.service";
    String text =
        "[Service]\nExecStart=/bin/sh -c 'echo no oars on board; exit 3'\n[Install]\nWantedBy=multi-user.target\n";
    machine.assign(group("node", file(path, text), unit("broken.service", path)));

    Told told = machine.told("node");
    assertThat(told.state()).isEqualTo("FAILED");
    assertThat(told.reason()).isEqualTo("UNIT_FAILED");
    assertThat(told.message()).isEqualTo("broken.service: failed to start (expected: active)");
    assertThat(machine.status()).contains("no oars on board");
  }
}
