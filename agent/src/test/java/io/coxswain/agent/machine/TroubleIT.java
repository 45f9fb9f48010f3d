package io.coxswain.agent.machine;

import static io.coxswain.agent.machine.Wanted.file;
import static io.coxswain.agent.machine.Wanted.group;
import static io.coxswain.agent.machine.Wanted.packages;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What goes wrong on a machine is said in words that help, and mends itself when its cause is gone.
 */
@ExtendWith(MachineExtension.class)
class TroubleIT {
  private static final String BEGUN = "[ -s " + SamplePackages.BEGUN + " ]";

  // A test that failed half-way must not be the next one's trouble.
  @AfterEach
  void mend(Machine machine) {
    machine.sh("systemctl stop coxswain-agent.service");
    if (machine.is("[ -p " + SamplePackages.GATE + " ]")) {
      machine.attempt(SamplePackages.OPEN_GATE);
    }
    machine.sh("dpkg --configure -a");
  }

  @Test
  void aPackageThatNobodyHasIsNamed(Machine machine) {
    machine.assign(
        group("host", packages(SamplePackages.PLAIN, "no-such-oar")),
        group("other", file("/etc/sample.other", "done\n")));

    Told told = machine.told("host");
    assertThat(told.state()).isEqualTo("FAILED");
    assertThat(told.reason()).isEqualTo("PACKAGE_NOT_FOUND");
    assertThat(told.message())
        .isEqualTo(
            "package: no-such-oar (expected: a name that the machine's package sources have)");
    assertThat(told.next()).isEqualTo("check the machine's package sources");
    // One group's trouble is not another's.
    assertThat(machine.told("other").state()).isEqualTo("DONE");
    assertThat(machine.sh("cat /etc/sample.other")).isEqualTo("done\n");
  }

  @Test
  void anotherPackageManagersLockIsAwaitedThenNamedThenForgotten(Machine machine) {
    machine.sh(SamplePackages.CLOSE_GATE);
    machine.sh("systemd-run --quiet --unit=admin apt-get install --yes " + SamplePackages.SLOW_TOO);
    machine.await(BEGUN);
    machine.assign(group("host", packages(SamplePackages.LATE)));

    Told told = machine.told("host");
    assertThat(told.state()).isEqualTo("FAILED");
    assertThat(told.reason()).isEqualTo("PACKAGE_LOCK_HELD");
    assertThat(told.message())
        .isEqualTo("install sample-late: another package manager holds the lock");
    assertThat(told.next()).isEqualTo("wait for the other package manager to end, or end it");
    assertThat(machine.is("dpkg -s sample-late")).isFalse();

    machine.sh(SamplePackages.OPEN_GATE);
    machine.awaitState("DONE");
    assertThat(machine.sh("dpkg-query -W -f '${db:Status-Status} ' sample-late sample-slow-too"))
        .isEqualTo("installed installed ");
  }

  @Test
  void anAgentKilledAmidAnInstallationGoesOnWhereItWas(Machine machine) {
    machine.sh(SamplePackages.CLOSE_GATE);
    machine.store(
        group("host", packages(SamplePackages.SLOW), file("/etc/sample.after", "after\n")));
    machine.restartAgent();
    machine.await(BEGUN);
    String killed = machine.sh("systemctl show -P MainPID coxswain-agent.service");

    machine.sh("systemctl kill --signal=KILL --kill-whom=main coxswain-agent.service");
    machine.await("[ \"$(pgrep -xc apt-get)\" = 2 ]");
    assertThat(machine.sh("systemctl show -P MainPID coxswain-agent.service")).isNotEqualTo(killed);
    machine.sh(SamplePackages.OPEN_GATE);
    machine.awaitEnd();

    assertThat(machine.told("host").state()).isEqualTo("DONE");
    assertThat(machine.sh("cat /etc/sample.after")).isEqualTo("after\n");
    // The installation that the killed agent had begun went on without it.
    assertThat(machine.sh("wc -l < " + SamplePackages.BEGUN)).isEqualTo("1\n");
    assertThat(machine.sh("dpkg --audit")).isEmpty();
  }

  @Test
  void aPowerCutAmidAnInstallationIsMended(Machine machine) {
    machine.sh(SamplePackages.CLOSE_GATE);
    machine.store(group("host", packages(SamplePackages.SLOW_AGAIN)));
    machine.restartAgent();
    machine.await(BEGUN);

    machine.sh("systemctl kill --signal=KILL --kill-whom=all coxswain-agent.service");
    machine.await("[ \"$(wc -l < %s)\" = 2 ]".formatted(SamplePackages.BEGUN));
    machine.sh(SamplePackages.OPEN_GATE);
    machine.awaitEnd();

    assertThat(machine.told("host").state()).isEqualTo("DONE");
    assertThat(machine.sh("dpkg-query -W -f '${db:Status-Status}' sample-slow-again"))
        .isEqualTo("installed");
    assertThat(machine.sh("dpkg --audit")).isEmpty();
  }

  @Test
  void aFullDiskLeavesTheOldFileWholeAndIsNamed(Machine machine) {
    String path = "/srv/small/sample.conf";
    machine.sh(
        "mkdir /srv/small && mount -t tmpfs -o size=64k tmpfs /srv/small && echo old > " + path);
    machine.assign(group("node", file(path, "new\n".repeat(50_000))));

    Told told = machine.told("node");
    assertThat(told.state()).isEqualTo("FAILED");
    assertThat(told.reason()).isEqualTo("DISK_FULL");
    assertThat(told.message()).isEqualTo("write " + path + ": no space left on the device");
    assertThat(told.next()).isEqualTo("free space on the machine");
    assertThat(machine.sh("ls -A /srv/small; cat " + path)).isEqualTo("sample.conf\nold\n");

    machine.sh("mount -o remount,size=1m /srv/small");
    machine.awaitState("DONE");
    assertThat(machine.sh("stat -c %s " + path)).isEqualTo("200000\n");
  }
}
