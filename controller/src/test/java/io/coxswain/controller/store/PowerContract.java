package io.coxswain.controller.store;

import static io.coxswain.controller.store.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.lifecycle.PowerOrder;
import io.coxswain.controller.spec.Bmc;
import io.coxswain.controller.spec.PowerDeed;
import io.coxswain.controller.spec.SealedBmc;
import io.coxswain.controller.spec.Secret;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What every store keeps of machines' power. */
abstract class PowerContract extends StorageContract {
  private static SealedBmc bmc(String machine, String host) {
    return new SealedBmc(
        machine,
        new Bmc(Bmc.Protocol.REDFISH, host, 443, "cox", "1", "ab".repeat(32), false, ""),
        "bmc-1",
        new Secret(new byte[] {1, -2, 0, 127}));
  }

  private static PowerOrder order(String operation, Instant at) {
    return new PowerOrder(
        operation,
        "m-1",
        "m-0",
        PowerDeed.CYCLE,
        true,
        "c-00a1-0",
        "al\"ice",
        at,
        PowerOrder.State.UNDER_WAY,
        at.plusNanos(1),
        "");
  }

  @Test
  void aManagementControllerIsKeptWholeAndGoesWithItsMachine() {
    assertThatThrownBy(() -> write(tx -> tx.save(bmc("m-1", "10.9.0.7"))))
        .isInstanceOf(StoreException.class);
    write(
        tx -> {
          tx.save(Samples.machine("m-1", "gpu01"));
          tx.save(Samples.machine("m-2", "gpu02"));
          tx.save(bmc("m-2", "fd00::7"));
          tx.save(bmc("m-1", "10.9.0.6"));
          tx.save(bmc("m-1", "10.9.0.7"));
        });
    assertThat(list(Transaction::bmcs))
        .containsExactly(bmc("m-1", "10.9.0.7"), bmc("m-2", "fd00::7"));
    assertThat(one(tx -> tx.bmc("m-1"))).contains(bmc("m-1", "10.9.0.7"));
    write(tx -> tx.removeBmc("m-1"));
    assertThat(one(tx -> tx.bmc("m-1"))).isEmpty();
    write(tx -> tx.removeMachine("m-2"));
    assertThat(list(Transaction::bmcs)).isEmpty();
  }

  @Test
  void ordersAreThereUntilTheyEndAndTheNewestReadingAfterwards() {
    assertThatThrownBy(() -> write(tx -> tx.save(order("o-1", NOON))))
        .isInstanceOf(StoreException.class);
    PowerOrder first = order("o-1", NOON);
    PowerOrder second = order("o-2", NOON.plus(Duration.ofSeconds(1)));
    write(
        tx -> {
          tx.save(Samples.operation("o-1", "r-1", NOON));
          tx.save(Samples.operation("o-2", "r-2", NOON));
          tx.save(second);
          tx.save(first);
        });
    assertThat(list(Transaction::powerOrders)).containsExactly(first, second);
    assertThat(one(tx -> tx.newestPower("m-1"))).isEmpty();
    PowerOrder ended = first.reading("off").in(PowerOrder.State.ENDED, NOON);
    PowerOrder failed = second.in(PowerOrder.State.ENDED, NOON);
    write(
        tx -> {
          tx.save(ended);
          tx.save(failed);
        });
    assertThat(list(Transaction::powerOrders)).isEmpty();
    assertThat(one(tx -> tx.newestPower("m-1"))).contains(ended);
    assertThat(one(tx -> tx.newestPower("m-2"))).isEmpty();
    PowerOrder read = second.reading("on").in(PowerOrder.State.ENDED, NOON);
    write(tx -> tx.save(read));
    assertThat(list(tx -> tx.powerReadings("m-1"))).containsExactly(read, ended);
    assertThat(list(tx -> tx.powerReadings("m-2"))).isEmpty();
    write(tx -> tx.save(failed));
    write(
        tx -> {
          tx.save(Samples.operation("o-1", "r-1", NOON).ended(Operation.State.SUCCEEDED, NOON, ""));
          tx.forgetOperations(NOON.plusNanos(1));
        });
    assertThat(one(tx -> tx.newestPower("m-1"))).isEmpty();
  }

  @Test
  void aReadChangesNothingOfIt() {
    assertThatThrownBy(
            () ->
                store()
                    .read(
                        tx -> {
                          tx.removeBmc("m-1");
                          return true;
                        }))
        .hasMessageContaining("inside a read");
    assertThatThrownBy(
            () ->
                store()
                    .read(
                        tx -> {
                          tx.save(order("o-1", NOON));
                          return true;
                        }))
        .hasMessageContaining("inside a read");
  }
}
