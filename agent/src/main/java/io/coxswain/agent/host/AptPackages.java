package io.coxswain.agent.host;

import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.HostException.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Debian packages: apt-get changes them, dpkg's own database says what is there. */
final class AptPackages implements Packages {
  private static final Duration UPDATE = Duration.ofMinutes(5);
  // A kernel module that is built on the machine takes minutes for each kernel.
  private static final Duration INSTALL = Duration.ofMinutes(30);
  private static final String LOCK_WAIT = "DPkg::Lock::Timeout=20";
  private static final Path CACHE = Path.of("/var/cache/apt/archives");
  private static final List<String> CONFIRMED =
      List.of(
          "--yes",
          "--no-install-recommends",
          "-o",
          LOCK_WAIT,
          "-o",
          "Dpkg::Options::=--force-confdef",
          "-o",
          "Dpkg::Options::=--force-confold");
  private static final List<String> ANY_VERSION =
      List.of("--allow-downgrades", "--allow-change-held-packages");

  // Maintainer scripts inherit it: systemctl then does not talk to systemd, so no service starts,
  // and nothing is left behind
  // when we are killed in between (a policy-rc.d would be).
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "DEBIAN_FRONTEND", "noninteractive",
          "SYSTEMD_OFFLINE", "1",
          // needrestart(1) would restart services of running jobs.
          "NEEDRESTART_SUSPEND", "1",
          "APT_LISTCHANGES_FRONTEND", "none");

  private final Commands commands;
  private final DpkgDatabase database;
  private final Path lists;

  AptPackages(Commands commands, Path database, Path lists) {
    this.commands = commands;
    this.database = new DpkgDatabase(database);
    this.lists = lists;
  }

  @Override
  public Optional<String> installed(String name) {
    return Optional.ofNullable(database.versions(List.of(name)).get(name));
  }

  @Override
  public Set<String> missing(Collection<String> names) {
    Set<String> missing = new LinkedHashSet<>(names);
    missing.removeAll(database.versions(names).keySet());
    return missing;
  }

  @Override
  public Set<String> traces(Collection<String> names) {
    return database.traces(names);
  }

  @Override
  public void install(Collection<String> names) {
    install("install " + String.join(" ", names), List.of(), List.copyOf(names));
  }

  @Override
  public Optional<String> limitation() {
    return commands.find("apt-get").isPresent()
        ? Optional.empty()
        : Optional.of(
            "package manager: no apt-get on this machine (expected: Debian or Ubuntu; on another"
                + " distribution install the driver by its own means)");
  }

  @Override
  public List<Installed> matching(Pattern names) {
    return database.matching(names);
  }

  @Override
  public void refresh() {
    demandApt();
    refreshLists();
  }

  @Override
  public Foreseen foresee(Selection selection) {
    demandApt();
    List<String> options = options(selection);
    options.add("--simulate");
    Result result = apt(options, words(selection));
    if (!result.isSuccess()) {
      throw AptText.failure("foresee " + String.join(" ", words(selection)), result);
    }
    return AptText.foreseen(result.out());
  }

  @Override
  public void bring(Selection selection) {
    demandApt();
    List<String> words = words(selection);
    install("install " + String.join(" ", words), options(selection), words);
  }

  private static List<String> options(Selection selection) {
    List<String> options = new ArrayList<>(ANY_VERSION);
    if (!selection.gone().isEmpty()) {
      options.add("--purge");
    }
    return options;
  }

  // apt-get(8): a minus behind the name removes, so that all is one transaction.
  private static List<String> words(Selection selection) {
    List<String> words = new ArrayList<>(selection.present());
    selection.gone().forEach(name -> words.add(name + "-"));
    return words;
  }

  @Override
  public void hold(Collection<String> names) {
    mark("hold", names);
  }

  @Override
  public void release(Collection<String> names) {
    mark("unhold", names);
  }

  private void mark(String how, Collection<String> names) {
    if (names.isEmpty()) {
      return;
    }
    demandApt();
    List<String> argv = new ArrayList<>(List.of("apt-mark", how, "--"));
    argv.addAll(names);
    Result result = commands.run(new Command(argv, UPDATE, ENVIRONMENT, Optional.empty()));
    if (!result.isSuccess()) {
      throw AptText.failure("apt-mark " + how + " " + String.join(" ", names), result);
    }
  }

  @Override
  public Optional<String> keep(Installed installed, String directory) {
    demandApt();
    // apt-get downloads to where it stands.
    Result result =
        commands.run(
            Command.of(
                    INSTALL,
                    "env",
                    "--chdir=" + directory,
                    "apt-get",
                    "download",
                    "-o",
                    "APT::Sandbox::User=root",
                    installed.name() + "=" + installed.version())
                .with(ENVIRONMENT));
    String space = result.err() + result.out();
    if (!result.isSuccess() && space.contains("No space left on device")) {
      throw AptText.failure("keep " + installed.name(), result);
    }
    Path kept = Path.of(directory);
    try {
      Optional<Path> file = file(kept, installed);
      if (file.isEmpty()) {
        Optional<Path> cached = file(CACHE, installed);
        if (cached.isPresent()) {
          Path copy = kept.resolve(cached.get().getFileName());
          java.nio.file.Files.copy(cached.get(), copy, StandardCopyOption.REPLACE_EXISTING);
          file = Optional.of(copy);
        }
      }
      if (file.isPresent()) {
        try (FileChannel channel = FileChannel.open(file.get(), StandardOpenOption.WRITE)) {
          channel.force(true);
        }
      }
      return file.map(Path::toString);
    } catch (IOException e) {
      throw new HostException(
          Reason.IO_ERROR, "keep " + installed.name() + " in " + directory + ": " + e.getMessage());
    }
  }

  // NAME_VERSION_ARCHITECTURE.deb, where the colon of an epoch is %3a.
  private static Optional<Path> file(Path directory, Installed installed) throws IOException {
    String name = installed.name().replaceFirst(":.*", "");
    String beginning = name + "_" + installed.version().replace(":", "%3a") + "_";
    if (!java.nio.file.Files.isDirectory(directory)) {
      return Optional.empty();
    }
    try (var files = java.nio.file.Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(beginning))
          .filter(file -> file.getFileName().toString().endsWith(".deb"))
          .findFirst();
    }
  }

  private void demandApt() {
    limitation()
        .ifPresent(
            why -> {
              throw new HostException(Reason.PACKAGE_FAILED, why);
            });
  }

  private void install(String what, List<String> options, List<String> words) {
    if (hasNoLists()) {
      refreshLists();
    }
    Result result = apt(options, words);
    if (result.err().contains("dpkg --configure -a")) {
      // A run before this one was cut off.
      commands.run(Command.of(INSTALL, "dpkg", "--configure", "-a").with(ENVIRONMENT));
      result = apt(options, words);
    }
    if (!result.isSuccess() && AptText.isStale(result)) {
      refreshLists();
      result = apt(options, words);
    }
    commands.run(Command.of(UPDATE, "systemctl", "daemon-reload"));
    if (!result.isSuccess()) {
      throw AptText.failure(what, result);
    }
  }

  private void refreshLists() {
    Result result =
        commands.run(Command.of(UPDATE, "apt-get", "update", "-o", LOCK_WAIT).with(ENVIRONMENT));
    if (!result.isSuccess()) {
      throw AptText.failure("update the package lists", result);
    }
  }

  private Result apt(List<String> options, List<String> words) {
    List<String> argv = new ArrayList<>(List.of("apt-get", "install"));
    argv.addAll(CONFIRMED);
    argv.addAll(options);
    argv.add("--");
    argv.addAll(words);
    return commands.run(new Command(argv, INSTALL, ENVIRONMENT, Optional.empty()));
  }

  private boolean hasNoLists() {
    try (var files = java.nio.file.Files.list(lists)) {
      return files.noneMatch(file -> file.getFileName().toString().contains("_Packages"));
    } catch (IOException e) {
      return true;
    }
  }
}
