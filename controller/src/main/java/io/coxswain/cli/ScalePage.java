package io.coxswain.cli;

import io.coxswain.v1.Plan;
import io.coxswain.v1.ScaleClusterResponse;
import java.util.ArrayList;
import java.util.List;

/** What comes and goes by a change of a cluster's size. */
final class ScalePage {
  private ScalePage() {}

  /** "+ c-7f3a-2 on gpu03", "- c-7f3a-1"; none when nothing does. */
  static List<String> lines(ScaleClusterResponse plan) {
    List<String> lines = new ArrayList<>();
    for (Plan.Lease lease : plan.getPlan().getLeasesList()) {
      lines.add("+ " + lease.getInstance() + " on " + lease.getMachine());
    }
    for (String name : plan.getLeavingList()) {
      lines.add("- " + name);
    }
    return lines;
  }
}
