package io.coxswain.controller.store;

import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.spec.Care;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/** The tables {@code machine} and {@code report}. */
record MachineRows(Handle handle) {
  private static final String SAVE =
      Upsert.into(
          "machine",
          "id",
          "name",
          "role",
          "system_uuid",
          "serial",
          "labels",
          "enrolled_at",
          "certificate_serial",
          "certificate_expires_at",
          "revoked",
          "quarantine",
          "cleaned_at",
          "generation",
          "assignment_digest",
          "care");
  private static final String SAVE_REPORT = Upsert.into("report", "machine", "content");

  List<Machine> all() {
    return handle
        .createQuery("select * from machine order by name")
        .map((row, context) -> read(row))
        .list();
  }

  Optional<Machine> byId(String id) {
    return one("select * from machine where id = :word", id);
  }

  Optional<Machine> byName(String name) {
    return one("select * from machine where name = :word", name);
  }

  void save(Machine machine) {
    try {
      handle
          .createUpdate(SAVE)
          .bind("id", machine.id())
          .bind("name", machine.name())
          .bind("role", machine.role().name())
          .bind("system_uuid", machine.systemUuid())
          .bind("serial", machine.serial())
          .bind("labels", Json.text(machine.labels()))
          .bind("enrolled_at", Columns.nanos(machine.enrolledAt()))
          .bind("certificate_serial", machine.certificateSerial())
          .bind("certificate_expires_at", Columns.nanos(machine.certificateExpiresAt()))
          .bind("revoked", machine.isRevoked())
          .bind("quarantine", machine.quarantine())
          .bind("cleaned_at", Columns.nanos(machine.cleanedAt()))
          .bind("generation", machine.generation())
          .bind("assignment_digest", machine.assignmentDigest())
          .bind("care", machine.care().equals(Care.NONE) ? null : Json.text(machine.care()))
          .execute();
    } catch (UnableToExecuteStatementException e) {
      throw Refusal.of(
          e, "machine name: '" + machine.name() + "' (expected: one that no other machine has)");
    }
  }

  void remove(String id) {
    handle.createUpdate("delete from machine where id = :id").bind("id", id).execute();
  }

  Optional<byte[]> report(String machine) {
    return handle
        .createQuery("select content from report where machine = :machine")
        .bind("machine", machine)
        .map((row, context) -> row.getBytes("content"))
        .findOne();
  }

  void saveReport(String machine, byte[] content) {
    try {
      handle.createUpdate(SAVE_REPORT).bind("machine", machine).bind("content", content).execute();
    } catch (UnableToExecuteStatementException e) {
      throw Refusal.of(
          e, "report of machine '" + machine + "' (expected: a machine that is enrolled)");
    }
  }

  private Optional<Machine> one(String query, String word) {
    return handle.createQuery(query).bind("word", word).map((row, context) -> read(row)).findOne();
  }

  private static Machine read(ResultSet row) throws SQLException {
    return new Machine(
        row.getString("id"),
        row.getString("name"),
        Machine.Role.valueOf(row.getString("role")),
        row.getString("system_uuid"),
        row.getString("serial"),
        Json.words(row.getString("labels")),
        Columns.instant(row, "enrolled_at"),
        row.getString("certificate_serial"),
        Columns.instant(row, "certificate_expires_at"),
        row.getBoolean("revoked"),
        row.getString("quarantine"),
        Columns.maybeInstant(row, "cleaned_at"),
        row.getLong("generation"),
        row.getString("assignment_digest"),
        care(row.getString("care")));
  }

  private static Care care(@Nullable String text) {
    return text == null ? Care.NONE : Json.value(text, Care.class);
  }
}
