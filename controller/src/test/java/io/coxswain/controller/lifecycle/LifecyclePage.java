package io.coxswain.controller.lifecycle;

/**
 * The page about the lifecycle: diagram and table from the code, and a paragraph for each state.
 */
final class LifecyclePage {
  private LifecyclePage() {}

  static String render() {
    StringBuilder text =
        new StringBuilder(
            """
            # The life of an instance

            Made from `InstanceLifecycle` by its test (`mvn test -Dgolden=write` rewrites it); change it there.

            An instance has four readings that never mix: this lifecycle, the link to its machine's agent, the machine's health, and
            what Slurm says of the node. Silence of an agent is a link that is STALE or LOST and changes nothing here.

            ```mermaid
            """);
    text.append(InstanceLifecycle.mermaid()).append("```\n\n");
    text.append(
        "An event that is not in the table for a state means nothing there and changes nothing.\n\n");
    text.append(InstanceLifecycle.table());
    for (InstanceState state : InstanceState.values()) {
      text.append("\n## ").append(state).append("\n\n").append(paragraph(state));
    }
    return text.append("\n## The status of a cluster\n\n").append(status()).toString();
  }

  private static String status() {
    StringBuilder order = new StringBuilder();
    for (InstanceState state : ClusterStatus.PRIORITY) {
      order.append(order.isEmpty() ? "" : ", ").append(state);
    }
    return "The first of these that any of its instances is in: "
        + order
        + ". Always shown with the counts: `FAILED (1/64; 63 RUNNING)`.\n";
  }

  @SuppressWarnings("MethodLength") // One paragraph for each state.
  private static String paragraph(InstanceState state) {
    return switch (state) {
      case PENDING ->
          """
          It has a name and no machine. The planner looks for one that has the shape, the labels and good health; `cox why` says of
          every machine why it was not taken. Nothing is sent to any machine. It leaves when a machine is leased, when none fits
          (FAILED), or when somebody asks for its end.
          """;
      case PROVISIONING ->
          """
          A machine is leased and gets its host name, the cluster's entries in `/etc/hosts`, the packages and the login user. Slurm
          does not know it yet. When the packages are there, what was measured (`slurmd -C`, GPUs, cgroups) is settled for the time
          of the lease.
          """;
      case CONFIGURING ->
          """
          Munge and slurmd (on the jumphost slurmctld) are set up, the node joins, and the acceptance check runs: node idle, GPUs as
          measured, an MPI all-reduce with the right value. A RUNNING instance comes back here when something about it changes, such
          as storage; its jobs go on undisturbed and the node is not drained for it.
          """;
      case CONTAINER_CREATING ->
          """
          The cluster wants a container image and it is being brought to the machine and unpacked. Slurm already runs. Without an
          image this state is passed over.
          """;
      case RUNNING ->
          """
          The acceptance check passed, its evidence is kept and shown, and users' jobs run. Only a step that fails for good, a wish
          for a change, a stop or a destroy ends it: an agent that is silent does not.
          """;
      case STOPPED ->
          """
          Somebody shut it down. The machine stays leased and takes no jobs; nobody else gets it. It can be started again and is then
          configured and proven anew.
          """;
      case DESTROYING ->
          """
          Its jobs are drained or cancelled, the node leaves Slurm, and everything of the cluster is taken off the machine: processes,
          keys, configuration, users' local files, host name. What is not ours, shared file systems first of all, is not touched. The
          result is verified. When it cannot be verified, in time or at all, the instance is FAILED and the machine quarantined.
          """;
      case DESTROYED ->
          """
          Gone for ever: the machine was proven clean and is back in the pool. The record stays for `cox cluster events`.
          """;
      case FAILED ->
          """
          A step failed for good, a deadline passed, no machine fitted, or cleaning could not be proven. It keeps its machine, and
          `cox why` shows the step, the last lines of its output and the next action. `RETRY` goes on from the failed step; without a
          machine (`RETRY_LEASE`) it looks for one again; or it is destroyed.
          """;
    };
  }
}
