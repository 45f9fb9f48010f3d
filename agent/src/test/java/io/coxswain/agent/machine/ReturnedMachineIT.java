package io.coxswain.agent.machine;

import static io.coxswain.agent.machine.Wanted.file;
import static io.coxswain.agent.machine.Wanted.group;
import static io.coxswain.agent.machine.Wanted.groupAfter;
import static io.coxswain.agent.machine.Wanted.hostName;
import static io.coxswain.agent.machine.Wanted.hosts;
import static io.coxswain.agent.machine.Wanted.noPath;
import static io.coxswain.agent.machine.Wanted.noProcesses;
import static io.coxswain.agent.machine.Wanted.noUnit;
import static io.coxswain.agent.machine.Wanted.noUser;
import static io.coxswain.agent.machine.Wanted.packages;
import static io.coxswain.agent.machine.Wanted.secret;
import static io.coxswain.agent.machine.Wanted.unit;
import static io.coxswain.agent.machine.Wanted.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.v1.Group;
import io.coxswain.v1.Step;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A machine that leaves its cluster is again what it was before. */
@ExtendWith(MachineExtension.class)
class ReturnedMachineIT {
  private static final String CLUSTER = "c-9d2e";
  private static final int UID = 20_020;
  private static final String KEY = "the-munge-key-of-c-9d2e-".repeat(50);
  private static final String DIRECTORY = "/etc/coxswain/clusters/" + CLUSTER;
  private static final String MUNGED = "coxswain-munged@" + CLUSTER + ".service";
  private static final String MUNGED_FILE = "/etc/systemd/system/" + MUNGED;
  private static final String SLURMD_DROP_IN = "/etc/systemd/system/slurmd.service.d/coxswain.conf";
  private static final String STATE = "/var/lib/coxswain-munge-" + CLUSTER;

  private static Group node() {
    String munged =
        """
        [Service]
        User=munge
        RuntimeDirectory=coxswain-munge-%1$s
        StateDirectory=coxswain-munge-%1$s
        StateDirectoryMode=0700
        ExecStart=/usr/sbin/munged --foreground --key-file=%2$s/munge.key \
          --socket=/run/coxswain-munge-%1$s/munge.socket.2 --pid-file=/run/coxswain-munge-%1$s/munged.pid \
          --seed-file=%3$s/munged.seed --log-file=%3$s/munged.log
        [Install]
        WantedBy=multi-user.target
        """
            .formatted(CLUSTER, DIRECTORY, STATE);
    return group(
        CLUSTER + "/node",
        hostName(CLUSTER + "-0"),
        hosts("10.9.0.1 " + CLUSTER),
        user(CLUSTER, UID, "ssh-ed25519 AAAA a@laptop"),
        secret(DIRECTORY + "/munge.key", KEY, "munge"),
        file(MUNGED_FILE, munged),
        unit(MUNGED, MUNGED_FILE, DIRECTORY + "/munge.key"),
        file(SLURMD_DROP_IN, "[Service]\nExecStart=\n"));
  }

  // The same steps in the same order as a controller's plan of a worker's cleaning.
  private static Group clean() {
    return group(
        CLUSTER + "/clean",
        noUnit("slurmd.service"),
        noProcesses(CLUSTER, UID),
        noUser(CLUSTER, UID),
        noUnit(MUNGED),
        noPath(MUNGED_FILE),
        noPath(SLURMD_DROP_IN),
        noPath(DIRECTORY),
        noPath(STATE),
        hosts(),
        hostName(Machine.NAME));
  }

  @Test
  void nothingOfTheClusterIsLeftAndNothingOfTheSiteIsGone(Machine machine) {
    machine.assign(group("host", packages("munge"), hostName(Machine.NAME), hosts()));
    machine.sh(
        """
        useradd --uid 1502 --create-home admin
        install -d /etc/systemd/system/slurmd.service.d
        echo '[Service]' > /etc/systemd/system/slurmd.service.d/site.conf
        echo 'a note' > /etc/coxswain/note
        # Empty or the agent's own, they outlive every cluster. The mode is the container engine's fault.
        install -d /etc/coxswain/clusters && install -d -m 0700 /var/lib/coxswain-agent/stamps
        chmod 0644 /etc/hostname
        setsid runuser -u admin -- sleep 3600 > /dev/null 2>&1 &""");
    List<String> before = files(machine);
    machine.assign(node());
    assertThat(machine.told(CLUSTER + "/node").state()).isEqualTo("DONE");
    // One that ends when it is asked, one that does not, and files in places that all share.
    machine.sh(
        """
        setsid runuser -u %1$s -- sleep 3600 > /dev/null 2>&1 &
        setsid runuser -u %1$s -- sh -c 'trap "" TERM; touch /tmp/%1$s.deaf; while :; do sleep 1; done' > /dev/null 2>&1 &
        runuser -u %1$s -- sh -c 'mkdir /var/tmp/%1$s.dir; echo work > /var/tmp/%1$s.dir/file; echo more > /home/%1$s/more'"""
            .formatted(CLUSTER));
    machine.await("[ -e /tmp/%s.deaf ]".formatted(CLUSTER));

    machine.assign(clean());

    assertThat(machine.told(CLUSTER + "/clean").state()).isEqualTo("DONE");
    assertThat(machine.attempt("pgrep -u " + UID).getStdout()).isEmpty();
    assertThat(machine.sh("pgrep -c -u admin -x sleep")).isEqualTo("1\n");
    assertThat(Difference.between(before, files(machine))).isEmpty();
    assertThat(
            machine
                .attempt("grep -rlF -- the-munge-key-of- /etc /home /root /run /srv /tmp /var")
                .getStdout())
        .isEmpty();
    assertThat(machine.is("systemctl is-active " + MUNGED)).isFalse();
    assertThat(machine.sh("uname -n")).isEqualTo(Machine.NAME + "\n");
  }

  @Test
  void whatIsNotOursIsRefusedWhoeverAsks(Machine machine) {
    List<Step> steps =
        List.of(
            noPath("/etc/munge"),
            noPath("/var/lib/coxswain-agent/identity"),
            noUser("munge", 1),
            noUnit("ssh.service"));
    List<Group> groups = new ArrayList<>(List.of(group("host", packages("munge"))));
    steps.forEach(step -> groups.add(groupAfter("host", step.getTitle(), step)));
    machine.assign(groups.toArray(Group[]::new));

    for (Step step : steps) {
      assertThat(machine.told(step.getTitle()).reason()).as(step.getTitle()).isEqualTo("NOT_OURS");
    }
    assertThat(
            machine.sh(
                "ls -d /etc/munge /var/lib/coxswain-agent/identity; id -un munge; systemctl is-active ssh"))
        .isEqualTo("/etc/munge\n/var/lib/coxswain-agent/identity\nmunge\nactive\n");
  }

  private static List<String> files(Machine machine) {
    List<String> lines = new ArrayList<>(machine.files(""));
    machine
        .sh(
            "find /etc /home /root /var/lib/munge -xdev -type f ! -path '/etc/*-' -exec sha256sum '{}' +")
        .lines()
        .forEach(lines::add);
    return lines;
  }
}
