package io.coxswain.agent.step;

import io.coxswain.agent.driver.AppliedBundle;
import io.coxswain.agent.driver.DriverPackages;
import io.coxswain.agent.driver.GpuUsers;
import io.coxswain.agent.driver.KeptDriver;
import io.coxswain.agent.driver.ModuleBuild;
import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import io.coxswain.agent.host.Packages.Foreseen;
import io.coxswain.agent.host.Packages.Installed;
import io.coxswain.agent.host.Packages.Selection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The packages and files of a bundle were put in place and held, once for this wish. What was
 * before is kept first, and what a transaction will do is written down before it is made, so that
 * {@link RestoreDriver} mends whatever a failure or a crash leaves.
 *
 * <p>What something else changes afterwards is told as drift and not mended here: a driver is not
 * exchanged under jobs because somebody ran an upgrade. Another wish mends it.
 *
 * @param id names the wish
 * @param files package sources, pins, fences; their parents are made
 */
public record InstallDriver(
    String id, String bundle, List<ConfigurationFile> files, List<WantedPackage> packages)
    implements Step {
  private static final Access READABLE = new Access(0644, "root", "root");

  public InstallDriver {
    files = List.copyOf(files);
    packages = List.copyOf(packages);
  }

  /** A text file that belongs to the bundle. */
  public record ConfigurationFile(String path, Content content) {}

  /**
   * A package of the bundle.
   *
   * @param version a Debian version, or its beginning followed by "*"; empty: what the sources have
   */
  public record WantedPackage(String name, String version) {
    String word() {
      return version.isEmpty() ? name : name + "=" + version;
    }
  }

  @Override
  public Check check(Host host) {
    if (isDone(host)) {
      return new Check.InSync();
    }
    Optional<String> busy = new GpuUsers(host).any();
    if (busy.isPresent()) {
      return new Check.Blocked(busy.get());
    }
    List<String> changes = new ArrayList<>();
    for (ConfigurationFile file : files) {
      if (!isWritten(host, file)) {
        changes.add(file.path() + ": write");
      }
    }
    for (WantedPackage wanted : packages) {
      Optional<String> installed = host.packages().installed(wanted.name());
      if (installed.filter(is -> DriverPackages.isWanted(is, wanted.version())).isEmpty()) {
        changes.add(
            "%s: %s -> %s"
                .formatted(
                    wanted.name(),
                    installed.orElse("none"),
                    wanted.version().isEmpty() ? "installed" : wanted.version()));
      }
    }
    changes.add("hold the driver's packages as " + bundle);
    return Check.Drift.of(changes);
  }

  @Override
  public void apply(Host host) {
    if (isDone(host)) {
      return;
    }
    host.packages()
        .limitation()
        .ifPresent(
            why -> {
              throw new HostException(Reason.PACKAGE_FAILED, why);
            });
    KeptDriver kept =
        KeptDriver.keep(host, id, files.stream().map(ConfigurationFile::path).toList());
    AppliedBundle.changes(host);
    files.forEach(file -> write(host, file));
    host.packages().refresh();
    Selection selection = Selection.of(packages.stream().map(WantedPackage::word).toList());
    Foreseen foreseen = host.packages().foresee(selection);
    refuseStrangers(foreseen);
    kept = kept.foresees(host, foreseen);
    bring(host, selection);
    demandVersions(host);
    Map<String, String> brought = brought(host, kept);
    host.packages().hold(new TreeSet<>(brought.keySet()));
    Map<String, String> hashes = new LinkedHashMap<>();
    files.forEach(file -> hashes.put(file.path(), AppliedBundle.hash(file.content().bytes())));
    new AppliedBundle(id, bundle, kept.name(), brought, hashes).write(host);
  }

  private static void bring(Host host, Selection selection) {
    // A second earlier: file systems count coarsely.
    Instant since = host.clock().instant().minusSeconds(1);
    try {
      host.packages().bring(selection);
    } catch (HostException e) {
      throw ModuleBuild.failure(host, since)
          .map(why -> new HostException(e.reason(), why + "; " + e.getMessage(), e.tail()))
          .orElse(e);
    }
  }

  // A driver's package may conflict with one of NVIDIA's; with anything else, somebody must choose.
  private void refuseStrangers(Foreseen foreseen) {
    List<String> strangers =
        foreseen.removed().stream().filter(name -> !DriverPackages.isOne(name)).toList();
    if (!strangers.isEmpty()) {
      throw new HostException(
          Reason.NOT_OURS,
          "%s: would remove %s (expected: NVIDIA's packages alone)"
              .formatted(bundle, String.join(", ", strangers)));
    }
  }

  private void demandVersions(Host host) {
    for (WantedPackage wanted : packages) {
      Optional<String> installed = host.packages().installed(wanted.name());
      if (installed.filter(is -> DriverPackages.isWanted(is, wanted.version())).isEmpty()) {
        throw new HostException(
            Reason.CHECK_FAILED,
            "%s: %s after the installation (expected: %s)"
                .formatted(
                    wanted.name(),
                    installed.orElse("not installed"),
                    wanted.version().isEmpty() ? "any version" : wanted.version()));
      }
    }
  }

  /** Versions of the bundle's own packages and of NVIDIA's that came or changed with them. */
  private Map<String, String> brought(Host host, KeptDriver kept) {
    Set<String> own = new TreeSet<>(packages.stream().map(WantedPackage::name).toList());
    Map<String, String> brought = new TreeMap<>();
    for (Installed is : DriverPackages.installed(host)) {
      boolean isNew = kept.added().contains(is.name());
      boolean isChanged =
          kept.packages().stream()
              .anyMatch(was -> was.name().equals(is.name()) && !was.version().equals(is.version()));
      if (own.contains(is.name()) || isNew || isChanged) {
        brought.put(is.name(), is.version());
      }
    }
    return brought;
  }

  private boolean isDone(Host host) {
    return AppliedBundle.of(host).filter(applied -> applied.id().equals(id)).isPresent();
  }

  private static boolean isWritten(Host host, ConfigurationFile file) {
    return AppliedBundle.hash(host, file.path()).equals(AppliedBundle.hash(file.content().bytes()));
  }

  private static void write(Host host, ConfigurationFile file) {
    String parent = file.path().substring(0, Math.max(1, file.path().lastIndexOf('/')));
    if (host.files().stat(parent).isEmpty()) {
      host.files().createDirectory(parent, new Access(0755, "root", "root"));
    }
    host.files().write(file.path(), file.content().bytes(), READABLE);
  }

  @Override
  public Disruption disruption() {
    return Disruption.ENDS_JOBS;
  }

  @Override
  public Optional<String> evidence(Host host) {
    return AppliedBundle.of(host)
        .filter(applied -> applied.id().equals(id))
        .map(applied -> bundle + ": " + new TreeMap<>(applied.packages()));
  }
}
