package io.coxswain.cli;

import io.coxswain.v1.Instance;
import io.coxswain.v1.ListInstancesRequest;
import io.coxswain.v1.ListInstancesResponse;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cox instance list}. */
@Command(
    name = "list",
    aliases = "ls",
    header = "List instances: the slots of clusters and the machines they lease.",
    footer = {
      "",
      "Examples:",
      "  cox instance list",
      "  cox instance list --cluster c-7f3a -o name"
    })
final class InstanceListCommand extends PrintingCommand {
  @Option(names = "--cluster", paramLabel = "CLUSTER", description = "Only those of this cluster.")
  String cluster = "";

  @Override
  int run() {
    ListInstancesResponse answer =
        controller()
            .call(
                "Instances/ListInstances",
                ListInstancesRequest.newBuilder().setCluster(cluster).build(),
                ListInstancesResponse.parser());
    if (format == Format.NAME) {
      for (Instance instance : answer.getInstancesList()) {
        line(instance.getName());
      }
      return ExitCode.DONE;
    }
    return isPrinted(answer) ? ExitCode.DONE : print(table(answer), "no instances");
  }

  private Table table(ListInstancesResponse answer) {
    boolean isWide = format == Format.WIDE;
    Instant now = terminal().time().clock().instant();
    Table table =
        isWide
            ? new Table(
                "NAME",
                "LIFECYCLE",
                "LINK",
                "HEALTH",
                "SCHEDULER",
                "MACHINE",
                "SHAPE",
                "ADDRESS",
                "STEP")
            : new Table("NAME", "LIFECYCLE", "LINK", "HEALTH", "SCHEDULER", "MACHINE");
    for (Instance instance : answer.getInstancesList()) {
      String lifecycle = Text.name(instance.getLifecycle());
      String link = Text.name(instance.getLink());
      String health = Text.name(instance.getHealth());
      String scheduler = InstancePage.scheduler(instance);
      if (isWide) {
        table.add(
            instance.getName(),
            lifecycle,
            link,
            health,
            scheduler,
            instance.getMachine(),
            instance.getShape(),
            instance.getAddress(),
            InstancePage.step(instance, now));
      } else {
        table.add(instance.getName(), lifecycle, link, health, scheduler, instance.getMachine());
      }
    }
    return table;
  }
}
