package io.coxswain.controller.store;

import io.coxswain.controller.lifecycle.Roll;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table {@code roll}. */
record RollRows(Handle handle) {
  private static final String SAVE = Upsert.into("roll", "operation", "started_at", "content");

  List<Roll> all() {
    return handle
        .createQuery("select content from roll order by started_at desc, operation")
        .mapTo(String.class)
        .map(text -> Json.value(text, Roll.class))
        .list();
  }

  Optional<Roll> byOperation(String id) {
    return handle
        .createQuery("select content from roll where operation = :id")
        .bind("id", id)
        .mapTo(String.class)
        .findOne()
        .map(text -> Json.value(text, Roll.class));
  }

  void save(Roll roll) {
    handle
        .createUpdate(SAVE)
        .bind("operation", roll.operation())
        .bind("started_at", Columns.nanos(roll.startedAt()))
        .bind("content", Json.text(roll))
        .execute();
  }

  /** Forgets those whose operation was forgotten. */
  void forget() {
    handle.execute("delete from roll where operation not in (select id from operation)");
  }
}
