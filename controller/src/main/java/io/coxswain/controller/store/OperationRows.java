package io.coxswain.controller.store;

import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.spec.ClusterId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/** The table {@code operation}. */
record OperationRows(Handle handle) {
  private static final String SAVE =
      Upsert.into(
          "operation",
          "id",
          "kind",
          "state",
          "cluster",
          "request_id",
          "started_at",
          "ended_at",
          "message");

  List<Operation> all() {
    return handle
        .createQuery("select * from operation order by started_at desc, id")
        .map((row, context) -> read(row))
        .list();
  }

  Optional<Operation> byId(String id) {
    return one("select * from operation where id = :word", id);
  }

  /** Nothing for the empty id, which any number of operations may have. */
  Optional<Operation> byRequest(String requestId) {
    return one("select * from operation where request_id = :word and request_id <> ''", requestId);
  }

  void save(Operation operation) {
    try {
      handle
          .createUpdate(SAVE)
          .bind("id", operation.id())
          .bind("kind", operation.kind().name())
          .bind("state", operation.state().name())
          .bind("cluster", operation.cluster().map(ClusterId::value).orElse(""))
          .bind("request_id", operation.requestId())
          .bind("started_at", Columns.nanos(operation.startedAt()))
          .bind("ended_at", Columns.nanos(operation.endedAt()))
          .bind("message", operation.message())
          .execute();
    } catch (UnableToExecuteStatementException e) {
      throw Refusal.of(
          e,
          "request id: '"
              + operation.requestId()
              + "' (expected: one that no other operation has)");
    }
  }

  /** One in progress has not ended: null is before nothing. */
  int forget(Instant endedBefore) {
    return handle
        .createUpdate("delete from operation where ended_at < :before")
        .bind("before", Columns.nanos(endedBefore))
        .execute();
  }

  private Optional<Operation> one(String query, String word) {
    return handle.createQuery(query).bind("word", word).map((row, context) -> read(row)).findOne();
  }

  private static Operation read(ResultSet row) throws SQLException {
    return new Operation(
        row.getString("id"),
        Operation.Kind.valueOf(row.getString("kind")),
        Operation.State.valueOf(row.getString("state")),
        Optional.of(row.getString("cluster")).filter(id -> !id.isEmpty()).map(ClusterId::new),
        row.getString("request_id"),
        Columns.instant(row, "started_at"),
        Columns.maybeInstant(row, "ended_at"),
        row.getString("message"));
  }
}
