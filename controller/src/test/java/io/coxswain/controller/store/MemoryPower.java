package io.coxswain.controller.store;

import io.coxswain.controller.lifecycle.PowerOrder;
import io.coxswain.controller.spec.SealedBmc;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The part of a transaction in memory that is about machines' power. */
abstract class MemoryPower implements Transaction {
  private static final Comparator<PowerOrder> BY_AGE =
      Comparator.comparing(PowerOrder::askedAt).thenComparing(PowerOrder::operation);

  private final Map<String, SealedBmc> bmcs = new HashMap<>();
  private final Map<String, PowerOrder> orders = new HashMap<>();
  private final MemoryImages images = new MemoryImages(this);

  abstract <K, V> void put(Map<K, V> map, K key, V value);

  abstract <K, V> void remove(Map<K, V> map, K key);

  abstract void refuseIf(boolean isWrong, String what, String offender);

  @Override
  public final ImageTables images() {
    return images;
  }

  /** Forgets what goes with a machine. */
  final void removed(String machineId) {
    remove(bmcs, machineId);
  }

  /** Forgets what goes with operations that are gone. */
  final void forgotten() {
    List.copyOf(orders.keySet()).stream()
        .filter(id -> operation(id).isEmpty())
        .forEach(id -> remove(orders, id));
  }

  @Override
  public final List<SealedBmc> bmcs() {
    return bmcs.values().stream().sorted(Comparator.comparing(SealedBmc::machineId)).toList();
  }

  @Override
  public final Optional<SealedBmc> bmc(String machineId) {
    return Optional.ofNullable(bmcs.get(machineId));
  }

  @Override
  public final void save(SealedBmc bmc) {
    refuseIf(machine(bmc.machineId()).isEmpty(), "BMC of machine ", bmc.machineId());
    put(bmcs, bmc.machineId(), bmc);
  }

  @Override
  public final void removeBmc(String machineId) {
    remove(bmcs, machineId);
  }

  @Override
  public final List<PowerOrder> powerOrders() {
    return orders.values().stream().filter(order -> !order.isEnded()).sorted(BY_AGE).toList();
  }

  @Override
  public final Optional<PowerOrder> newestPower(String machineId) {
    return orders.values().stream()
        .filter(order -> order.machineId().equals(machineId) && !order.power().isEmpty())
        .max(BY_AGE);
  }

  @Override
  public final List<PowerOrder> powerReadings(String machineId) {
    return orders.values().stream()
        .filter(order -> order.machineId().equals(machineId) && !order.power().isEmpty())
        .sorted(BY_AGE.reversed())
        .toList();
  }

  @Override
  public final void save(PowerOrder order) {
    refuseIf(operation(order.operation()).isEmpty(), "power order ", order.operation());
    put(orders, order.operation(), order);
  }
}
