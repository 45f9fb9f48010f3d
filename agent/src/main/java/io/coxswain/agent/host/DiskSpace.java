package io.coxswain.agent.host;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Path;

/**
 * How much a file system holds.
 *
 * @param freeBytes that users may still take; root may take a little more
 */
public record DiskSpace(long sizeBytes, long freeBytes) {
  /** Of the file system that holds the path; blocks for ever on a dead network file system. */
  public static DiskSpace of(String path) {
    try {
      FileStore store = java.nio.file.Files.getFileStore(Path.of(path));
      return new DiskSpace(store.getTotalSpace(), store.getUsableSpace());
    } catch (IOException e) {
      throw new HostException(
          HostException.Reason.IO_ERROR, "space of " + path + ": " + e.getMessage());
    }
  }
}
