package io.coxswain.agent.probe;

import io.coxswain.agent.host.Commands;
import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.Files;
import io.coxswain.agent.host.Files.FileStat;
import io.coxswain.agent.host.Files.Kind;
import io.coxswain.agent.host.HostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The library that Slurm's PMIx plugin opens by name when a job starts. {@code srun --mpi=list}
 * names the plugin also where the library is missing, and on Debian the unversioned name that Slurm
 * 22.05 opens belongs to libpmix-dev, which nothing pulls in. So the plugin itself is read for the
 * directory and the name that were compiled into it; the file there is followed through its links,
 * and the loader is asked whether it finds all that the file needs.
 */
final class PmixLibrary {
  private static final List<String> LIBRARY_DIRECTORIES =
      List.of(
          "/usr/lib/x86_64-linux-gnu",
          "/usr/lib/aarch64-linux-gnu",
          "/usr/lib64",
          "/usr/lib",
          "/usr/local/lib");
  private static final List<String> PLUGIN_FOLDERS = List.of("slurm-wlm", "slurm");
  private static final Pattern PLUGIN = Pattern.compile("mpi_pmix(_v\\d+)?\\.so");
  // Strings of C end with a zero byte on both sides.
  private static final Pattern NAME = Pattern.compile("\0(libpmix\\.so[.\\d]*)\0");
  private static final Pattern DIRECTORY =
      Pattern.compile("\0(/[\\w./+-]*/lib(?:64)?(?:/[\\w.+-]+)*)/?\0");
  private static final int MOST_LINKS = 16;
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final Files files;
  private final Commands commands;

  PmixLibrary(Files files, Commands commands) {
    this.files = files;
    this.commands = commands;
  }

  boolean isLoadable() {
    return candidates().stream().anyMatch(this::isLoadable);
  }

  /** State of the plugin and of what it opens. */
  List<Optional<FileStat>> stamp() {
    List<Optional<FileStat>> stats = new ArrayList<>();
    for (String directory : LIBRARY_DIRECTORIES) {
      for (String folder : PLUGIN_FOLDERS) {
        stats.add(files.stat(directory + "/" + folder + "/mpi_pmix.so"));
      }
      stats.add(files.stat(directory + "/libpmix.so"));
      stats.add(files.stat(directory + "/libpmix.so.2"));
      stats.add(files.stat(directory + "/pmix2/lib/libpmix.so"));
    }
    return stats;
  }

  private List<String> candidates() {
    List<String> paths = new ArrayList<>();
    for (String directory : LIBRARY_DIRECTORIES) {
      for (String folder : PLUGIN_FOLDERS) {
        String plugins = directory + "/" + folder;
        for (String name : files.list(plugins)) {
          if (PLUGIN.matcher(name).matches()) {
            paths.addAll(opened(files.read(plugins + "/" + name)));
          }
        }
      }
    }
    return paths;
  }

  /**
   * Paths that a plugin may open: its directories with its names, or the names where the loader
   * looks.
   */
  static List<String> opened(byte[] plugin) {
    // One character per byte, and each zero doubled: neighbouring strings share theirs, and a match
    // would eat it.
    String text = new String(plugin, StandardCharsets.ISO_8859_1).replace("\0", "\0\0");
    List<String> names = all(NAME, text);
    List<String> directories = all(DIRECTORY, text);
    List<String> paths = new ArrayList<>();
    for (String directory : directories.isEmpty() ? LIBRARY_DIRECTORIES : directories) {
      for (String name : names) {
        paths.add(directory + "/" + name);
      }
    }
    return paths;
  }

  private static List<String> all(Pattern pattern, String text) {
    List<String> found = new ArrayList<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  private boolean isLoadable(String path) {
    try {
      return resolved(path).filter(this::isElf).filter(this::hasAllItNeeds).isPresent();
    } catch (HostException e) {
      return false;
    }
  }

  private Optional<String> resolved(String path) {
    String at = path;
    for (int links = 0; links < MOST_LINKS; links++) {
      Optional<FileStat> stat = files.stat(at);
      if (stat.isEmpty() || stat.get().kind() == Kind.DIRECTORY) {
        return Optional.empty();
      }
      if (stat.get().kind() != Kind.LINK) {
        return Optional.of(at);
      }
      at = Path.of(at).resolveSibling(files.readLink(at)).normalize().toString();
    }
    return Optional.empty();
  }

  private boolean isElf(String path) {
    byte[] bytes = files.read(path);
    return bytes.length > 4
        && bytes[0] == 0x7f
        && bytes[1] == 'E'
        && bytes[2] == 'L'
        && bytes[3] == 'F';
  }

  private boolean hasAllItNeeds(String path) {
    Optional<String> ldd = commands.find("ldd");
    if (ldd.isEmpty()) {
      return true;
    }
    Result result = commands.run(Command.of(DEADLINE, ldd.get(), path));
    return result.isSuccess() && !result.out().contains("not found");
  }
}
