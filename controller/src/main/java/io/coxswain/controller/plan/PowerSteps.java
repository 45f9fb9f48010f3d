package io.coxswain.controller.plan;

import io.coxswain.controller.lifecycle.PowerOrder;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.spec.Assignment.Group;
import io.coxswain.controller.spec.Assignment.Step;
import io.coxswain.controller.spec.Bmc;
import io.coxswain.controller.spec.PowerDeed;
import io.coxswain.controller.spec.Secret;
import io.coxswain.controller.spec.Want;
import java.util.ArrayList;
import java.util.List;

/**
 * What agents do for machines' power: the jumphost's speaks to BMCs, a machine's own shuts it down.
 * A password is part of an assignment only while its order is under way.
 */
final class PowerSteps {
  private final World world;

  PowerSteps(World world) {
    this.world = world;
  }

  List<Group> of(Machine machine) {
    List<Group> groups = new ArrayList<>();
    for (PowerView view : world.power()) {
      PowerOrder order = view.order();
      boolean isUnderWay = order.state() == PowerOrder.State.UNDER_WAY;
      if (isUnderWay && order.jumphostId().equals(machine.id()) && view.trouble().isEmpty()) {
        view.bmc().ifPresent(bmc -> groups.add(switching(view, bmc)));
      }
      if (isUnderWay && isOwnShutdown(order) && order.machineId().equals(machine.id())) {
        groups.add(
            new Group(
                GroupNames.powerOff(order.operation()),
                List.of(),
                0,
                List.of(new Step("shut down", new Want.PoweredOff(order.operation())))));
      }
    }
    return groups;
  }

  /** Whether the machine's own agent is to shut it down. */
  static boolean isOwnShutdown(PowerOrder order) {
    return order.deed() == PowerDeed.AWAIT_OFF;
  }

  private Group switching(PowerView view, Bmc bmc) {
    PowerOrder order = view.order();
    MachineView machine = world.machines().get(order.machineId());
    String name = machine == null ? order.machineId() : machine.machine().name();
    List<Step> steps = new ArrayList<>();
    if (bmc.protocol() == Bmc.Protocol.IPMI) {
      steps.add(new Step("install ipmitool", new Want.Packages(List.of("ipmitool"))));
    }
    steps.add(
        new Step(
            order.deed().words() + ": " + name,
            new Want.Powered(
                order.operation(),
                name,
                bmc,
                view.password().orElse(new Secret(new byte[0])),
                order.deed(),
                order.isForced())));
    return new Group(GroupNames.power(order.operation()), List.of(), 0, steps);
  }
}
