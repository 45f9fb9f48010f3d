package io.coxswain.controller.simulation;

import java.time.Duration;
import java.util.List;

/** What happens to machines, network and controller from outside, until it is over. */
final class Trouble {
  private static final List<String> DEEDS =
      List.of(
          "remove user",
          "restart slurmd",
          "restart coxswain-slurmctld",
          "write /etc/",
          "install munge",
          "delete tree",
          "set host name",
          "disable ",
          "run srun");

  private final Timeline timeline;
  private final RandomFaults faults;
  private final ControllerProcess controller;
  private final List<AgentMachine> machines;
  private boolean isOver;

  Trouble(
      Timeline timeline,
      RandomFaults faults,
      ControllerProcess controller,
      List<AgentMachine> machines) {
    this.timeline = timeline;
    this.faults = faults;
    this.controller = controller;
    this.machines = List.copyOf(machines);
  }

  /** Something now and then from now on. */
  void begin(Duration longestPause) {
    timeline.in(
        timeline.between(Duration.ofSeconds(2), longestPause),
        () -> {
          if (!isOver) {
            happen(machines.get(timeline.random().nextInt(machines.size())));
            begin(longestPause);
          }
        });
  }

  /** Everything is well again. */
  void end() {
    isOver = true;
    timeline.trace("trouble", "is over");
    faults.stop();
    machines.forEach(
        machine -> {
          machine.heal();
          machine.probe().blind(false);
          machine.probe().loseCard(false);
          machine.host().packages().lock(false);
          machine.host().packages().withdraw("slurm-client", false);
        });
  }

  private void happen(AgentMachine machine) {
    switch (timeline.random().nextInt(12)) {
      case 0 -> machine.cut(Duration.ofSeconds(2), Duration.ofSeconds(20));
      case 1 -> machine.silence(timeline.between(Duration.ofSeconds(10), Duration.ofSeconds(300)));
      case 2 -> machine.congest(timeline.between(Duration.ofSeconds(1), Duration.ofSeconds(20)));
      case 3 -> lockPackages(machine);
      case 4 -> withdrawPackage(machine);
      case 5 -> sicken(machine);
      case 6 -> blind(machine);
      case 7 -> killUnit(machine);
      case 8 -> machine.die("by a person", false);
      case 9 -> machine.die("by lightning", true);
      case 10 -> loseCard(machine);
      default -> controller.die("by a person");
    }
  }

  private void lockPackages(AgentMachine machine) {
    timeline.trace(machine.name(), "its package lock is held");
    machine.host().packages().lock(true);
    timeline.in(someMinutes(), () -> machine.host().packages().lock(false));
  }

  private void withdrawPackage(AgentMachine machine) {
    timeline.trace(machine.name(), "its sources lack slurm-client");
    machine.host().packages().withdraw("slurm-client", true);
    timeline.in(someMinutes(), () -> machine.host().packages().withdraw("slurm-client", false));
  }

  private void sicken(AgentMachine machine) {
    String deed = DEEDS.get(timeline.random().nextInt(DEEDS.size()));
    timeline.trace(machine.name(), "fails to " + deed);
    faults.sicken(machine.name(), deed);
    timeline.in(someMinutes(), () -> faults.sicken(machine.name(), ""));
  }

  private void blind(AgentMachine machine) {
    timeline.trace(machine.name(), "its probe is blind");
    machine.probe().blind(true);
    timeline.in(someMinutes(), () -> machine.probe().blind(false));
  }

  private void loseCard(AgentMachine machine) {
    timeline.trace(machine.name(), "a card falls off the bus");
    machine.probe().loseCard(true);
    timeline.in(someMinutes(), () -> machine.probe().loseCard(false));
  }

  private void killUnit(AgentMachine machine) {
    List<String> units =
        machine.host().units().snapshot().stream()
            .map(line -> line.substring(0, line.indexOf(' ')))
            .toList();
    if (!units.isEmpty() && machine.host().isUp()) {
      String unit = units.get(timeline.random().nextInt(units.size()));
      timeline.trace(machine.name(), unit + " dies");
      machine.host().units().kill(unit);
    }
  }

  private Duration someMinutes() {
    return timeline.between(Duration.ofSeconds(5), Duration.ofMinutes(8));
  }
}
