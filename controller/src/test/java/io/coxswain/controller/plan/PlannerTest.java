package io.coxswain.controller.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.observed.Reading;
import io.coxswain.controller.observed.Seen;
import io.coxswain.controller.spec.Selector;
import io.coxswain.controller.spec.Shape;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlannerTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Planner.Wish EIGHT =
      new Planner.Wish(Shape.parse("8xH200"), Selector.ANY, List.of());

  @Test
  void takesMachinesThatMeasureAsTheShapeInTheOrderOfTheirNames() {
    Placement placement =
        place(EIGHT, 2, machine("gpu02").view(), machine("gpu01").view(), machine("gpu03").view());

    assertThat(placement.leases())
        .extracting(Placement.Lease::machine)
        .containsExactly("gpu01", "gpu02");
    assertThat(placement.leases())
        .extracting(Placement.Lease::instance)
        .containsExactly("c-0001-0", "c-0001-1");
    assertThat(placement.isComplete()).isTrue();
  }

  @Test
  void saysOfEveryOtherMachineWhyItWasNotTaken() {
    Placement placement =
        place(
            EIGHT,
            1,
            machine("gpu01").gpus("H200", 7).view(),
            machine("gpu02").leasedTo("c-12ab-0").view(),
            machine("gpu03").gpus("A100", 8).view(),
            machine("gpu04").noGpus().view(),
            machine("gpu05").failedGpus("driver unresponsive").view(),
            machine("gpu06").silentFor(20).view(),
            machine("gpu07").silentFor(70).view(),
            machine("gpu08").revoked().view(),
            machine("gpu09").quarantined("c-0002/clean: a process is left").view(),
            machine("gpu10").unmeasured().view(),
            machine("gpu11").viewAt(""));

    assertThat(placement.missing()).isEqualTo(1);
    assertThat(placement.rejections())
        .extracting(rejection -> rejection.machine() + ": " + rejection.why())
        .containsExactly(
            "gpu01: 7 of 8 GPUs",
            "gpu02: leased to c-12ab",
            "gpu03: 8xA100",
            "gpu04: no GPUs (no NVIDIA hardware)",
            "gpu05: GPUs unreadable: driver unresponsive",
            "gpu06: agent STALE",
            "gpu07: agent LOST",
            "gpu08: revoked",
            "gpu09: quarantined: c-0002/clean: a process is left",
            "gpu10: not measured yet",
            "gpu11: no address that other machines can reach");
  }

  @Test
  void refusesMachinesThatLackTheLabelsOrAreNotAmongTheHosts() {
    Planner.Wish wish =
        new Planner.Wish(
            EIGHT.shape(), Selector.parse("rack=a1"), List.of("gpu01", "gpu02", "gpu99"));

    Placement placement =
        place(
            wish,
            1,
            machine("gpu01").view(),
            machine("gpu02").label("rack", "a1").view(),
            machine("gpu03").label("rack", "a1").view());

    assertThat(placement.leases()).extracting(Placement.Lease::machine).containsExactly("gpu02");
    assertThat(placement.why())
        .isEqualTo(
            "gpu01: labels do not match rack=a1; gpu03: not among the hosts asked for; gpu99: no machine of that name is enrolled");
  }

  @Test
  void prefersTheSmallestSwitchThatHoldsAll() {
    Placement placement =
        place(
            EIGHT,
            2,
            machine("gpu01").label("switch", "s1").view(),
            machine("gpu02").label("switch", "s2").view(),
            machine("gpu03").label("switch", "s2").view(),
            machine("gpu04").label("switch", "s2").view(),
            machine("gpu05").label("switch", "s3").view(),
            machine("gpu06").label("switch", "s3").view());

    assertThat(placement.leases())
        .extracting(Placement.Lease::machine)
        .containsExactly("gpu05", "gpu06");
  }

  @Test
  void prefersARackWhereNoSwitchHoldsAllAndElseTheLargestSwitchFirst() {
    MachineView one = machine("gpu01").label("switch", "s1").label("rack", "r1").view();
    MachineView two = machine("gpu02").label("switch", "s2").label("rack", "r2").view();
    MachineView three = machine("gpu03").label("switch", "s3").label("rack", "r2").view();
    MachineView four = machine("gpu04").label("switch", "s3").label("rack", "r3").view();

    assertThat(place(EIGHT, 2, one, two).leases())
        .extracting(Placement.Lease::machine)
        .containsExactly("gpu01", "gpu02");
    assertThat(place(EIGHT, 3, one, two, three, four).leases())
        .extracting(Placement.Lease::machine)
        .containsExactly("gpu03", "gpu04", "gpu01");
    assertThat(place(EIGHT, 2, two, one, three).leases())
        .extracting(Placement.Lease::machine)
        .containsExactly("gpu02", "gpu03");
  }

  @Test
  void keepsMachinesWithGpusForShapesWithGpus() {
    Planner.Wish cpu = new Planner.Wish(Shape.CPU, Selector.ANY, List.of());

    Placement placement = place(cpu, 1, machine("gpu01").view(), machine("node1").noGpus().view());

    assertThat(placement.leases()).extracting(Placement.Lease::machine).containsExactly("node1");
    assertThat(placement.why()).isEqualTo("gpu01: has GPUs (8xH200), kept for GPU shapes");
  }

  private static Placement place(Planner.Wish wish, int count, MachineView... machines) {
    return Planner.place(
        wish,
        IntStream.range(0, count).mapToObj(i -> "c-0001-" + i).toList(),
        List.of(machines),
        NOW);
  }

  private static Draft machine(String name) {
    return new Draft(name, gpus(8, "H200"), Map.of(), List.of(), NOW, false, "", true);
  }

  private static Reading<MachineFacts.Gpus> gpus(int count, String model) {
    return new Reading.Known<>(
        new MachineFacts.Gpus(model, IntStream.range(0, count).boxed().toList(), "570.1"));
  }

  /** A machine that fits, to be spoilt in one way. */
  private record Draft(
      String name,
      Reading<MachineFacts.Gpus> gpus,
      Map<String, String> labels,
      List<String> leases,
      Instant lastSeen,
      boolean isRevoked,
      String quarantine,
      boolean isMeasured) {

    Draft gpus(String model, int count) {
      return with(PlannerTest.gpus(count, model));
    }

    Draft noGpus() {
      return with(new Reading.Unsupported<>("no NVIDIA hardware"));
    }

    Draft failedGpus(String why) {
      return with(new Reading.Failed<>(why));
    }

    private Draft with(Reading<MachineFacts.Gpus> reading) {
      return new Draft(name, reading, labels, leases, lastSeen, isRevoked, quarantine, isMeasured);
    }

    Draft label(String key, String value) {
      Map<String, String> more = new java.util.HashMap<>(labels);
      more.put(key, value);
      return new Draft(name, gpus, more, leases, lastSeen, isRevoked, quarantine, isMeasured);
    }

    Draft leasedTo(String instance) {
      return new Draft(
          name, gpus, labels, List.of(instance), lastSeen, isRevoked, quarantine, isMeasured);
    }

    Draft silentFor(int seconds) {
      return new Draft(
          name, gpus, labels, leases, NOW.minusSeconds(seconds), isRevoked, quarantine, isMeasured);
    }

    Draft revoked() {
      return new Draft(name, gpus, labels, leases, lastSeen, true, quarantine, isMeasured);
    }

    Draft quarantined(String why) {
      return new Draft(name, gpus, labels, leases, lastSeen, isRevoked, why, isMeasured);
    }

    Draft unmeasured() {
      return new Draft(name, gpus, labels, leases, lastSeen, isRevoked, quarantine, false);
    }

    MachineView view() {
      return viewAt("10.0.0.9");
    }

    MachineView viewAt(String address) {
      Machine machine =
          new Machine(
              "m-" + name,
              name,
              Machine.Role.WORKER,
              "",
              "",
              labels,
              NOW,
              "",
              NOW,
              isRevoked,
              quarantine,
              Optional.empty(),
              0,
              "");
      MachineFacts facts =
          new MachineFacts(
              NOW,
              address,
              name,
              "debian",
              "12",
              1L << 40,
              64,
              gpus,
              0,
              new MachineFacts.Cgroups(2, true),
              Optional.empty(),
              "",
              false,
              List.of(),
              "boot",
              new MachineFacts.Judged(40, List.of()),
              Optional.empty());
      Seen seen =
          new Seen(isMeasured ? Optional.of(facts) : Optional.empty(), lastSeen, true, 0, Map.of());
      return new MachineView(machine, seen, leases);
    }
  }
}
