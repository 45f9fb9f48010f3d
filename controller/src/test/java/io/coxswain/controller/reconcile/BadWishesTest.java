package io.coxswain.controller.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.plan.RepairPolicy;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.InvalidSpecException;
import io.coxswain.controller.spec.Nodepool;
import io.coxswain.controller.spec.Selector;
import io.coxswain.controller.spec.Shape;
import io.coxswain.controller.spec.Want;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What people ask for at the wrong moment, or in words that are none: refused, and nothing done.
 */
class BadWishesTest {
  private static final String MARK = "INJECTED$(reboot)";
  private static final String KEY =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f " + MARK;

  private final Yard yard = new Yard(RepairPolicy.OFF);

  @ParameterizedTest
  @EnumSource(
      names = {
        "CREATE_CLUSTER",
        "RETRY_INSTANCE",
        "SCALE_CLUSTER",
        "REMOVE_INSTANCE",
        "STOP_INSTANCE",
        "START_INSTANCE",
        "ATTACH_VOLUME",
        "DETACH_VOLUME"
      })
  void anotherChangeWhileOneIsUnderWayIsRefusedAndNamesIt(Operation.Kind kind) {
    yard.store.write(
        tx -> {
          tx.save(
              new Operation(
                  "op-open",
                  kind,
                  Operation.State.IN_PROGRESS,
                  Optional.of(Yard.C),
                  "r-open",
                  yard.now,
                  Optional.empty(),
                  ""));
          return true;
        });
    Scaling scaling = yard.intents.scaling();
    assertThatThrownBy(() -> scaling.scale(wish(3)))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("is being changed: op-open (" + kind + ")");
    assertThatThrownBy(() -> scaling.add(wish(1)))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("op-open");
    assertThatThrownBy(() -> scaling.plan(wish(1))).hasMessageContaining("op-open");
    assertThatThrownBy(() -> scaling.remove("c-0001-1", false, "alice", "r-2"))
        .hasMessageContaining("op-open");
    assertThat(yard.operations()).hasSize(1);
    assertThat(yard.care("m-2")).isEmpty();
    assertThat(yard.clusters().getFirst().spec().size()).isEqualTo(2);
  }

  @Test
  void aClusterThatIsToGoIsChangedNoMore() {
    yard.intents.destroy("train", ClusterSpec.Intent.DESTROY_WITH_JOBS, "r-end");
    assertThatThrownBy(() -> yard.intents.scaling().add(wish(1)))
        .hasMessageContaining("cluster train is being destroyed");
    assertThatThrownBy(() -> yard.intents.scaling().remove("c-0001-1", true, "alice", "r-remove"))
        .hasMessageContaining("cluster train is being destroyed");
    assertThat(yard.operations()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../gpu03", "gpu03; reboot", "$(id)", "GPU03", "gpu03\ngpu01", "-gpu03"})
  void aMachinesNameThatIsNoneMatchesNone(String host) {
    assertThatThrownBy(() -> yard.intents.create(request("solo", List.of(host), "r-create")))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining(host + ": no machine of that name is enrolled");
    assertThat(yard.clusters()).hasSize(1);
    assertThat(yard.operations()).isEmpty();
  }

  @Test
  void aShapeThatNobodyHasIsRefusedWithWhatEachMachineHas() {
    CreateRequest wanted =
        new CreateRequest(
            "r-shape",
            List.of(
                Nodepool.fixed(Nodepool.MAIN, new Shape(4, "L40S"), 2, Selector.ANY, List.of())),
            "solo",
            List.of(),
            false,
            "alice",
            "");
    assertThatThrownBy(() -> yard.intents.create(wanted))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("0 of 2 machines fit")
        .hasMessageContaining("gpu01: leased to c-0001")
        .hasMessageContaining("gpu03: 8xH200");
    assertThat(yard.clusters()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"train", "c-0001"})
  void aNameOfAnotherClusterIsTaken(String name) {
    assertThatThrownBy(() -> yard.intents.create(request(name, List.of(), "r-name")))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("name '" + name + "' is taken");
    assertThat(yard.clusters()).hasSize(1);
  }

  @Test
  void aRequestIdOfSomethingElseStartsNothing() {
    yard.intents.scaling().add(wish(1));
    assertThatThrownBy(() -> yard.intents.scaling().remove("c-0001-1", false, "alice", "r-wish"))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("request id: r-wish");
    assertThat(yard.operations()).hasSize(1);
  }

  @Test
  void whatPeopleWriteIsInNoFileUnitOrPath() {
    yard.more.add(
        yard.intents.create(request("solo", List.of(), "r-marked")).cluster().spec().id());
    yard.turn();
    List<Want> wants = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      wants.addAll(yard.wants("m-3"));
      yard.done("m-3");
    }
    assertThat(wants).anyMatch(Want.MpiCheck.class::isInstance);
    assertThat(wants.stream().filter(want -> !(want instanceof Want.User)).map(Want::toString))
        .noneMatch(text -> text.contains(MARK));
    assertThat(wants.stream().filter(Want.User.class::isInstance).map(Want::toString))
        .as("the key itself is an entry of authorized_keys, whole")
        .allMatch(text -> text.contains(KEY));
  }

  private CreateRequest request(String name, List<String> hosts, String id) {
    return new CreateRequest(
        id,
        List.of(Nodepool.fixed(Nodepool.MAIN, new Shape(8, "H200"), 1, Selector.ANY, hosts)),
        name,
        List.of(KEY),
        false,
        MARK,
        "");
  }

  private static Scaling.Wish wish(int nodes) {
    return new Scaling.Wish("train", "", nodes, List.of(), "alice", "r-wish");
  }
}
