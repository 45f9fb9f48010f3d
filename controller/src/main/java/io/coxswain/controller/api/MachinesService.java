package io.coxswain.controller.api;

import io.coxswain.controller.access.JoinTokens;
import io.coxswain.controller.api.caller.Caller;
import io.coxswain.controller.api.wire.Times;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.reconcile.Agents;
import io.coxswain.controller.reconcile.Fleet;
import io.coxswain.controller.reconcile.Intents;
import io.coxswain.controller.reconcile.Lookup;
import io.coxswain.controller.reconcile.Repairs;
import io.coxswain.controller.spec.InvalidSpecException;
import io.coxswain.controller.spec.Repair;
import io.coxswain.controller.spec.Selector;
import io.coxswain.controller.store.Store;
import io.coxswain.v1.ClearMachineRequest;
import io.coxswain.v1.CreateJoinTokenRequest;
import io.coxswain.v1.CreateJoinTokenResponse;
import io.coxswain.v1.GetMachineRequest;
import io.coxswain.v1.LabelMachineRequest;
import io.coxswain.v1.ListMachinesRequest;
import io.coxswain.v1.ListMachinesResponse;
import io.coxswain.v1.MachineRole;
import io.coxswain.v1.MachinesGrpc;
import io.coxswain.v1.RemoveMachineRequest;
import io.coxswain.v1.RemoveMachineResponse;
import io.coxswain.v1.RepairAction;
import io.coxswain.v1.RepairMachineRequest;
import io.coxswain.v1.RepairMachineResponse;
import io.coxswain.v1.RevokeMachineRequest;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The servers that have an agent. */
final class MachinesService extends MachinesGrpc.MachinesImplBase {
  private final Store store;
  private final Intents intents;
  private final Views views;
  private final JoinTokens tokens;
  private final Agents agents;
  private final Fleet fleet;
  private final Joining joining;

  /** What somebody who joins a machine must know besides the token. */
  record Joining(String caPin, String controller) {}

  MachinesService(
      Store store,
      Intents intents,
      Views views,
      JoinTokens tokens,
      Agents agents,
      Fleet fleet,
      Joining joining) {
    this.store = store;
    this.intents = intents;
    this.views = views;
    this.tokens = tokens;
    this.agents = agents;
    this.fleet = fleet;
    this.joining = joining;
  }

  @Override
  public void listMachines(ListMachinesRequest request, StreamObserver<ListMachinesResponse> out) {
    Selector selector = Selector.parse(request.getSelector());
    ListMachinesResponse.Builder answer = ListMachinesResponse.newBuilder();
    store
        .read(
            tx -> {
              Map<String, List<String>> leases = new HashMap<>();
              for (Instance instance : tx.instances()) {
                leases
                    .computeIfAbsent(instance.machineId(), id -> new ArrayList<>())
                    .add(instance.name());
              }
              return tx.machines().stream()
                  .filter(machine -> selector.matches(machine.labels()))
                  .map(
                      machine ->
                          views.machine(tx, machine, leases.getOrDefault(machine.id(), List.of())))
                  .toList();
            })
        .forEach(answer::addMachines);
    Requests.answer(out, answer.build());
  }

  @Override
  public void getMachine(GetMachineRequest request, StreamObserver<io.coxswain.v1.Machine> out) {
    Requests.answer(
        out, store.read(tx -> views.machine(tx, Lookup.machine(tx, request.getName()))));
  }

  @Override
  public void createJoinToken(
      CreateJoinTokenRequest request, StreamObserver<CreateJoinTokenResponse> out) {
    request.getLabelsMap().forEach(Selector::requireLabel);
    int uses = request.getUses() == 0 ? 1 : request.getUses();
    if (uses < 1 || uses > JoinTokens.MOST_USES) {
      throw new InvalidSpecException(
          "uses",
          "uses: "
              + Integer.toUnsignedString(uses)
              + " (expected: 1 to "
              + JoinTokens.MOST_USES
              + ")");
    }
    JoinTokens.Grant grant =
        new JoinTokens.Grant(
            role(request.getRole()),
            request.getName(),
            request.getSerial(),
            uses,
            life(request),
            request.getLabelsMap());
    JoinTokens.Issued issued = store.write(tx -> tokens.issue(tx, grant));
    Requests.answer(
        out,
        CreateJoinTokenResponse.newBuilder()
            .setToken(issued.token())
            .setCaPin(joining.caPin())
            .setController(joining.controller())
            .setExpiresAt(Times.wire(issued.expiresAt()))
            .build());
  }

  @Override
  public void labelMachine(
      LabelMachineRequest request, StreamObserver<io.coxswain.v1.Machine> out) {
    answer(out, intents.label(request.getName(), request.getSetMap(), request.getRemoveList()));
  }

  @Override
  public void revokeMachine(
      RevokeMachineRequest request, StreamObserver<io.coxswain.v1.Machine> out) {
    Machine revoked = intents.revoke(request.getName(), request.getReason());
    agents.cutOff(revoked.id());
    answer(out, revoked);
  }

  @Override
  public void removeMachine(
      RemoveMachineRequest request, StreamObserver<RemoveMachineResponse> out) {
    Machine removed = intents.remove(request.getName());
    agents.cutOff(removed.id());
    fleet.forget(removed.id());
    Requests.answer(out, RemoveMachineResponse.getDefaultInstance());
  }

  @Override
  public void repairMachine(
      RepairMachineRequest request, StreamObserver<RepairMachineResponse> out) {
    Repairs.Wish wish =
        new Repairs.Wish(
            request.getName(),
            kind(request.getAction()),
            "",
            request.getSubject(),
            request.getForce(),
            Caller.current().name());
    Repairs.Plan plan =
        request.getValidateOnly() ? intents.repairs().plan(wish) : intents.repairs().ask(wish);
    io.coxswain.v1.Machine machine = store.read(tx -> views.machine(tx, plan.machine()));
    Requests.answer(
        out,
        RepairMachineResponse.newBuilder().addAllPlan(plan.steps()).setMachine(machine).build());
  }

  @Override
  public void clearMachine(
      ClearMachineRequest request, StreamObserver<io.coxswain.v1.Machine> out) {
    String by = Caller.current().name();
    if (request.getQuarantine() == request.getCheck().isEmpty()) {
      Machine cleared =
          request.getQuarantine()
              ? intents.repairs().release(request.getName(), by)
              : intents
                  .repairs()
                  .ask(
                      new Repairs.Wish(
                          request.getName(),
                          Repair.Kind.CLEAR,
                          request.getCheck(),
                          request.getSubject(),
                          false,
                          by))
                  .machine();
      answer(out, cleared);
      return;
    }
    throw new InvalidSpecException(
        "check", "check and quarantine: both or none (expected: one of them)");
  }

  private static Repair.Kind kind(RepairAction action) {
    return switch (action) {
      case RESET_GPU -> Repair.Kind.RESET_GPU;
      case REBOOT -> Repair.Kind.REBOOT;
      case REPLACE -> Repair.Kind.REPLACE;
      case REPAIR_ACTION_UNSPECIFIED, NO_REPAIR, HARDWARE, UNRECOGNIZED ->
          throw new InvalidSpecException(
              "action", "action: " + action + " (expected: RESET_GPU, REBOOT or REPLACE)");
    };
  }

  private void answer(StreamObserver<io.coxswain.v1.Machine> out, Machine machine) {
    Requests.answer(out, store.read(tx -> views.machine(tx, machine)));
  }

  private static Machine.Role role(MachineRole role) {
    return switch (role) {
      case MACHINE_ROLE_UNSPECIFIED, WORKER -> Machine.Role.WORKER;
      case JUMPHOST -> Machine.Role.JUMPHOST;
      case UNRECOGNIZED ->
          throw new InvalidSpecException("role", "role: unknown (expected: WORKER or JUMPHOST)");
    };
  }

  private static Duration life(CreateJoinTokenRequest request) {
    if (!request.hasExpiresIn()) {
      return JoinTokens.DEFAULT_LIFE;
    }
    // Seconds alone: nobody needs a token for half a second, and the sum could not overflow.
    long seconds = request.getExpiresIn().getSeconds();
    if (seconds < 1 || seconds > JoinTokens.LONGEST_LIFE.toSeconds()) {
      throw new InvalidSpecException(
          "expires_in", "expires in: " + seconds + " s (expected: 1 s to 30 days)");
    }
    return Duration.ofSeconds(seconds);
  }
}
