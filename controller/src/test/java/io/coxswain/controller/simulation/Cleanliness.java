package io.coxswain.controller.simulation;

import io.coxswain.agent.host.FakeHost;
import java.util.ArrayList;
import java.util.List;

/** Whether anything of any cluster is left on a machine. */
final class Cleanliness {
  private static final int FIRST_UID = 20_000;
  private static final int FIRST_OF_DEBIAN = 60_000;

  private Cleanliness() {}

  /** What is left of a cluster, if anything. */
  static List<String> leftovers(AgentMachine machine) {
    FakeHost host = machine.host();
    List<String> left = new ArrayList<>();
    host.users().all().values().stream()
        .filter(account -> account.uid() >= FIRST_UID && account.uid() < FIRST_OF_DEBIAN)
        .forEach(
            account -> {
              left.add("user " + account.name());
              host.users()
                  .processes(account.uid())
                  .forEach(process -> left.add("process " + process));
            });
    if (!host.identity().hostName().equals(machine.name())) {
      left.add("host name " + host.identity().hostName());
    }
    if (host.units().isActive("slurmd.service")) {
      left.add("slurmd runs");
    }
    files(host, "/etc/coxswain/clusters", left);
    files(host, "/etc/systemd/system", left);
    if (!host.files().isOnOtherMount("/home/x")) {
      files(host, "/home", left);
    }
    files(host, "/var/spool", left);
    files(host, "/var/lib", left);
    left.remove("/var/lib/coxswain-agent");
    for (String dropIn : List.of("slurmd.service.d", "munge.service.d")) {
      left.remove("/etc/systemd/system/" + dropIn);
      files(host, "/etc/systemd/system/" + dropIn, left);
    }
    if (host.files().stat("/etc/hosts").isPresent()
        && host.files().text("/etc/hosts").contains("c-")) {
      left.add("/etc/hosts names a cluster");
    }
    return left;
  }

  private static void files(FakeHost host, String directory, List<String> left) {
    host.files().list(directory).forEach(name -> left.add(directory + "/" + name));
  }

  static void demand(AgentMachine machine) {
    List<String> left = leftovers(machine);
    Oracle.demand(left.isEmpty(), machine.name() + " is free and not clean: " + left);
  }
}
