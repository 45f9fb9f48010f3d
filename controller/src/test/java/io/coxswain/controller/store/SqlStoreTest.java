package io.coxswain.controller.store;

import static io.coxswain.controller.store.Samples.C1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.controller.lifecycle.Cluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SQLite keeps the contract, and what only files and processes can break. */
final class SqlStoreTest extends StoreContract {
  private static final Pattern MIGRATION = Pattern.compile("V(\\d+)__[a-z0-9_]+\\.sql");

  private static final AtomicReference<byte[]> MIGRATED = new AtomicReference<>(new byte[0]);

  @TempDir Path temporary = Path.of("");

  private int made;

  /** A new database as migrations leave it; they run once. */
  @BeforeAll
  static void migrateOnce(@TempDir Path directory) throws IOException {
    Path database = directory.resolve("state").resolve("coxswain.db");
    SqlStore.open(database).close();
    MIGRATED.set(Files.readAllBytes(database));
  }

  @Override
  Store empty() {
    Path directory = temporary.resolve("empty" + made++);
    PrivateDirectory.open(directory).create("coxswain.db", MIGRATED.get());
    return SqlStore.open(directory.resolve("coxswain.db"));
  }

  private Path database(String directory) {
    return temporary.resolve(directory).resolve("coxswain.db");
  }

  @Test
  void whatWasWrittenIsThereAfterReopening() {
    Path database = database("again");
    try (SqlStore store = SqlStore.open(database)) {
      store.write(SqlStoreTest::appendOne);
      store.write(tx -> tx.next("uid", 20_000));
    }
    try (SqlStore store = SqlStore.open(database)) {
      assertThat(count(store)).isEqualTo(1);
      assertThat(store.<Integer>write(tx -> tx.next("uid", 20_000))).isEqualTo(20_001);
    }
  }

  @Test
  void theKeyOfADestroyedClusterIsInNoPageOfTheFile() throws IOException {
    Path database = database("key");
    Cluster cluster = Samples.cluster(Samples.C1, "train");
    String key = new String(cluster.mungeKey().bytes(), StandardCharsets.ISO_8859_1);
    try (SqlStore store = SqlStore.open(database)) {
      store.write(tx -> saved(tx, cluster));
    }
    assertThat(Files.readString(database, StandardCharsets.ISO_8859_1).contains(key)).isTrue();
    try (SqlStore store = SqlStore.open(database)) {
      store.write(tx -> saved(tx, cluster.destroyed(Samples.NOON)));
    }
    String piece = key.substring(0, 64);
    assertThat(Files.readString(database, StandardCharsets.ISO_8859_1).contains(piece)).isFalse();
  }

  private static boolean saved(Transaction tx, Cluster cluster) {
    tx.save(cluster);
    return true;
  }

  @Test
  void nobodyElseCanReadItsFiles() throws IOException {
    Path database = database("private");
    try (SqlStore store = SqlStore.open(database)) {
      store.write(SqlStoreTest::appendOne);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(database.getParent())))
          .isEqualTo("rwx------");
      try (Stream<Path> files = Files.list(database.getParent())) {
        List<Path> all = files.toList();
        assertThat(all)
            .extracting(file -> file.getFileName().toString())
            .containsExactlyInAnyOrder(
                "coxswain.db", "coxswain.db-wal", "coxswain.db-shm", "coxswain.db.lock");
        for (Path file : all) {
          assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
              .as("%s", file)
              .isEqualTo("rw-------");
        }
      }
    }
  }

  @Test
  void aDatabaseThatOthersCanReadIsRefused() throws IOException {
    Path database = database("shared");
    SqlStore.open(database).close();
    Files.setPosixFilePermissions(database, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> SqlStore.open(database))
        .isInstanceOf(StoreException.class)
        .hasMessageContainingAll(database.toString(), "rw-r--r--", "expected: rw-------");
    Files.setPosixFilePermissions(database, PosixFilePermissions.fromString("rw-------"));
    Files.setPosixFilePermissions(
        database.getParent(), PosixFilePermissions.fromString("rwxr-x---"));
    assertThatThrownBy(() -> SqlStore.open(database))
        .isInstanceOf(StoreException.class)
        .hasMessageContainingAll("directory", "rwxr-x---", "expected: rwx------");
  }

  @Test
  void aLinkInTheDatabasesPlaceIsRefused() throws IOException {
    Path database = database("linked");
    PrivateDirectory.open(temporary.resolve("linked"));
    Files.createSymbolicLink(database, temporary.resolve("elsewhere"));
    assertThatThrownBy(() -> SqlStore.open(database))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("no link");
  }

  @Test
  void aFileThatIsNoDatabaseIsRefused() throws IOException {
    Path database = database("garbage");
    PrivateDirectory.open(temporary.resolve("garbage")).create("coxswain.db", new byte[8192]);
    Files.writeString(database, "garbage ".repeat(1000));
    assertThatThrownBy(() -> SqlStore.open(database))
        .isInstanceOf(StoreException.class)
        .hasMessageContainingAll(database.toString(), "damaged");
    assertThatThrownBy(() -> SqlStore.open(database))
        .as("the lock was given back")
        .hasMessageContaining("damaged");
  }

  @Test
  void aSecondOpeningIsRefusedUntilTheFirstIsClosed() {
    Path database = database("twice");
    try (SqlStore first = SqlStore.open(database)) {
      assertThatThrownBy(() -> SqlStore.open(database))
          .isInstanceOf(StoreException.class)
          .hasMessageContainingAll(
              database.toString(), "in use by this process", "expected: one controller");
      first.write(SqlStoreTest::appendOne);
    }
    SqlStore.open(database).close();
  }

  @Test
  void everyCommitIsSynced() throws SQLException {
    Path database = database("pragma");
    SqlStore.open(database).close();
    try (Connection connection =
        DriverManager.getConnection("jdbc:sqlite:" + database + SqlStore.WRITER)) {
      assertThat(pragma(connection, "synchronous")).isEqualTo("2");
      assertThat(pragma(connection, "journal_mode")).isEqualTo("wal");
      assertThat(pragma(connection, "foreign_keys")).isEqualTo("1");
      assertThat(pragma(connection, "user_version")).isEqualTo(Integer.toString(Schema.NEWEST));
    }
  }

  @Test
  void aDatabaseOfANewerProgramIsRefused() throws SQLException {
    Path database = database("newer");
    SqlStore.open(database).close();
    execute(database, "pragma user_version = " + (Schema.NEWEST + 1));
    assertThatThrownBy(() -> SqlStore.open(database))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(
            "schema version " + (Schema.NEWEST + 1) + " (expected: at most " + Schema.NEWEST);
  }

  @Test
  void aMigrationThatWasNotRememberedIsFoundDone() throws SQLException {
    Path database = database("forgotten");
    try (SqlStore store = SqlStore.open(database)) {
      store.write(SqlStoreTest::appendOne);
    }
    execute(database, "pragma user_version = 0");
    try (SqlStore store = SqlStore.open(database)) {
      assertThat(count(store)).isEqualTo(1);
    }
  }

  @Test
  void theNewestMigrationIsTheSchemasVersion() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/main/resources/db/migration"))) {
      assertThat(
              files
                  .map(file -> MIGRATION.matcher(file.getFileName().toString()))
                  .filter(Matcher::matches)
                  .mapToInt(name -> Integer.parseInt(name.group(1)))
                  .max())
          .hasValue(Schema.NEWEST);
    }
  }

  @Test
  void aFullDiskLosesNothingThatWasAcknowledged() {
    Path database = database("full");
    SqlStore.open(database).close();
    int acknowledged = 0;
    try (SqlStore store = SqlStore.open(database, "&max_page_count=80")) {
      assertThatThrownBy(() -> store.write(tx -> appendMany(tx, 10_000)))
          .isInstanceOf(StoreException.class)
          .hasMessageContainingAll(
              database.toString(), "disk full", "nothing of this transaction was kept");
      assertThat(count(store)).isZero();
      acknowledged = appendUntilFull(store);
      assertThat(acknowledged).isPositive();
      assertThat(count(store)).as("reads go on").isEqualTo(acknowledged);
    }
    try (SqlStore store = SqlStore.open(database)) {
      assertThat(count(store)).isEqualTo(acknowledged);
      store.write(SqlStoreTest::appendOne);
      assertThat(count(store)).isEqualTo(acknowledged + 1);
    }
  }

  private static int appendUntilFull(SqlStore store) {
    int acknowledged = 0;
    try {
      while (acknowledged < 10_000) {
        store.write(tx -> appendMany(tx, 1));
        acknowledged++;
      }
    } catch (StoreException e) {
      assertThat(e).hasMessageContaining("disk full");
    }
    return acknowledged;
  }

  private static boolean appendMany(Transaction tx, int count) {
    for (int each = 0; each < count; each++) {
      tx.append(Samples.event(C1, "x".repeat(500)));
    }
    return true;
  }

  private static boolean appendOne(Transaction tx) {
    return appendMany(tx, 1);
  }

  private static int count(Store store) {
    return store.read(tx -> tx.events(Optional.empty(), 0, Integer.MAX_VALUE)).size();
  }

  private static String pragma(Connection connection, String name) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("pragma " + name)) {
      return row.getString(1);
    }
  }

  private static void execute(Path database, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
