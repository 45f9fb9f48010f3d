package io.coxswain.controller.store;

import java.nio.file.Path;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Jdbi;

/** The tables' version, and how an older one becomes it. */
final class Schema {
  /** Of the newest file in {@code db/migration}. */
  static final int NEWEST = 8;

  private Schema() {}

  /**
   * Migrates where needed. Flyway takes half a second to find nothing to do, so SQLite's {@code
   * user_version} remembers, after a migration that succeeded, that there is nothing; without it
   * Flyway looks itself.
   */
  static void migrate(Jdbi jdbi, String url, Path database) {
    int version =
        jdbi.withHandle(
            handle -> handle.createQuery("pragma user_version").mapTo(Integer.class).one());
    if (version == NEWEST) {
      return;
    }
    if (version > NEWEST) {
      throw new StoreException(
          "database "
              + database
              + ": schema version "
              + version
              + " (expected: at most "
              + NEWEST
              + ", this program's);"
              + " use the newer program that wrote it, or restore a backup");
    }
    try {
      Flyway.configure(Schema.class.getClassLoader())
          .dataSource(url, null, null)
          .locations("classpath:db/migration")
          .failOnMissingLocations(true)
          .loggers("slf4j")
          .load()
          .migrate();
    } catch (FlywayException e) {
      throw new StoreException(
          "database "
              + database
              + ": cannot be migrated from schema version "
              + version
              + " to "
              + NEWEST
              + ": "
              + e.getMessage(),
          e);
    }
    jdbi.useHandle(handle -> handle.execute("pragma user_version = " + NEWEST));
  }
}
