package io.coxswain.agent.host;

import java.util.List;
import java.util.Optional;

/**
 * Files by absolute path. Writes are atomic: a reader sees the old content or the new, never a
 * part.
 */
public interface Files {
  /** Empty when there is nothing at the path. Symbolic links are not followed. */
  Optional<FileStat> stat(String path);

  byte[] read(String path);

  /** Target of a symbolic link, unresolved. */
  String readLink(String path);

  /** Names in a directory, sorted; empty when it does not exist. */
  List<String> list(String directory);

  /**
   * Replaces the content durably (fsync before rename) with mode and owner set before the name
   * appears. A file that is itself a mount point (a container's /etc/hosts) cannot be renamed over
   * and is rewritten in place.
   */
  void write(String path, byte[] content, Access access);

  /** Creates the directory and its missing parents (parents 0755 root); sets mode and owner. */
  void createDirectory(String path, Access access);

  /** Replaces whatever link is at the path; refuses to replace a file or directory. */
  void link(String path, String target);

  /** Removes a file, link or empty directory; nothing there is fine. */
  void delete(String path);

  /**
   * Removes a tree without crossing a mount point or following a link. Refused when the path is or
   * holds a mount point.
   */
  void deleteTree(String path);

  /**
   * Whether the path lies on a file system shared with other machines or is below a mount that is
   * not the root's.
   */
  boolean isOnOtherMount(String path);

  /**
   * Whether the path lies on a file system that only this machine can have: a disk of its own or
   * its memory.
   */
  boolean isLocal(String path);

  /** How much the file system holds that the path lies on. */
  default DiskSpace space(String path) {
    return DiskSpace.of(path);
  }

  /** Permission bits, owner and group by name. */
  record Access(int mode, String owner, String group) {}

  /** What is at a path. */
  record FileStat(
      Kind kind, int mode, String owner, String group, long size, long modifiedMillis) {}

  enum Kind {
    FILE,
    DIRECTORY,
    LINK,
    OTHER
  }
}
