package io.coxswain.controller.access;

import static io.coxswain.controller.access.Authorization.Caller.AGENT;
import static io.coxswain.controller.access.Authorization.Caller.ANONYMOUS;
import static io.coxswain.controller.access.Authorization.Caller.LOCAL_USER;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Which kind of caller may call what. What is not in the table is refused to all. */
public final class Authorization {
  private static final Map<String, Set<String>> PEOPLE =
      Map.ofEntries(
          Map.entry(
              "Machines",
              Set.of(
                  "ListMachines",
                  "GetMachine",
                  "CreateJoinToken",
                  "LabelMachine",
                  "RepairMachine",
                  "ClearMachine",
                  "RevokeMachine",
                  "RemoveMachine")),
          Map.entry(
              "Clusters",
              Set.of(
                  "CreateCluster",
                  "ListClusters",
                  "GetCluster",
                  "EditCluster",
                  "DestroyCluster",
                  "ScaleCluster",
                  "ApplyCluster",
                  "ExportCluster",
                  "ListEvents",
                  "Explain",
                  "GetVersion")),
          Map.entry(
              "Instances",
              Set.of(
                  "ListInstances",
                  "GetInstance",
                  "RetryInstance",
                  "RemoveInstance",
                  "DrainInstance",
                  "ResumeInstance")),
          Map.entry(
              "Operations",
              Set.of("ListOperations", "GetOperation", "CancelOperation", "WatchOperation")),
          Map.entry(
              "Bundles",
              Set.of(
                  "ListBundles",
                  "GetBundle",
                  "PlanBundle",
                  "ApplyBundle",
                  "RollBackBundle",
                  "ListRolls",
                  "GetRoll")),
          Map.entry("NodeTests", Set.of("StartNodeTest", "GetNodeTest")),
          Map.entry("Histories", Set.of("GetMachineHistory")),
          Map.entry(
              "Power",
              Set.of(
                  "SetBmc",
                  "GetBmc",
                  "RemoveBmc",
                  "PowerMachine",
                  "StopInstance",
                  "StartInstance")),
          Map.entry(
              "Volumes",
              Set.of(
                  "CreateVolume",
                  "ListVolumes",
                  "GetVolume",
                  "EditVolume",
                  "DestroyVolume",
                  "AttachVolume",
                  "DetachVolume",
                  "StartVolumeTest",
                  "GetVolumeTest")),
          Map.entry(
              "Nodepools",
              Set.of("CreateNodepool", "ListNodepools", "EditNodepool", "DeleteNodepool")),
          Map.entry("Images", Set.of("ListImages", "GetImage", "ImportImage", "RemoveImage")));

  /** By full name of the RPC: {@code coxswain.v1.Clusters/ListClusters}. */
  public static final Map<String, Set<Caller>> TABLE = table();

  private Authorization() {}

  public static boolean isAllowed(String rpc, PeerIdentity peer) {
    return TABLE.getOrDefault(rpc, Set.of()).contains(Caller.of(peer));
  }

  private static Map<String, Set<Caller>> table() {
    Map<String, Set<Caller>> table = new TreeMap<>();
    // A token proves the right to join, so there is no certificate yet; a machine may join anew
    // with the one it has.
    table.put("coxswain.v1.AgentLink/Enroll", Set.of(ANONYMOUS, AGENT));
    table.put("coxswain.v1.AgentLink/Renew", Set.of(AGENT));
    table.put("coxswain.v1.AgentLink/Connect", Set.of(AGENT));
    table.put("coxswain.v1.ImageArchives/FetchImage", Set.of(AGENT));
    PEOPLE.forEach(
        (service, rpcs) ->
            rpcs.forEach(
                rpc -> table.put("coxswain.v1." + service + "/" + rpc, Set.of(LOCAL_USER))));
    return Map.copyOf(table);
  }

  /** A kind of caller. */
  public enum Caller {
    ANONYMOUS,
    AGENT,
    LOCAL_USER;

    static Caller of(PeerIdentity peer) {
      return switch (peer) {
        case PeerIdentity.Agent _ -> AGENT;
        case PeerIdentity.LocalUser _ -> LOCAL_USER;
        case PeerIdentity.Anonymous _ -> ANONYMOUS;
      };
    }
  }
}
