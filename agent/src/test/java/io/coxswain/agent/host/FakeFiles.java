package io.coxswain.agent.host;

import io.coxswain.agent.host.HostException.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.function.Predicate;

/** Files in memory, with mounts that several machines may share. */
public final class FakeFiles implements Files {
  private final Effects effects;
  private final ManualClock clock;
  private final Predicate<String> isAccount;
  private final Map<String, FakeFileSystem> mounts = new HashMap<>();
  private boolean isFull;
  private DiskSpace space = new DiskSpace(1L << 40, 1L << 39);

  FakeFiles(Effects effects, ManualClock clock, Predicate<String> isAccount) {
    this.effects = effects;
    this.clock = clock;
    this.isAccount = isAccount;
    mounts.put("/", new FakeFileSystem(true));
    for (String directory :
        List.of(
            "/etc",
            "/etc/systemd/system",
            "/home",
            "/run",
            "/tmp",
            "/usr/bin",
            "/var/lib",
            "/var/tmp",
            "/var/log",
            "/dev/shm")) {
      createDirectory(directory, new Access(0755, "root", "root"));
    }
  }

  /** Mounts a file system, which other machines may have mounted too. */
  public void mount(String point, FakeFileSystem fileSystem) {
    mounts.put(point, fileSystem);
  }

  /** From now on writing fails for want of space, or no longer does. */
  public void fill(boolean full) {
    isFull = full;
  }

  /** How much is left on all file systems. */
  public void leave(long freeBytes) {
    space = new DiskSpace(1L << 40, freeBytes);
  }

  @Override
  public DiskSpace space(String path) {
    return space;
  }

  /** Text of a file, for assertions. */
  public String text(String path) {
    return new String(read(path), java.nio.charset.StandardCharsets.UTF_8);
  }

  public void put(String path, String text) {
    write(
        path,
        text.getBytes(java.nio.charset.StandardCharsets.UTF_8),
        new Access(0644, "root", "root"));
  }

  /** As the kernel or somebody else does it: with its directories, and no change of ours. */
  public void lay(String path, String text) {
    lay(path, text, Kind.FILE);
  }

  /** A link that somebody else made. */
  public void layLink(String path, String target) {
    lay(path, target, Kind.LINK);
  }

  private void lay(String path, String text, Kind kind) {
    createMissing(parent(check(path)));
    byte[] content = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    boolean isLink = kind == Kind.LINK;
    tree(path)
        .put(
            path,
            new FakeFileSystem.Entry(
                kind,
                isLink ? new byte[0] : content,
                isLink ? text : "",
                new Access(0644, "root", "root"),
                clock.millis()));
  }

  /** Somebody else took the file, or the tree. */
  public void take(String path) {
    tree(path).keySet().removeIf(name -> name.equals(path) || name.startsWith(path + "/"));
  }

  /**
   * Every path with kind, access and content's hash: equal before and after what changes nothing.
   */
  public List<String> snapshot() {
    List<String> lines = new ArrayList<>();
    mounts.forEach(
        (point, files) ->
            files.entries.forEach(
                (path, entry) ->
                    lines.add(
                        point
                            + " "
                            + path
                            + " "
                            + entry.kind
                            + " "
                            + entry.access
                            + " "
                            + Arrays.hashCode(entry.content)
                            + " "
                            + entry.target)));
    return lines.stream().sorted().toList();
  }

  @Override
  public Optional<FileStat> stat(String path) {
    return Optional.ofNullable(tree(path).get(check(path)))
        .map(
            entry ->
                new FileStat(
                    entry.kind,
                    entry.access.mode(),
                    entry.access.owner(),
                    entry.access.group(),
                    entry.content.length,
                    entry.modifiedMillis));
  }

  @Override
  public byte[] read(String path) {
    FakeFileSystem.Entry entry = tree(path).get(check(path));
    if (entry != null && entry.kind == Kind.LINK) {
      return read(java.nio.file.Path.of(path).resolveSibling(entry.target).normalize().toString());
    }
    if (entry == null || entry.kind != Kind.FILE) {
      throw new HostException(Reason.IO_ERROR, "read " + path + ": does not exist");
    }
    return entry.content.clone();
  }

  @Override
  public String readLink(String path) {
    FakeFileSystem.Entry entry = tree(path).get(check(path));
    if (entry == null || entry.kind != Kind.LINK) {
      throw new HostException(Reason.IO_ERROR, "read the link " + path + ": not a link");
    }
    return entry.target;
  }

  @Override
  public List<String> list(String directory) {
    String prefix = directory.equals("/") ? "/" : directory + "/";
    List<String> names = new ArrayList<>();
    for (String path : tree(prefix + "x").tailMap(prefix, false).keySet()) {
      if (!path.startsWith(prefix)) {
        break;
      }
      if (path.indexOf('/', prefix.length()) < 0) {
        names.add(path.substring(prefix.length()));
      }
    }
    return names.stream().sorted().toList();
  }

  @Override
  public void write(String path, byte[] content, Access access) {
    effects.around(
        "write " + path,
        () -> {
          refuseFull("write " + path);
          refuseUnknown(access);
          demandDirectory(parent(path), "write " + path);
          FakeFileSystem.Entry there = tree(path).get(check(path));
          if (there != null && there.kind == Kind.DIRECTORY) {
            throw new HostException(Reason.IO_ERROR, "write " + path + ": is a directory");
          }
          tree(path)
              .put(
                  path,
                  new FakeFileSystem.Entry(Kind.FILE, content.clone(), "", access, clock.millis()));
        });
  }

  @Override
  public void createDirectory(String path, Access access) {
    effects.around(
        "create directory " + path,
        () -> {
          refuseFull("create the directory " + path);
          refuseUnknown(access);
          createMissing(parent(check(path)));
          FakeFileSystem.Entry there = tree(path).get(path);
          if (there != null && there.kind != Kind.DIRECTORY) {
            throw new HostException(Reason.IO_ERROR, "create the directory " + path + ": exists");
          }
          tree(path)
              .put(
                  path,
                  new FakeFileSystem.Entry(
                      Kind.DIRECTORY, new byte[0], "", access, clock.millis()));
        });
  }

  private void createMissing(String path) {
    if (path.equals("/") || mounts.containsKey(path) || stat(path).isPresent()) {
      return;
    }
    createMissing(parent(path));
    tree(path)
        .put(
            path,
            new FakeFileSystem.Entry(
                Kind.DIRECTORY, new byte[0], "", new Access(0755, "root", "root"), clock.millis()));
  }

  @Override
  public void link(String path, String target) {
    effects.around(
        "link " + path,
        () -> {
          refuseFull("link " + path);
          demandDirectory(parent(path), "link " + path);
          FakeFileSystem.Entry there = tree(path).get(check(path));
          if (there != null && there.kind != Kind.LINK) {
            throw new HostException(Reason.IO_ERROR, "link " + path + ": is there and not a link");
          }
          tree(path)
              .put(
                  path,
                  new FakeFileSystem.Entry(
                      Kind.LINK,
                      new byte[0],
                      target,
                      new Access(0777, "root", "root"),
                      clock.millis()));
        });
  }

  @Override
  public void delete(String path) {
    effects.around(
        "delete " + path,
        () -> {
          if (!list(check(path)).isEmpty()) {
            throw new HostException(
                Reason.IO_ERROR, "delete " + path + ": the directory is not empty");
          }
          tree(path).remove(path);
        });
  }

  @Override
  public void deleteTree(String path) {
    check(path);
    if (mounts.keySet().stream()
        .anyMatch(point -> point.equals(path) || point.startsWith(path + "/"))) {
      throw new HostException(Reason.NOT_OURS, "delete " + path + ": holds a mount point");
    }
    if (parent(path).equals("/")) {
      throw new HostException(Reason.NOT_OURS, "delete " + path + ": a top-level directory");
    }
    effects.around(
        "delete tree " + path,
        () -> {
          NavigableMap<String, FakeFileSystem.Entry> tree = tree(path);
          tree.keySet().removeIf(name -> name.equals(path) || name.startsWith(path + "/"));
        });
  }

  @Override
  public boolean isOnOtherMount(String path) {
    return !mountPoint(path).equals("/");
  }

  @Override
  public boolean isLocal(String path) {
    return fileSystem(path).isLocal;
  }

  private void demandDirectory(String path, String what) {
    boolean isRoot = path.equals("/") || mounts.containsKey(path);
    if (!isRoot && stat(path).filter(stat -> stat.kind() != Kind.FILE).isEmpty()) {
      throw new HostException(Reason.IO_ERROR, what + ": does not exist");
    }
  }

  private void refuseFull(String what) {
    if (isFull) {
      throw new HostException(Reason.DISK_FULL, what + ": no space left on the device");
    }
  }

  private void refuseUnknown(Access access) {
    if (!isAccount.test(access.owner())) {
      throw new HostException(
          Reason.ACCOUNT_CONFLICT, "owner: no account " + access.owner() + " on this machine");
    }
  }

  private static String check(String path) {
    java.nio.file.Path given = java.nio.file.Path.of(path);
    if (!given.isAbsolute() || !given.equals(given.normalize())) {
      throw new HostException(
          Reason.IO_ERROR, "path: " + path + " (expected: absolute, without . and ..)");
    }
    return path;
  }

  private static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash <= 0 ? "/" : path.substring(0, slash);
  }

  private NavigableMap<String, FakeFileSystem.Entry> tree(String path) {
    return fileSystem(path).entries;
  }

  private FakeFileSystem fileSystem(String path) {
    return mounts.getOrDefault(mountPoint(path), new FakeFileSystem(true));
  }

  private String mountPoint(String path) {
    return mounts.keySet().stream()
        .filter(point -> point.equals("/") || path.equals(point) || path.startsWith(point + "/"))
        .max(java.util.Comparator.comparingInt(String::length))
        .orElse("/");
  }
}
