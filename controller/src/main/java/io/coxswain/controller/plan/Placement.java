package io.coxswain.controller.plan;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Which machine for which instance, and why others were not taken.
 *
 * @param missing how many instances got none; 0 when all did
 */
public record Placement(List<Lease> leases, List<Rejection> rejections, int missing) {
  public Placement {
    leases = List.copyOf(leases);
    rejections = List.copyOf(rejections);
  }

  public record Lease(String instance, String machineId, String machine) {}

  public record Rejection(String machine, String why) {}

  public boolean isComplete() {
    return missing == 0;
  }

  /** "gpu07: 7 of 8 GPUs; gpu03: leased to c-12ab". */
  public String why() {
    return rejections.stream()
        .map(rejection -> rejection.machine() + ": " + rejection.why())
        .collect(Collectors.joining("; "));
  }
}
