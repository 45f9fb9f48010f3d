package io.coxswain.controller.store;

import io.coxswain.controller.lifecycle.Hold;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.lifecycle.Settled;
import io.coxswain.controller.observed.GroupOutcome;
import io.coxswain.controller.spec.ClusterId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/** The table {@code instance}. */
record InstanceRows(Handle handle) {
  private static final String SAVE =
      Upsert.into(
          "instance",
          "name",
          "cluster",
          "slot",
          "pool",
          "elastic",
          "state",
          "machine",
          "since",
          "deadline",
          "retry",
          "failure",
          "evidence",
          "settled",
          "hold");

  List<Instance> ofCluster(ClusterId cluster) {
    return handle
        .createQuery("select * from instance where cluster = :cluster order by slot")
        .bind("cluster", cluster.value())
        .map((row, context) -> read(row))
        .list();
  }

  List<Instance> living() {
    return handle
        .createQuery(
            "select instance.* from instance join cluster on cluster.id = instance.cluster"
                + " where cluster.destroyed_at is null order by instance.cluster, instance.slot")
        .map((row, context) -> read(row))
        .list();
  }

  Optional<Instance> byName(String name) {
    return handle
        .createQuery("select * from instance where name = :name")
        .bind("name", name)
        .map((row, context) -> read(row))
        .findOne();
  }

  void save(Instance instance) {
    try {
      handle
          .createUpdate(SAVE)
          .bind("name", instance.name())
          .bind("cluster", instance.cluster().value())
          .bind("slot", instance.index())
          .bind("pool", instance.pool())
          .bind("elastic", instance.isElastic())
          .bind("state", instance.state().name())
          .bind("machine", instance.machineId())
          .bind("since", Columns.nanos(instance.since()))
          .bind("deadline", Columns.nanos(instance.deadline()))
          .bind("retry", instance.retry())
          .bind("failure", instance.failure().map(Json::text).orElse(null))
          .bind("evidence", instance.evidence())
          .bind("settled", Json.text(instance.settled()))
          .bind("hold", instance.hold().map(Json::text).orElse(null))
          .execute();
    } catch (UnableToExecuteStatementException e) {
      throw Refusal.of(
          e,
          "instance: '"
              + instance.name()
              + "' (expected: a slot of its own in a cluster that was saved before)");
    }
  }

  void remove(String name) {
    handle.createUpdate("delete from instance where name = :name").bind("name", name).execute();
  }

  private static Instance read(ResultSet row) throws SQLException {
    return new Instance(
        row.getString("name"),
        new ClusterId(row.getString("cluster")),
        row.getInt("slot"),
        row.getString("pool"),
        row.getBoolean("elastic"),
        InstanceState.valueOf(row.getString("state")),
        row.getString("machine"),
        Columns.instant(row, "since"),
        Columns.maybeInstant(row, "deadline"),
        row.getInt("retry"),
        Optional.ofNullable(row.getString("failure"))
            .map(text -> Json.value(text, GroupOutcome.Failure.class)),
        row.getString("evidence"),
        Json.value(row.getString("settled"), Settled.class),
        Optional.ofNullable(row.getString("hold")).map(text -> Json.value(text, Hold.class)));
  }
}
