package io.coxswain.controller.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.controller.bundle.Catalogue;
import io.coxswain.controller.bundle.Catalogues;
import io.coxswain.controller.bundle.GpuServer;
import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.lifecycle.Roll;
import io.coxswain.controller.observed.DriverStack.Answer;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.observed.Verdict;
import io.coxswain.controller.reconcile.BundlePlans.Choice;
import io.coxswain.controller.reconcile.BundlePlans.MachinePlan;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.InvalidSpecException;
import io.coxswain.controller.spec.Nodepool;
import io.coxswain.controller.spec.Secret;
import io.coxswain.controller.spec.Selector;
import io.coxswain.controller.spec.Shape;
import io.coxswain.controller.store.MemoryStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which machines a bundle goes to, in which order, and what is refused. */
final class BundleOrdersTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final ClusterId C = new ClusterId("c-00a1");
  private static final Catalogue OWN = Catalogues.own();
  private static final Choice ALL = new Choice(List.of(), "", Selector.ANY);

  private final MemoryStore store = new MemoryStore();
  private final Fleet fleet = new Fleet();
  private final Recorded rolls = new Recorded(store);
  private final BundlePlans plans = new BundlePlans(store, fleet);
  private final BundleOrders orders = new BundleOrders(store, plans, rolls);

  /** Remembers what was ordered, and its operation. */
  private record Recorded(MemoryStore store, List<Order> orders) implements Rolls {
    Recorded(MemoryStore store) {
      this(store, new ArrayList<>());
    }

    @Override
    public Operation begin(Order order) {
      orders.add(order);
      Operation operation =
          new Operation(
              "op-" + orders.size(),
              Operation.Kind.APPLY_BUNDLE,
              Operation.State.IN_PROGRESS,
              Optional.empty(),
              order.requestId(),
              NOON,
              Optional.empty(),
              "");
      store.write(
          tx -> {
            tx.save(operation);
            return true;
          });
      return operation;
    }

    @Override
    public List<Roll> rolls() {
      return List.of();
    }

    @Override
    public Optional<Roll> roll(String operation) {
      return Optional.empty();
    }
  }

  @BeforeEach
  void threeWorkersAndAJumphost() {
    enrol("m-0", "jump", Machine.Role.JUMPHOST);
    enrol("m-1", "gpu01", Machine.Role.WORKER);
    enrol("m-2", "gpu02", Machine.Role.WORKER);
    enrol("m-3", "gpu03", Machine.Role.WORKER);
    tells("m-1", new GpuServer());
    tells("m-2", new GpuServer());
    tells("m-3", new GpuServer());
  }

  private void enrol(String id, String name, Machine.Role role) {
    Machine machine =
        new Machine(
            id,
            name,
            role,
            "uuid-" + name,
            "",
            Map.of("rack", name.equals("gpu03") ? "b1" : "a1"),
            NOON,
            "01",
            NOON.plusSeconds(86_400),
            false,
            "",
            Optional.empty(),
            0,
            "");
    store.write(
        tx -> {
          tx.save(machine);
          return true;
        });
  }

  private void tells(String id, GpuServer server) {
    fleet.connected(id, 0, NOON);
    fleet.reported(id, server.facts(), NOON);
  }

  private void lease(String machineId) {
    ClusterSpec spec =
        new ClusterSpec(
            C,
            "train",
            List.of(
                Nodepool.fixed(Nodepool.MAIN, new Shape(8, "H200"), 1, Selector.ANY, List.of())),
            List.of("ssh-ed25519 AAAA me"),
            false,
            20_000,
            6820,
            "jump",
            ClusterSpec.Intent.RUN,
            "alice",
            NOON);
    store.write(
        tx -> {
          tx.save(new Cluster(spec, new Secret(new byte[1024]), Optional.empty()));
          tx.save(
              Instance.jumphost(C, NOON)
                  .leasing("m-0")
                  .in(InstanceState.RUNNING, NOON, Optional.empty()));
          tx.save(
              Instance.pending(C, 0, Nodepool.MAIN, NOON)
                  .leasing(machineId)
                  .in(InstanceState.RUNNING, NOON, Optional.empty()));
          return true;
        });
  }

  private static BundleOrders.Manner manner(String request) {
    return new BundleOrders.Manner(2, true, "alice", request);
  }

  private List<MachinePlan> plan(Choice choice) {
    return plans.plan(OWN, OWN.bundle("nvidia-580-open").orElseThrow(), choice);
  }

  private Operation apply(Choice choice, String request) {
    return orders.apply(OWN, OWN.bundle("nvidia-580-open").orElseThrow(), choice, manner(request));
  }

  private static List<String> names(List<MachinePlan> plans) {
    return plans.stream().map(plan -> plan.machine().name()).toList();
  }

  private static Choice named(String... names) {
    return new Choice(List.of(names), "", Selector.ANY);
  }

  @Test
  void theLongestUnwellComeFirstThenByName() {
    tells("m-3", new GpuServer().unwell(Verdict.Level.CRITICAL, "xid-79", NOON.minusSeconds(60)));
    tells("m-2", new GpuServer().unwell(Verdict.Level.WARNING, "ecc", NOON.minusSeconds(3600)));

    assertThat(names(plan(ALL))).containsExactly("gpu02", "gpu03", "gpu01");
    assertThat(plan(ALL).getFirst().unwell()).isEqualTo("ecc: is bad");
    tells("m-3", new GpuServer().unwell(Verdict.Level.INFO, "note", NOON.minusSeconds(7200)));
    assertThat(names(plan(ALL)))
        .as("information is no illness")
        .containsExactly("gpu02", "gpu01", "gpu03");
  }

  @Test
  void whatIsGivenMustAllBeTrueOfAMachine() {
    lease("m-2");
    assertThat(names(plan(new Choice(List.of(), "", Selector.parse("rack=a1")))))
        .containsExactly("gpu01", "gpu02");
    assertThat(names(plan(new Choice(List.of(), "train", Selector.ANY)))).containsExactly("gpu02");
    assertThat(names(plan(new Choice(List.of("gpu01", "m-2"), "train", Selector.ANY))))
        .containsExactly("gpu02");
    assertThat(plan(new Choice(List.of(), "train", Selector.ANY)).getFirst().instance())
        .isEqualTo("c-00a1-0");
    assertThatThrownBy(() -> plan(named("gpu99")))
        .isInstanceOf(RefusedException.class)
        .hasMessage("machine 'gpu99': there is none");
  }

  @Test
  void jobsOfTheNodeAreTold() {
    lease("m-2");
    fleet.connected("m-0", 0, NOON);
    fleet.reported("m-0", Jumphosts.withJob(C, "c-00a1-0", 1234, "bob"), NOON);

    assertThat(plan(named("gpu02")).getFirst().jobs()).containsExactly("1234 of bob");
    assertThat(plan(named("gpu01")).getFirst().jobs()).isEmpty();
  }

  @Test
  void anOrderHasTheMachinesInTheirOrderWithWhatEachGets() {
    tells("m-3", new GpuServer().unwell(Verdict.Level.CRITICAL, "xid-79", NOON));
    apply(named("gpu01", "gpu03"), "request-1");

    assertThat(rolls.orders()).hasSize(1);
    Rolls.Order order = rolls.orders().getFirst();
    assertThat(order.title()).isEqualTo("nvidia-580-open 1");
    assertThat(order.maxUnavailable()).isEqualTo(2);
    assertThat(order.mayReboot()).isTrue();
    assertThat(order.by()).isEqualTo("alice");
    assertThat(order.targets()).extracting(Rolls.Target::machineId).containsExactly("m-3", "m-1");
    assertThat(order.targets().getFirst().driver().orElseThrow().versionPrefix()).isEqualTo("580.");
  }

  @Test
  void oneMachineThatCannotHaveItRefusesTheWhole() {
    tells("m-2", new GpuServer().foreign(Answer.YES));

    assertThatThrownBy(() -> apply(new Choice(List.of(), "", Selector.parse("rack=a1")), "r-1"))
        .isInstanceOf(RefusedException.class)
        .hasMessageStartingWith(
            "bundle nvidia-580-open 1 cannot come to 1 machine: gpu02: driver: installed by"
                + " NVIDIA's .run file");
    assertThat(rolls.orders()).isEmpty();
  }

  @Test
  void aMachineThatIsSilentOrAJumphostIsRefused() {
    fleet.disconnected("m-1");
    assertThatThrownBy(() -> apply(named("gpu01"), "request-1"))
        .hasMessageContaining("gpu01: link: its agent is not connected (expected: connected)");
    assertThatThrownBy(() -> apply(named("jump"), "request-1"))
        .hasMessageContaining("jump: role: jumphost (expected: worker");
  }

  @Test
  void machinesThatHaveAllOfItAreLeftAlone() {
    tells("m-1", complete());
    apply(new Choice(List.of(), "", Selector.parse("rack=a1")), "request-1");
    assertThat(rolls.orders().getFirst().targets())
        .extracting(Rolls.Target::machineId)
        .containsExactly("m-2");

    assertThatThrownBy(() -> apply(named("gpu01"), "request-2"))
        .hasMessage("bundle nvidia-580-open 1: every one of these machines has all of it");
  }

  @Test
  void aRequestThatWasSeenReturnsItsOperationHoweverTheMachinesAreNow() {
    Operation first = apply(named("gpu01"), "request-1");
    tells("m-1", complete());

    assertThat(apply(named("gpu01"), "request-1")).isEqualTo(first);
    assertThat(rolls.orders()).hasSize(1);
    assertThatThrownBy(() -> orders.rollBack(named("gpu01"), manner("request-1")))
        .hasMessage("request id: request-1 (expected: one of its own; it began operation op-1)");
  }

  @Test
  void nothingChosenIsNotEverything() {
    assertThatThrownBy(() -> apply(ALL, "request-1"))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessage("machines: none (expected: names, a cluster or a selector)");
    assertThatThrownBy(() -> orders.rollBack(ALL, manner("request-1")))
        .isInstanceOf(InvalidSpecException.class);
    assertThatThrownBy(
            () -> apply(new Choice(List.of(), "", Selector.parse("rack=z9")), "request-1"))
        .hasMessage("bundle nvidia-580-open 1: no machine is meant by that");
    assertThatThrownBy(() -> new BundleOrders.Manner(0, true, "alice", "request-1"))
        .hasMessage("max unavailable: 0 (expected: 1 to 1000)");
  }

  @Test
  void aRollbackGoesToMachinesThatHaveSomethingToGoBackTo() {
    tells("m-1", complete());
    orders.rollBack(named("gpu01"), manner("request-1"));

    Rolls.Order order = rolls.orders().getFirst();
    assertThat(order.isRollback()).isTrue();
    assertThat(order.title()).isEqualTo("nvidia-580-open 1");
    assertThat(order.targets()).containsExactly(new Rolls.Target("m-1", Optional.empty()));
    assertThatThrownBy(() -> orders.rollBack(named("gpu01", "gpu02"), manner("request-2")))
        .hasMessageContaining("gpu02: bundle: none was applied (expected: one to go back from)");
  }

  private static GpuServer complete() {
    return new GpuServer()
        .driver("580.95.05")
        .bundle("nvidia-580-open 1")
        .installed("libnvidia-compute-580", "580.95.05-0ubuntu1", true)
        .installed("nvidia-dkms-580-open", "580.95.05-0ubuntu1", true)
        .installed("nvidia-persistenced", "580.95.05-0ubuntu1", true)
        .installed("nvidia-modprobe", "580.95.05-0ubuntu1", true);
  }
}
