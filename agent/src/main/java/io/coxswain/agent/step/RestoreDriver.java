package io.coxswain.agent.step;

import io.coxswain.agent.driver.AppliedBundle;
import io.coxswain.agent.driver.DriverPackages;
import io.coxswain.agent.driver.GpuUsers;
import io.coxswain.agent.driver.KeptDriver;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import io.coxswain.agent.host.Packages.Installed;
import io.coxswain.agent.host.Packages.Selection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Packages and files are what they were before the last bundle, whether that was installed as a
 * whole or in part; once for this wish. Which bundle that is, is written down before anything is
 * changed, so that a second try goes on with the same one.
 *
 * @param undoes the wish whose changes are taken back, which may have made none; empty: the last
 *     bundle's
 */
public record RestoreDriver(String id, String undoes) implements Step {
  private static final String DIRECTORY = "/var/lib/coxswain-agent/driver/restored";
  private static final String DONE = "done";

  @Override
  public Check check(Host host) {
    Optional<String> begun = stamp().read(host).map(String::strip);
    if (begun.equals(Optional.of(DONE))) {
      return new Check.InSync();
    }
    if (begun.isEmpty() && hasNothingToUndo(host)) {
      return new Check.InSync();
    }
    Optional<String> busy = new GpuUsers(host).any();
    if (busy.isPresent()) {
      return new Check.Blocked(busy.get());
    }
    Optional<KeptDriver> kept = kept(host, begun);
    if (kept.isEmpty()) {
      return Check.Drift.of("nothing is kept that could be brought back");
    }
    List<String> changes = new ArrayList<>();
    Selection selection = selection(host, kept.get());
    selection.present().forEach(word -> changes.add("bring back " + word));
    selection.gone().forEach(name -> changes.add("remove " + name));
    kept.get().files().forEach(file -> changes.add(file.path() + ": as it was"));
    changes.add("forget the bundle");
    return Check.Drift.of(changes);
  }

  @Override
  public void apply(Host host) {
    Optional<String> begun = stamp().read(host).map(String::strip);
    if (begun.equals(Optional.of(DONE))) {
      return;
    }
    KeptDriver kept =
        kept(host, begun)
            .orElseThrow(
                () ->
                    new HostException(
                        Reason.CHECK_FAILED,
                        "driver: nothing is kept from before (expected: a bundle that this agent"
                            + " applied; apply one in its place)"));
    stamp().write(host, kept.name() + "\n");
    AppliedBundle.changes(host);
    kept.restoreFiles(host);
    List<Installed> now = DriverPackages.installed(host);
    host.packages().release(now.stream().filter(Installed::held).map(Installed::name).toList());
    Selection selection = selection(host, kept);
    if (selection.present().stream().anyMatch(word -> !word.startsWith("/"))) {
      // The sources of then are the only ones who may have them.
      host.packages().refresh();
    }
    if (!selection.present().isEmpty() || !selection.gone().isEmpty()) {
      bring(host, kept, selection);
    }
    holdAsBefore(host, kept);
    kept.restoreMemory(host);
    stamp().write(host, DONE + "\n");
  }

  /** No bundle was applied, or the wish was refused before it changed anything. */
  private boolean hasNothingToUndo(Host host) {
    Optional<KeptDriver> kept = KeptDriver.newest(host);
    return undoes.isEmpty()
        ? kept.isEmpty() && AppliedBundle.of(host).isEmpty()
        : kept.filter(known -> known.ids().contains(undoes)).isEmpty();
  }

  private static void bring(Host host, KeptDriver kept, Selection selection) {
    try {
      host.packages().bring(sparing(host, selection));
    } catch (HostException e) {
      if (e.reason() != Reason.PACKAGE_NOT_FOUND) {
        throw e;
      }
      throw new HostException(
          Reason.PACKAGE_NOT_FOUND,
          "%s; neither its file is kept in %s nor do the sources have it any more (expected: one of"
                  .formatted(e.getMessage(), kept.directory())
              + " both; put the .deb there, or apply a bundle)",
          e.tail());
    }
  }

  // What came with the bundle may by now be needed by what somebody else installed since: it stays.
  private static Selection sparing(Host host, Selection selection) {
    boolean isNeeded =
        host.packages().foresee(selection).removed().stream()
            .anyMatch(name -> !selection.gone().contains(name) && !DriverPackages.isOne(name));
    return isNeeded
        ? new Selection(
            selection.present(), selection.gone().stream().filter(DriverPackages::isOne).toList())
        : selection;
  }

  private static Selection selection(Host host, KeptDriver kept) {
    List<Installed> then = new ArrayList<>(kept.packages());
    then.addAll(kept.others());
    List<String> present = new ArrayList<>();
    Set<String> names = new TreeSet<>();
    for (Installed was : then) {
      names.add(was.name());
      String plain = was.name().replaceFirst(":.*", "");
      if (!host.packages().installed(plain).equals(Optional.of(was.version()))) {
        present.add(kept.word(host, was));
      }
    }
    Set<String> gone = new TreeSet<>(kept.added());
    DriverPackages.installed(host).forEach(is -> gone.add(is.name()));
    gone.removeAll(names);
    // A transaction that broke off leaves packages that are there and not installed.
    gone.retainAll(host.packages().traces(gone));
    return new Selection(present, List.copyOf(gone));
  }

  private static void holdAsBefore(Host host, KeptDriver kept) {
    List<Installed> then = new ArrayList<>(kept.packages());
    then.addAll(kept.others());
    host.packages().hold(then.stream().filter(Installed::held).map(Installed::name).toList());
  }

  private static Optional<KeptDriver> kept(Host host, Optional<String> begun) {
    return begun.isPresent() ? KeptDriver.named(host, begun.get()) : KeptDriver.newest(host);
  }

  @Override
  public Disruption disruption() {
    return Disruption.ENDS_JOBS;
  }

  private Stamp stamp() {
    return new Stamp(DIRECTORY, id);
  }
}
