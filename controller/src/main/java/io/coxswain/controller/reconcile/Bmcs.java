package io.coxswain.controller.reconcile;

import io.coxswain.controller.access.Vault;
import io.coxswain.controller.access.Vault.VaultException;
import io.coxswain.controller.lifecycle.PowerOrder;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.reconcile.RefusedException.Kind;
import io.coxswain.controller.spec.Bmc;
import io.coxswain.controller.spec.SealedBmc;
import io.coxswain.controller.spec.Secret;
import io.coxswain.controller.store.Event;
import io.coxswain.controller.store.Store;
import io.coxswain.controller.store.Transaction;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is known of machines' management controllers; their passwords are kept sealed. */
public final class Bmcs {
  private static final Logger log = LoggerFactory.getLogger(Bmcs.class);

  private final Store store;
  private final Vault vault;
  private final InstantSource clock;

  public Bmcs(Store store, Vault vault, InstantSource clock) {
    this.store = store;
    this.vault = vault;
    this.clock = clock;
  }

  /**
   * A machine's, with what was read of its power last.
   *
   * @param reading empty when nothing ever was
   */
  public record Known(Machine machine, SealedBmc sealed, Optional<PowerOrder> reading) {}

  /** Replaces what was known. */
  public Known set(String nameOrId, Bmc bmc, Secret password, String by) {
    bmc.requirePassword(password);
    Machine named = store.read(tx -> Lookup.machine(tx, nameOrId));
    SealedBmc sealed = sealed(named, bmc, password);
    return store.write(
        tx -> {
          Machine machine = Lookup.machine(tx, named.id());
          requireNoOrder(tx, machine);
          tx.save(sealed);
          tx.append(
              Event.of(
                  clock.instant(), "", "", machine.name(), "BMC_SET", bmc.words() + " by " + by));
          return known(tx, machine, sealed);
        });
  }

  public Known get(String nameOrId) {
    return store.read(
        tx -> {
          Machine machine = Lookup.machine(tx, nameOrId);
          return known(tx, machine, require(tx, machine));
        });
  }

  /** Forgets it, if it is known. */
  public void remove(String nameOrId, String by) {
    store.write(
        tx -> {
          Machine machine = Lookup.machine(tx, nameOrId);
          requireNoOrder(tx, machine);
          boolean isKnown = tx.bmc(machine.id()).isPresent();
          if (isKnown) {
            tx.removeBmc(machine.id());
            tx.append(Event.of(clock.instant(), "", "", machine.name(), "BMC_REMOVED", "by " + by));
          }
          return isKnown;
        });
  }

  /** Seals with the newest key what an older one has sealed; returns how many. */
  public int reseal() {
    int count = 0;
    for (SealedBmc sealed : store.read(Transaction::bmcs)) {
      try {
        if (vault.isOld(sealed)) {
          SealedBmc anew = vault.seal(sealed.machineId(), sealed.bmc(), vault.open(sealed));
          count +=
              store.write(
                  tx -> {
                    boolean isSame = tx.bmc(sealed.machineId()).filter(sealed::equals).isPresent();
                    if (isSame) {
                      tx.save(anew);
                    }
                    return isSame ? 1 : 0;
                  });
        }
      } catch (VaultException e) {
        // The others are not in the way; whoever needs this one is told the same.
        log.error("machine {}: {}", sealed.machineId(), e.getMessage());
      }
    }
    return count;
  }

  private SealedBmc sealed(Machine machine, Bmc bmc, Secret password) {
    try {
      return vault.seal(machine.id(), bmc, password);
    } catch (VaultException e) {
      throw new RefusedException(
          Kind.FORBIDDEN_NOW, machine.name(), String.valueOf(e.getMessage()), "");
    }
  }

  static SealedBmc require(Transaction tx, Machine machine) {
    return tx.bmc(machine.id())
        .orElseThrow(
            () ->
                new RefusedException(
                    Kind.FORBIDDEN_NOW,
                    machine.name(),
                    "machine " + machine.name() + ": no BMC is known of it",
                    "cox machine bmc set " + machine.name() + " --protocol redfish ..."));
  }

  static void requireNoOrder(Transaction tx, Machine machine) {
    tx.powerOrders().stream()
        .filter(order -> order.machineId().equals(machine.id()))
        .findFirst()
        .ifPresent(
            order -> {
              throw new RefusedException(
                  Kind.FORBIDDEN_NOW,
                  machine.name(),
                  "machine "
                      + machine.name()
                      + ": its BMC is busy: "
                      + order.deed().words()
                      + " by "
                      + order.by(),
                  "wait for it: cox operation watch " + order.operation());
            });
  }

  private static Known known(Transaction tx, Machine machine, SealedBmc sealed) {
    return new Known(machine, sealed, tx.newestPower(machine.id()));
  }
}
