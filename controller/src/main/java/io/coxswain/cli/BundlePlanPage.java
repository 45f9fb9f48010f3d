package io.coxswain.cli;

import io.coxswain.v1.MachinePlan;
import io.coxswain.v1.PlanBundleResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a bundle would do, as people read it: the machines in their order, then what changes, told
 * once for machines that are alike.
 */
final class BundlePlanPage {
  private BundlePlanPage() {}

  static void print(PlanBundleResponse plan, Terminal terminal) {
    Page page = new Page(terminal);
    page.fact("bundle", plan.getBundle());
    if (plan.getMachinesCount() == 0) {
      page.fact("machines", "none").flush();
      return;
    }
    Table order = new Table("MACHINE", "INSTANCE", "CHANGES", "DISRUPTION", "JOBS", "UNWELL");
    Map<MachinePlan, List<String>> alike = new LinkedHashMap<>();
    for (MachinePlan machine : plan.getMachinesList()) {
      order.add(
          machine.getMachine(),
          machine.getInstance(),
          machine.getObstaclesCount() > 0
              ? "(refused)"
              : machine.getChangesCount() == 0 ? "none" : String.valueOf(machine.getChangesCount()),
          disruption(machine.getDisruption()),
          String.join(", ", machine.getJobsList()),
          machine.getUnwell());
      MachinePlan what =
          machine.toBuilder().clearMachine().clearInstance().clearJobs().clearUnwell().build();
      alike.computeIfAbsent(what, each -> new ArrayList<>()).add(machine.getMachine());
    }
    page.table(order);
    alike.forEach((what, machines) -> details(what, machines, page));
    page.flush();
  }

  private static void details(MachinePlan what, List<String> machines, Page page) {
    if (what.getChangesCount() + what.getObstaclesCount() + what.getNotesCount() == 0) {
      return;
    }
    page.heading(String.join(", ", machines) + ":");
    for (String obstacle : what.getObstaclesList()) {
      page.line("against: " + obstacle);
    }
    for (String note : what.getNotesList()) {
      page.line("note: " + note);
    }
    Table changes = new Table("FIELD", "FROM", "TO", "DISRUPTION");
    for (MachinePlan.Change change : what.getChangesList()) {
      changes.add(
          change.getField(), change.getFrom(), change.getTo(), disruption(change.getDisruption()));
    }
    page.table(changes);
  }

  private static String disruption(MachinePlan.Disruption disruption) {
    return disruption == MachinePlan.Disruption.DISRUPTION_UNSPECIFIED
        ? ""
        : Text.words(disruption);
  }
}
