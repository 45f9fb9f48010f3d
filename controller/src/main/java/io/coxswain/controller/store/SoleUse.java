package io.coxswain.controller.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The right to use a database alone: a lock that the kernel takes back when the process ends,
 * however it ends.
 */
final class SoleUse implements AutoCloseable {
  // The kernel's locks are per process, and closing any channel of the file would free them: inside
  // one, this set decides.
  private static final Set<Path> HERE = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private SoleUse(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  static SoleUse of(PrivateDirectory directory, String database) {
    Path file = directory.touch(database + ".lock");
    if (!HERE.add(file)) {
      throw refused(directory.file(database), "this process");
    }
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        String holder = holder(channel);
        channel.close();
        throw refused(directory.file(database), holder);
      }
      channel
          .truncate(0)
          .write(
              ByteBuffer.wrap(
                  Long.toString(ProcessHandle.current().pid())
                      .getBytes(StandardCharsets.US_ASCII)));
      return new SoleUse(file, channel);
    } catch (IOException e) {
      HERE.remove(file);
      throw new StoreException(
          "file " + file + ": cannot be locked (expected: a local file system)", e);
    } catch (StoreException e) {
      HERE.remove(file);
      throw e;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new StoreException("file " + file + ": cannot be unlocked", e);
    } finally {
      HERE.remove(file);
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer pid = ByteBuffer.allocate(20);
    channel.read(pid, 0);
    return "process "
        + new String(pid.array(), 0, pid.position(), StandardCharsets.US_ASCII).strip();
  }

  private static StoreException refused(Path database, String holder) {
    return new StoreException(
        "database "
            + database
            + ": in use by "
            + holder
            + " (expected: one controller); stop it first, two would undo each other's work");
  }
}
