package io.coxswain.cli;

import io.coxswain.v1.Event;
import io.coxswain.v1.ListEventsRequest;
import io.coxswain.v1.ListEventsResponse;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cox cluster events}. */
@Command(
    name = "events",
    header = "Show what happened to a cluster, oldest first.",
    footer = {
      "",
      "Examples:",
      "  cox cluster events c-7f3a",
      "  cox cluster events c-7f3a --follow",
      "  cox cluster events c-7f3a --after 120 -o json"
    })
final class ClusterEventsCommand extends PrintingCommand {
  @Parameters(paramLabel = "CLUSTER", description = "Name or id.")
  String cluster = "";

  @Option(names = "--after", paramLabel = "NUMBER", description = "Only events after this number.")
  long after;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "At most this many. Default: what the controller gives.")
  int limit;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with what happens from now on, until interrupted.")
  boolean follow;

  private static final Duration PAUSE = Duration.ofSeconds(1);

  @Override
  int run() {
    if (after < 0 || limit < 0) {
      throw CoxException.usage("--after, --limit: below zero", "", "");
    }
    return follow ? follow() : show(ask(after));
  }

  private ListEventsResponse ask(long after) {
    return controller()
        .call(
            "Clusters/ListEvents",
            ListEventsRequest.newBuilder()
                .setCluster(cluster)
                .setAfter(after)
                .setLimit(limit)
                .build(),
            ListEventsResponse.parser());
  }

  private int follow() {
    long last = after;
    while (true) {
      for (Event event : ask(last).getEventsList()) {
        last = event.getNumber();
        if (!isPrinted(event, Long.toUnsignedString(last))) {
          line(
              String.join(
                  "  ",
                  Long.toUnsignedString(last),
                  Text.moment(event.getAt()),
                  event.getInstance().isEmpty() ? cluster : event.getInstance(),
                  event.getKind(),
                  event.getMessage()));
        }
      }
      terminal().out().flush();
      try {
        terminal().time().pause().pause(PAUSE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return ExitCode.DONE;
      }
    }
  }

  private int show(ListEventsResponse answer) {
    if (format == Format.NAME) {
      for (Event event : answer.getEventsList()) {
        line(Long.toUnsignedString(event.getNumber()));
      }
      return ExitCode.DONE;
    }
    if (isPrinted(answer)) {
      return ExitCode.DONE;
    }
    Table table = new Table("NUMBER", "AT", "INSTANCE", "MACHINE", "EVENT", "MESSAGE");
    for (Event event : answer.getEventsList()) {
      table.add(
          Long.toUnsignedString(event.getNumber()),
          Text.moment(event.getAt()),
          event.getInstance(),
          event.getMachine(),
          event.getKind(),
          event.getMessage());
    }
    return print(table, "no events");
  }
}
