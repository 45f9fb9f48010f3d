package io.coxswain.controller.store;

import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.StatementExceptions;

/**
 * The store on SQLite: one file, its write-ahead log, and a lock beside it.
 *
 * <ul>
 *   <li>One process alone has it open.
 *   <li>What {@code write} returned from was synced to the disk.
 *   <li>Writes go through one connection and one thread, reads through another connection, one at a
 *       time, from a snapshot.
 * </ul>
 */
public final class SqlStore implements Store {
  // secure_delete: what is erased is overwritten, so that no page keeps a destroyed cluster's key.
  static final String WRITER =
      "?journal_mode=WAL&synchronous=FULL&busy_timeout=5000&foreign_keys=true&transaction_mode=IMMEDIATE&secure_delete=true";
  // SQLITE_OPEN_READONLY.
  private static final String READER = "?open_mode=1&busy_timeout=5000";

  private final Path database;
  private final SoleUse use;
  private final Handle writer;
  private final GroupCommit commits;
  private final Handle reader;
  private final SqlTransaction snapshot;
  private final ReentrantLock reading = new ReentrantLock();
  private boolean isClosed;

  private SqlStore(Path database, SoleUse use, Handle writer, Handle reader) {
    this.database = database;
    this.use = use;
    this.writer = writer;
    this.reader = reader;
    commits = new GroupCommit(writer, database);
    snapshot = new SqlTransaction(reader, false);
  }

  /**
   * Opens the database, makes it when it is missing and migrates it when it is older. Its directory
   * must be the running user's own, 0700, and hold nothing that others can read.
   */
  public static SqlStore open(Path database) {
    return open(database, "");
  }

  /** With more of SQLite's settings: {@code &max_page_count=100}. */
  static SqlStore open(Path database, String settings) {
    Path file = database.toAbsolutePath();
    Path parent = file.getParent();
    if (parent == null) {
      throw new StoreException("database " + file + ": a directory (expected: a file)");
    }
    PrivateDirectory directory = PrivateDirectory.open(parent);
    String name = parent.relativize(file).toString();
    directory.touch(name);
    SoleUse use = SoleUse.of(directory, name);
    try {
      return open(directory.file(name), settings, use);
    } catch (JdbiException e) {
      use.close();
      throw SqlError.of(file, e);
    } catch (RuntimeException e) {
      use.close();
      throw e;
    }
  }

  private static SqlStore open(Path database, String settings, SoleUse use) {
    String url = "jdbc:sqlite:" + database;
    Jdbi jdbi = jdbi(url + WRITER + settings);
    Schema.migrate(jdbi, url + WRITER, database);
    Handle writer = jdbi.open();
    Handle reader = jdbi(url + READER).open();
    SqlStore store = new SqlStore(database, use, writer, reader);
    store.commits.start();
    return store;
  }

  @Override
  public <T> T write(Function<Transaction, T> work) {
    requireOutside();
    return commits.write(work);
  }

  @Override
  public <T> T read(Function<Transaction, T> work) {
    requireOutside();
    reading.lock();
    try {
      if (isClosed) {
        throw new StoreException("database " + database + ": closed");
      }
      reader.execute("begin");
      try {
        return work.apply(snapshot);
      } finally {
        reader.execute("rollback");
      }
    } catch (JdbiException e) {
      throw SqlError.of(database, e);
    } finally {
      reading.unlock();
    }
  }

  /** How many commits there were; fewer than writes when callers shared some. */
  public long commits() {
    return commits.commits();
  }

  /** How many writes wait for the writer. */
  public int waiting() {
    return commits.waiting();
  }

  /** Finishes the writes that wait. */
  @Override
  public void close() {
    commits.close();
    reading.lock();
    try {
      if (!isClosed) {
        isClosed = true;
        // The last connection to close folds the log into the file; a read-only one cannot.
        reader.close();
        writer.close();
        use.close();
      }
    } finally {
      reading.unlock();
    }
  }

  private void requireOutside() {
    if (commits.isWriting() || reading.isHeldByCurrentThread()) {
      throw new IllegalStateException(
          "a transaction inside another (expected: use the one that is open)");
    }
  }

  private static Jdbi jdbi(String url) {
    Jdbi jdbi = Jdbi.create(url);
    // Parameters may be hashes and keys: they stay out of messages.
    jdbi.getConfig(StatementExceptions.class)
        .setMessageRendering(StatementExceptions.MessageRendering.NONE);
    return jdbi;
  }
}
