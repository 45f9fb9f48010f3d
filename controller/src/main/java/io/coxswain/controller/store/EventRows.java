package io.coxswain.controller.store;

import io.coxswain.controller.spec.ClusterId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** The table {@code event}. */
record EventRows(Handle handle) {
  // One writer: the highest number cannot change under it.
  private static final String APPEND =
      "insert into event (number, happened_at, cluster, instance, machine, kind, message)"
          + " select coalesce(max(number), 0) + 1, :happened_at, :cluster, :instance, :machine, :kind, :message from event";

  void append(Event event) {
    handle
        .createUpdate(APPEND)
        .bind("happened_at", Columns.nanos(event.at()))
        .bind("cluster", event.cluster())
        .bind("instance", event.instance())
        .bind("machine", event.machine())
        .bind("kind", event.kind())
        .bind("message", event.message())
        .execute();
  }

  int forget(Instant happenedBefore, int most) {
    return handle
        .createUpdate(
            "delete from event where number < (select max(number) from event)"
                + " and (happened_at < :before"
                + " or number <= (select max(number) from event) - :most)")
        .bind("before", Columns.nanos(happenedBefore))
        .bind("most", most)
        .execute();
  }

  List<Event> after(Optional<ClusterId> cluster, long after, int limit) {
    String ofCluster = cluster.isPresent() ? " and cluster = :cluster" : "";
    Query query =
        handle.createQuery(
            "select * from event where number > :after"
                + ofCluster
                + " order by number limit :limit");
    cluster.ifPresent(id -> query.bind("cluster", id.value()));
    // A negative limit means none to SQLite.
    return query
        .bind("after", after)
        .bind("limit", Math.max(0, limit))
        .map(
            (row, context) ->
                new Event(
                    row.getLong("number"),
                    Columns.instant(row, "happened_at"),
                    row.getString("cluster"),
                    row.getString("instance"),
                    row.getString("machine"),
                    row.getString("kind"),
                    row.getString("message")))
        .list();
  }
}
