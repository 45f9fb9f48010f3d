package io.coxswain.controller.store;

import io.coxswain.controller.lifecycle.NodeTest;
import io.coxswain.controller.observed.Measurement;
import io.coxswain.controller.spec.ClusterId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/** The tables {@code node_test} and {@code measurement}. */
record TestRows(Handle handle) {
  private static final String SAVE =
      Upsert.into(
          "node_test",
          "operation",
          "cluster",
          "nodes",
          "tolerance_percent",
          "new_baseline",
          "started_at",
          "ended_at",
          "results");
  private static final String SAVE_MEASUREMENT =
      "insert into measurement (machine, kind, peers, unit, baseline, baseline_at, latest,"
          + " latest_at, tolerance_percent, test) values (:machine, :kind, :peers, :unit,"
          + " :baseline, :baseline_at, :latest, :latest_at, :tolerance_percent, :test)"
          + " on conflict (machine, kind, peers) do update set unit = excluded.unit,"
          + " baseline = excluded.baseline, baseline_at = excluded.baseline_at,"
          + " latest = excluded.latest, latest_at = excluded.latest_at,"
          + " tolerance_percent = excluded.tolerance_percent, test = excluded.test";

  /** Those under way. */
  List<NodeTest> open() {
    return handle
        .createQuery("select * from node_test where ended_at is null order by operation")
        .map((row, context) -> read(row))
        .list();
  }

  Optional<NodeTest> byOperation(String operation) {
    return handle
        .createQuery("select * from node_test where operation = :operation")
        .bind("operation", operation)
        .map((row, context) -> read(row))
        .findOne();
  }

  Optional<NodeTest> newest(ClusterId cluster) {
    return handle
        .createQuery(
            "select * from node_test where cluster = :cluster order by started_at desc, operation"
                + " limit 1")
        .bind("cluster", cluster.value())
        .map((row, context) -> read(row))
        .findOne();
  }

  void save(NodeTest test) {
    try {
      handle
          .createUpdate(SAVE)
          .bind("operation", test.operation())
          .bind("cluster", test.cluster().value())
          .bind("nodes", Json.text(test.nodes()))
          .bind("tolerance_percent", test.tolerancePercent())
          .bind("new_baseline", test.isNewBaseline())
          .bind("started_at", Columns.nanos(test.startedAt()))
          .bind("ended_at", Columns.nanos(test.endedAt()))
          .bind("results", test.results())
          .execute();
    } catch (UnableToExecuteStatementException e) {
      throw Refusal.of(
          e, "test '" + test.operation() + "' (expected: an operation that is stored)");
    }
  }

  List<Measurement> measurements(String machine) {
    return handle
        .createQuery("select * from measurement where machine = :machine order by kind, peers")
        .bind("machine", machine)
        .map((row, context) -> measurement(row))
        .list();
  }

  void save(Measurement measurement) {
    try {
      handle
          .createUpdate(SAVE_MEASUREMENT)
          .bind("machine", measurement.machine())
          .bind("kind", measurement.kind())
          .bind("peers", measurement.peers())
          .bind("unit", measurement.unit())
          .bind("baseline", measurement.baseline())
          .bind("baseline_at", Columns.nanos(measurement.baselineAt()))
          .bind("latest", measurement.latest())
          .bind("latest_at", Columns.nanos(measurement.latestAt()))
          .bind("tolerance_percent", measurement.tolerancePercent())
          .bind("test", measurement.test())
          .execute();
    } catch (UnableToExecuteStatementException e) {
      throw Refusal.of(
          e,
          "measurement of machine '"
              + measurement.machine()
              + "' (expected: a machine that is enrolled)");
    }
  }

  private static NodeTest read(ResultSet row) throws SQLException {
    return new NodeTest(
        row.getString("operation"),
        new ClusterId(row.getString("cluster")),
        Json.strings(row.getString("nodes")),
        row.getInt("tolerance_percent"),
        row.getBoolean("new_baseline"),
        Columns.instant(row, "started_at"),
        Columns.maybeInstant(row, "ended_at"),
        row.getString("results"));
  }

  private static Measurement measurement(ResultSet row) throws SQLException {
    return new Measurement(
        row.getString("machine"),
        row.getString("kind"),
        row.getString("peers"),
        row.getString("unit"),
        row.getDouble("baseline"),
        Columns.instant(row, "baseline_at"),
        row.getDouble("latest"),
        Columns.instant(row, "latest_at"),
        row.getInt("tolerance_percent"),
        row.getString("test"));
  }
}
