package io.coxswain.controller.plan;

import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.spec.Assignment.Group;
import io.coxswain.controller.spec.Assignment.Step;
import io.coxswain.controller.spec.DriverSet;
import io.coxswain.controller.spec.Repair;
import io.coxswain.controller.spec.Want;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a machine's own agent does for a repair, once its node has no jobs. */
final class RepairSteps {
  /** One group while the agent is to work at it; none before and after. */
  List<Group> of(Machine machine) {
    return machine
        .care()
        .repair()
        .filter(repair -> repair.state() == Repair.State.UNDER_WAY)
        // Its groups are the cluster's: the machine is cleaned of it.
        .filter(repair -> !repair.work().partsFromCluster())
        .map(
            repair ->
                List.of(new Group(GroupNames.repair(repair.id()), List.of(), 0, steps(repair))))
        .orElse(List.of());
  }

  private static List<Step> steps(Repair repair) {
    String id = repair.id();
    Repair.Work work = repair.work();
    return switch (work.kind()) {
      case CLEAR ->
          List.of(
              new Step(
                  "forget " + work.check(),
                  new Want.HealthCleared(id, work.check(), work.subject())));
      case REBOOT -> List.of(new Step("reboot", new Want.Rebooted(id)));
      case RESET_GPU ->
          List.of(
              new Step("reset the GPU " + work.subject(), new Want.GpuReset(id, work.subject())));
      case APPLY_BUNDLE -> install(id, work);
      case RESTORE_BUNDLE ->
          List.of(
              new Step("bring back what was before", new Want.DriverRestored(id, work.undoes())),
              new Step(
                  "check the driver that runs",
                  new Want.DriverLoaded(id, "", Optional.empty(), work.mayReboot())),
              new Step("describe the GPUs to containers", new Want.CdiSpecification()));
      case REPLACE, LEAVE ->
          throw new IllegalStateException(
              "repair: " + work.kind() + " (expected: one of the machine itself)");
    };
  }

  private static List<Step> install(String id, Repair.Work work) {
    DriverSet driver = work.driver().orElseThrow();
    List<Step> steps = new ArrayList<>();
    steps.add(new Step("check that the driver fits", new Want.DriverFit(driver)));
    steps.add(new Step("install " + driver.bundle(), new Want.DriverInstalled(id, driver)));
    steps.add(
        new Step(
            "check the driver that runs",
            new Want.DriverLoaded(
                id, driver.versionPrefix(), Optional.of(driver.flavour()), work.mayReboot())));
    driver
        .units()
        .forEach(
            unit -> steps.add(new Step("run " + unit, new Want.Unit(unit, List.of(), List.of()))));
    if (driver.hasContainerToolkit()) {
      steps.add(new Step("describe the GPUs to containers", new Want.CdiSpecification()));
    }
    return steps;
  }
}
