package io.coxswain.controller.store;

import io.coxswain.controller.observed.Machine;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table {@code join_token}. */
record TokenRows(Handle handle) {
  private static final String SAVE =
      Upsert.into(
          "join_token", "hash", "role", "name", "serial", "uses_left", "expires_at", "labels");

  void save(JoinToken token) {
    handle
        .createUpdate(SAVE)
        .bind("hash", token.hash())
        .bind("role", token.role().name())
        .bind("name", token.name())
        .bind("serial", token.serial())
        .bind("uses_left", token.usesLeft())
        .bind("expires_at", Columns.nanos(token.expiresAt()))
        .bind("labels", Json.text(token.labels()))
        .execute();
  }

  int forget(Instant expiredBefore) {
    return handle
        .createUpdate("delete from join_token where expires_at < :before")
        .bind("before", Columns.nanos(expiredBefore))
        .execute();
  }

  Optional<JoinToken> byHash(String hash) {
    return handle
        .createQuery("select * from join_token where hash = :hash")
        .bind("hash", hash)
        .map(
            (row, context) ->
                new JoinToken(
                    row.getString("hash"),
                    Machine.Role.valueOf(row.getString("role")),
                    row.getString("name"),
                    row.getString("serial"),
                    row.getInt("uses_left"),
                    Columns.instant(row, "expires_at"),
                    Json.words(row.getString("labels"))))
        .findOne();
  }
}
