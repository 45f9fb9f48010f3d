package io.coxswain.cli;

import io.coxswain.v1.BundleMachines;
import java.util.List;
import picocli.CommandLine.Option;

/** A command about bundles on some of the machines: by name, by cluster, by label. */
abstract class BundleSelectionCommand extends PrintingCommand {
  @Option(names = "--cluster", paramLabel = "CLUSTER", description = "The workers of this cluster.")
  String cluster = "";

  @Option(
      names = {"-l", "--selector"},
      paramLabel = "LABEL=VALUE,...",
      description = "Machines with all these labels.")
  String selector = "";

  final BundleMachines chosen(List<String> names) {
    return BundleMachines.newBuilder()
        .addAllNames(names)
        .setCluster(cluster)
        .setSelector(selector)
        .build();
  }

  /** The same, where leaving everything out would mean too much. */
  final BundleMachines required(List<String> names) {
    if (names.isEmpty() && cluster.isEmpty() && selector.isEmpty()) {
      throw CoxException.usage(
          "which machines? (expected: MACHINE..., --cluster or --selector)",
          "",
          "cox machine list");
    }
    return chosen(names);
  }
}
