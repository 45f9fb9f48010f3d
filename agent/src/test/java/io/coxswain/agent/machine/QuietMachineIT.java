package io.coxswain.agent.machine;

import static io.coxswain.agent.machine.Wanted.file;
import static io.coxswain.agent.machine.Wanted.group;
import static io.coxswain.agent.machine.Wanted.hostName;
import static io.coxswain.agent.machine.Wanted.hosts;
import static io.coxswain.agent.machine.Wanted.packages;
import static io.coxswain.agent.machine.Wanted.secret;
import static io.coxswain.agent.machine.Wanted.unit;
import static io.coxswain.agent.machine.Wanted.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.v1.Group;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A machine that is as it should be is left in peace, and one that is only asked about, too. */
@ExtendWith(MachineExtension.class)
class QuietMachineIT {
  private static final String UNIT = "/etc/systemd/system/quiet.service";
  // A look at every kind of step takes a fraction of a second; ten times that is a defect.
  private static final Duration QUIET_PASS = Duration.ofSeconds(5);

  // Size and both clocks: even a file that is replaced by its like would show.
  private static final String ALL_OF_IT = "%s %T@ %C@";

  private static List<Group> wanted(String name, int uid) {
    return List.of(
        group(
            "host",
            hostName(name),
            hosts("10.9.0.1 " + name),
            packages("munge"),
            user(name, uid, "ssh-ed25519 AAAA a@laptop")),
        group(
            name + "/node",
            secret("/etc/coxswain/clusters/" + name + "/munge.key", "key of " + name, "munge"),
            file(
                UNIT,
                "[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n"),
            unit("quiet.service", UNIT)));
  }

  @Test
  void aSecondConvergenceChangesNothing(Machine machine) {
    Group[] groups = wanted("c-still", 20_010).toArray(Group[]::new);
    machine.assign(groups);
    List<String> before = machine.files(ALL_OF_IT);

    machine.restartAgent();
    machine.awaitEnd();

    for (Group group : groups) {
      Told told = machine.told(group.getName());
      assertThat(told.state()).isEqualTo("DONE");
      assertThat(told.changed()).isEmpty();
      assertThat(told.steps()).hasSize(group.getStepsCount());
      System.out.printf("%s: a quiet pass took %d ms%n", group.getName(), told.took().toMillis());
      assertThat(told.took()).isLessThan(QUIET_PASS);
    }
    assertThat(Difference.between(before, machine.files(ALL_OF_IT))).isEmpty();
  }

  @Test
  void aPlanSaysEverythingAndChangesNothing(Machine machine) {
    machine.assign();
    machine.sh("systemctl stop coxswain-agent.service");
    machine.store(wanted("c-paper", 20_011).toArray(Group[]::new));
    List<String> before = machine.files(ALL_OF_IT);

    String plan = machine.sh("cox-agent plan");

    assertThat(plan)
        .contains(
            "  ~ set the host name\n      host name: ",
            " -> c-paper\n",
            "  ~ name the cluster's machines\n",
            "      user c-paper: create with uid 20011\n",
            "      /etc/coxswain/clusters/c-paper/munge.key: create, 14 bytes\n")
        .containsPattern("generation \\d+: \\d of 7 steps would change something");
    assertThat(Difference.between(before, machine.files(ALL_OF_IT))).isEmpty();
    assertThat(machine.is("id c-paper")).isFalse();
  }

  @Test
  void thePackagesCommandsTellOfTheMachine(Machine machine) {
    machine.assign(group("host", hostName(Machine.NAME)));

    assertThat(machine.sh("cox-agent status"))
        .contains("machine      m-1\n", "controller   127.0.0.1:1\n", "\"state\":\"DONE\"")
        .contains("assignment   generation ");
    assertThat(machine.sh("cox-agent probe")).containsPattern("os +debian 12, ");
  }
}
