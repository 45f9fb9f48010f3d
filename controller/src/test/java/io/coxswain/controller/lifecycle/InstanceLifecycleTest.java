package io.coxswain.controller.lifecycle;

import static io.coxswain.controller.lifecycle.InstanceState.DESTROYED;
import static io.coxswain.controller.lifecycle.InstanceState.PENDING;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.controller.Golden;
import io.coxswain.controller.lifecycle.InstanceLifecycle.Rule;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class InstanceLifecycleTest {
  /**
   * All there is: where each event leads from each state, and the effects (a: SEND_ASSIGNMENT, r:
   * RELEASE_MACHINE, q: QUARANTINE_MACHINE). A dot: it means nothing there.
   */
  private static final String MATRIX =
      """
      .                PENDING  PROVISIONING  CONFIGURING  CONTAINER_CREATING  RUNNING  STOPPED  DESTROYING  DESTROYED  FAILED
      MACHINE_LEASED   PROV/a   .             .            .                   .        .        .           .          .
      NO_CAPACITY      FAIL     .             .            .                   .        .        .           .          .
      HOST_READY       .        CONF/a        .            .                   .        .        .           .          .
      CONFIGURED       .        .             RUN/a        .                   .        .        .           .          .
      IMAGE_WANTED     .        .             CONT/a       .                   .        .        .           .          .
      IMAGE_READY      .        .             .            RUN/a               .        .        .           .          .
      STEP_FAILED      .        FAIL/a        FAIL/a       FAIL/a              FAIL     .        .           .          .
      DEADLINE_PASSED  .        FAIL/a        FAIL/a       FAIL/a              .        .        FAIL/q      .          .
      RECONFIGURE      .        .             .            .                   CONF/a   .        .           .          .
      WANTED           .        .             .            .                   .        PEND     .           .          .
      STOP             .        .             .            .                   STOP     .        .           .          .
      START            .        .             .            .                   .        CONF/a   .           .          .
      RETRY            .        .             .            .                   .        .        .           .          CONF/a
      RETRY_LEASE      .        .             .            .                   .        .        .           .          PEND
      REPLACED         .        .             .            .                   PEND     .        .           .          PEND
      DESTROY          DEST/a   DEST/a        DEST/a       DEST/a              DEST/a   DEST/a   .           .          DEST/a
      CLEANED          .        .             .            .                   .        .        GONE/ra     .          .
      CLEAN_FAILED     .        .             .            .                   .        .        FAIL/q      .          .
      """;

  private static final Map<String, InstanceState> STATES =
      Map.of(
          "PEND", PENDING,
          "PROV", InstanceState.PROVISIONING,
          "CONF", InstanceState.CONFIGURING,
          "CONT", InstanceState.CONTAINER_CREATING,
          "RUN", InstanceState.RUNNING,
          "STOP", InstanceState.STOPPED,
          "DEST", InstanceState.DESTROYING,
          "GONE", DESTROYED,
          "FAIL", InstanceState.FAILED);

  private static final Map<Character, Effect> EFFECTS =
      Map.of(
          'a', Effect.SEND_ASSIGNMENT, 'r', Effect.RELEASE_MACHINE, 'q', Effect.QUARANTINE_MACHINE);

  @Test
  void everyPairLeadsWhereTheMatrixSays() {
    List<List<String>> rows =
        MATRIX.lines().map(line -> Arrays.asList(line.strip().split("\\s+", -1))).toList();
    List<String> columns = rows.getFirst().subList(1, rows.getFirst().size());
    assertThat(columns).containsExactlyInAnyOrderElementsOf(names(InstanceState.values()));
    List<List<String>> events = rows.subList(1, rows.size());
    assertThat(events)
        .extracting(List::getFirst)
        .containsExactlyInAnyOrderElementsOf(names(InstanceEvent.values()));
    List<Rule> seen = new ArrayList<>();
    for (List<String> row : events) {
      assertThat(row).hasSize(columns.size() + 1);
      for (int column = 0; column < columns.size(); column++) {
        InstanceState from = InstanceState.valueOf(columns.get(column));
        InstanceEvent event = InstanceEvent.valueOf(row.getFirst());
        Optional<Rule> rule = InstanceLifecycle.on(from, event);
        assertThat(rule)
            .as(event + " in " + from)
            .isEqualTo(expected(from, event, row.get(column + 1)));
        rule.ifPresent(seen::add);
      }
    }
    assertThat(seen).containsExactlyInAnyOrderElementsOf(InstanceLifecycle.RULES);
  }

  @Test
  void everyStateIsReachable() {
    assertThat(reachableFrom(PENDING)).containsExactlyInAnyOrder(InstanceState.values());
  }

  @Test
  void everyStateButDestroyedCanBeLeftForDestroyed() {
    for (InstanceState state : InstanceState.values()) {
      assertThat(reachableFrom(state)).as("from " + state).contains(DESTROYED);
    }
    assertThat(InstanceLifecycle.RULES).extracting(Rule::from).doesNotContain(DESTROYED);
  }

  @Test
  void everyTransientStateButPendingIsGivenUpAtSomeTime() {
    for (InstanceState state : InstanceState.values()) {
      boolean isGivenUp = InstanceLifecycle.on(state, InstanceEvent.DEADLINE_PASSED).isPresent();
      assertThat(isGivenUp).as(state.name()).isEqualTo(state.isTransient() && state != PENDING);
    }
  }

  @Test
  void aMachineIsReleasedOnlyWhenItWasProvenClean() {
    assertThat(
            InstanceLifecycle.RULES.stream()
                .filter(rule -> rule.effects().contains(Effect.RELEASE_MACHINE)))
        .extracting(Rule::event)
        .containsExactly(InstanceEvent.CLEANED);
  }

  @Test
  void theCommittedPageIsMadeFromTheTable() {
    Golden.file("docs/lifecycle.md", LifecyclePage.render());
  }

  private static Optional<Rule> expected(InstanceState from, InstanceEvent event, String cell) {
    if (cell.equals(".")) {
      return Optional.empty();
    }
    int slash = cell.indexOf('/');
    String to = slash < 0 ? cell : cell.substring(0, slash);
    List<Effect> effects =
        slash < 0
            ? List.of()
            : cell.substring(slash + 1).chars().mapToObj(letter -> effect((char) letter)).toList();
    return Optional.of(
        new Rule(from, event, Optional.ofNullable(STATES.get(to)).orElseThrow(), effects));
  }

  private static Effect effect(char letter) {
    return Optional.ofNullable(EFFECTS.get(letter)).orElseThrow();
  }

  private static Set<InstanceState> reachableFrom(InstanceState start) {
    Set<InstanceState> reached = EnumSet.of(start);
    ArrayDeque<InstanceState> open = new ArrayDeque<>(reached);
    while (!open.isEmpty()) {
      InstanceState from = open.remove();
      InstanceLifecycle.RULES.stream()
          .filter(rule -> rule.from() == from)
          .map(Rule::to)
          .filter(reached::add)
          .forEach(open::add);
    }
    return reached;
  }

  private static List<String> names(Enum<?>[] values) {
    return Arrays.stream(values).map(Enum::name).collect(Collectors.toList());
  }
}
