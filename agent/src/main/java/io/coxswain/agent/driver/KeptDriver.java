package io.coxswain.agent.driver;

import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.host.Files.FileStat;
import io.coxswain.agent.host.Files.Kind;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import io.coxswain.agent.host.Packages.Foreseen;
import io.coxswain.agent.host.Packages.Installed;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What was on this machine before a bundle, so that it can be brought back.
 *
 * <ul>
 *   <li>It is whole before anything is changed: its list is written last, and then the name of the
 *       newest one. A crash before that leaves nothing that counts.
 *   <li>It is never written over by what a half-way installation left: a wish that comes after one
 *       that failed shares what was kept for that.
 *   <li>What a transaction will add and change is written down before the transaction.
 *   <li>The newest and the one that the bundle before it needs are there; older ones go.
 * </ul>
 *
 * @param name of its directory
 * @param ids wishes that it was kept for
 * @param packages NVIDIA's packages as they were
 * @param others packages that are not NVIDIA's and that a bundle changes or removes, as they were
 * @param added packages that were not there and that a bundle brings
 * @param files managed files as they were
 */
public record KeptDriver(
    String name,
    Set<String> ids,
    List<Installed> packages,
    List<Installed> others,
    Set<String> added,
    List<KeptFile> files) {
  private static final String ROOT = Memory.DIRECTORY + "/kept";
  private static final String NEWEST = Memory.DIRECTORY + "/newest-kept";

  public KeptDriver {
    ids = Set.copyOf(ids);
    packages = List.copyOf(packages);
    others = List.copyOf(others);
    added = Set.copyOf(added);
    files = List.copyOf(files);
  }

  /**
   * A file as it was.
   *
   * @param access empty: it was not there
   */
  public record KeptFile(String path, Optional<Access> access) {}

  /** The last one that was made and not brought back. */
  public static Optional<KeptDriver> newest(Host host) {
    return Memory.lines(host, NEWEST)
        .map(lines -> String.join("", lines))
        .flatMap(name -> named(host, name));
  }

  /** The one of that name. */
  public static Optional<KeptDriver> named(Host host, String name) {
    return Memory.lines(host, directory(name) + "/before")
        .map(lines -> KeptText.parse(name, lines));
  }

  /** Keeps what is now for a wish, or finds what was kept for it. */
  public static KeptDriver keep(Host host, String id, List<String> paths) {
    Optional<KeptDriver> newest = newest(host);
    Optional<String> appliedOn = AppliedBundle.of(host).map(AppliedBundle::kept);
    if (newest.isPresent()
        && (newest.get().ids.contains(id) || !appliedOn.equals(Optional.of(newest.get().name)))) {
      return newest.get().sharedBy(host, id, paths);
    }
    String name = "before-" + Memory.word(id);
    prune(host, Set.of(name, appliedOn.orElse("")));
    host.files().deleteTree(directory(name));
    Memory.make(host, ROOT);
    Memory.make(host, directory(name));
    List<Installed> packages = DriverPackages.installed(host);
    packages.forEach(one -> host.packages().keep(one, directory(name)));
    List<KeptFile> files = new ArrayList<>();
    paths.forEach(path -> files.add(keepFile(host, name, path)));
    if (host.files().stat(AppliedBundle.FILE).isPresent()) {
      Memory.write(host, directory(name) + "/applied", host.files().read(AppliedBundle.FILE));
    }
    KeptDriver kept = new KeptDriver(name, Set.of(id), packages, List.of(), Set.of(), files);
    kept.write(host);
    Memory.write(host, NEWEST, List.of(name));
    return kept;
  }

  private static void prune(Host host, Set<String> wanted) {
    for (String name : host.files().list(ROOT)) {
      if (!wanted.contains(name)) {
        host.files().deleteTree(directory(name));
      }
    }
  }

  private KeptDriver sharedBy(Host host, String id, List<String> paths) {
    List<KeptFile> all = new ArrayList<>(files);
    for (String path : paths) {
      if (files.stream().noneMatch(file -> file.path().equals(path))) {
        all.add(keepFile(host, name, path));
      }
    }
    Set<String> both = new LinkedHashSet<>(ids);
    both.add(id);
    KeptDriver shared = new KeptDriver(name, both, packages, others, added, all);
    if (!shared.equals(this)) {
      shared.write(host);
    }
    return shared;
  }

  private static KeptFile keepFile(Host host, String name, String path) {
    Optional<FileStat> stat = host.files().stat(path);
    if (stat.isEmpty()) {
      return new KeptFile(path, Optional.empty());
    }
    if (stat.get().kind() != Kind.FILE) {
      throw new HostException(
          Reason.NOT_OURS, path + ": is no file (expected: a file, or nothing)");
    }
    Memory.write(host, content(name, path), host.files().read(path));
    FileStat is = stat.get();
    return new KeptFile(path, Optional.of(new Access(is.mode(), is.owner(), is.group())));
  }

  /** Writes down what a transaction will do, and keeps what it will change, before it is made. */
  public KeptDriver foresees(Host host, Foreseen foreseen) {
    Set<String> allAdded = new LinkedHashSet<>(added);
    allAdded.addAll(foreseen.added());
    List<Installed> allOthers = new ArrayList<>(others);
    List<String> touched = new ArrayList<>(foreseen.changed());
    touched.addAll(foreseen.removed());
    for (String touch : touched) {
      boolean isKnown =
          added.contains(touch)
              || packages.stream().anyMatch(one -> one.name().equals(touch))
              || others.stream().anyMatch(one -> one.name().equals(touch));
      if (!isKnown) {
        host.packages().matching(Pattern.compile(Pattern.quote(touch))).stream()
            .filter(one -> one.name().equals(touch))
            .forEach(
                one -> {
                  host.packages().keep(one, directory());
                  allOthers.add(one);
                });
      }
    }
    KeptDriver next = new KeptDriver(name, ids, packages, allOthers, allAdded, files);
    if (!next.equals(this)) {
      next.write(host);
    }
    return next;
  }

  /** What is to be installed to have the version of then: the kept file, or the version's name. */
  public String word(Host host, Installed wanted) {
    String beginning =
        wanted.name().replaceFirst(":.*", "") + "_" + wanted.version().replace(":", "%3a") + "_";
    return host.files().list(directory()).stream()
        .filter(file -> file.startsWith(beginning) && file.endsWith(".deb"))
        .findFirst()
        .map(file -> directory() + "/" + file)
        .orElse(wanted.name() + "=" + wanted.version());
  }

  /** Makes the managed files what they were. */
  public void restoreFiles(Host host) {
    for (KeptFile file : files) {
      if (file.access().isPresent()) {
        byte[] content = host.files().read(content(name, file.path()));
        host.files().write(file.path(), content, file.access().get());
      } else {
        host.files().delete(file.path());
      }
    }
  }

  /** The bundle of then is the one that is applied, and what was kept for it the newest. */
  public void restoreMemory(Host host) {
    String applied = directory() + "/applied";
    if (host.files().stat(applied).isPresent()) {
      Memory.write(host, AppliedBundle.FILE, host.files().read(applied));
    } else {
      host.files().delete(AppliedBundle.FILE);
    }
    Optional<String> before =
        AppliedBundle.of(host)
            .map(AppliedBundle::kept)
            .filter(kept -> named(host, kept).isPresent());
    if (before.isPresent()) {
      Memory.write(host, NEWEST, List.of(before.get()));
    } else {
      host.files().delete(NEWEST);
    }
  }

  /** Where the packages' files are. */
  public String directory() {
    return directory(name);
  }

  private void write(Host host) {
    Memory.write(host, directory() + "/before", KeptText.lines(this));
  }

  private static String directory(String name) {
    return ROOT + "/" + name;
  }

  private static String content(String name, String path) {
    return directory(name) + "/file" + Memory.word(path);
  }
}
