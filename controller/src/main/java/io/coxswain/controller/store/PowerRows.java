package io.coxswain.controller.store;

import io.coxswain.controller.lifecycle.PowerOrder;
import io.coxswain.controller.spec.Bmc;
import io.coxswain.controller.spec.SealedBmc;
import io.coxswain.controller.spec.Secret;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/** The tables {@code bmc} and {@code power_order}. */
record PowerRows(Handle handle) {
  private static final String SAVE_BMC = Upsert.into("bmc", "machine", "content", "key_id", "box");
  private static final String SAVE_ORDER =
      Upsert.into(
          "power_order", "operation", "machine", "asked_at", "ended_at", "power", "content");

  List<SealedBmc> bmcs() {
    return handle
        .createQuery("select * from bmc order by machine")
        .map((row, context) -> bmc(row))
        .list();
  }

  Optional<SealedBmc> bmc(String machine) {
    return handle
        .createQuery("select * from bmc where machine = :machine")
        .bind("machine", machine)
        .map((row, context) -> bmc(row))
        .findOne();
  }

  void save(SealedBmc sealed) {
    try {
      handle
          .createUpdate(SAVE_BMC)
          .bind("machine", sealed.machineId())
          .bind("content", Json.text(sealed.bmc()))
          .bind("key_id", sealed.keyId())
          .bind("box", sealed.box().bytes())
          .execute();
    } catch (UnableToExecuteStatementException e) {
      throw Refusal.of(
          e, "BMC of machine '" + sealed.machineId() + "' (expected: a machine that is enrolled)");
    }
  }

  void remove(String machine) {
    handle.createUpdate("delete from bmc where machine = :id").bind("id", machine).execute();
  }

  List<PowerOrder> open() {
    return orders("where ended_at is null order by asked_at, operation", "");
  }

  /** The newest of a machine that read its power. */
  Optional<PowerOrder> newestReading(String machine) {
    return orders(
            "where machine = :machine and power <> '' order by asked_at desc, operation limit 1",
            machine)
        .stream()
        .findFirst();
  }

  /** The newest first. */
  List<PowerOrder> readings(String machine) {
    return orders(
        "where machine = :machine and power <> '' order by asked_at desc, operation", machine);
  }

  void save(PowerOrder order) {
    try {
      handle
          .createUpdate(SAVE_ORDER)
          .bind("operation", order.operation())
          .bind("machine", order.machineId())
          .bind("asked_at", Columns.nanos(order.askedAt()))
          .bind("ended_at", Columns.nanos(order.endedAt()))
          .bind("power", order.power())
          .bind("content", Json.text(order))
          .execute();
    } catch (UnableToExecuteStatementException e) {
      throw Refusal.of(
          e, "power order '" + order.operation() + "' (expected: an operation that is stored)");
    }
  }

  private List<PowerOrder> orders(String which, String machine) {
    var query = handle.createQuery("select content from power_order " + which);
    if (!machine.isEmpty()) {
      query.bind("machine", machine);
    }
    return query.mapTo(String.class).map(text -> Json.value(text, PowerOrder.class)).list();
  }

  private static SealedBmc bmc(ResultSet row) throws SQLException {
    return new SealedBmc(
        row.getString("machine"),
        Json.value(row.getString("content"), Bmc.class),
        row.getString("key_id"),
        new Secret(row.getBytes("box")));
  }
}
