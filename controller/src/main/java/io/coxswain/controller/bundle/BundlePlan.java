package io.coxswain.controller.bundle;

import io.coxswain.controller.observed.DriverStack;
import io.coxswain.controller.observed.DriverStack.Answer;
import io.coxswain.controller.spec.DriverSet;
import io.coxswain.controller.spec.DriverSet.Flavour;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a driver set changes on a machine, field by field.
 *
 * @param changes none when the machine has all of it
 */
public record BundlePlan(List<Change> changes) {
  private static final String WHAT_THERE_IS = "what the sources have";

  /** Packages that bring a kernel module, in the names of NVIDIA, Debian and Ubuntu. */
  private static final Pattern MODULE =
      Pattern.compile(
          "nvidia-dkms-.*|nvidia-dkms|nvidia-(open-)?kernel-(open-)?dkms"
              + "|linux-modules-nvidia-[0-9]+.*");

  private static final Pattern TOOLKIT = Pattern.compile("(lib)?nvidia-container.*");

  /** Packages that are none of NVIDIA's, so that agents tell of them only by a bundle's drift. */
  private static final Pattern UNTOLD = Pattern.compile("linux-headers-.*|infiniband-diags");

  /** Packages that the driver and running programs are not made of. */
  private static final Pattern BESIDE = Pattern.compile(UNTOLD.pattern() + "|" + TOOLKIT.pattern());

  public BundlePlan {
    changes = List.copyOf(changes);
  }

  /** From empty: nothing is there now. */
  public record Change(String field, String from, String to, Disruption disruption) {}

  /** The worst of the changes. */
  public Optional<Disruption> disruption() {
    return changes.stream().map(Change::disruption).max(Comparator.naturalOrder());
  }

  /** Compares what is to be with what is. */
  public static BundlePlan of(DriverSet driver, DriverStack stack) {
    List<Change> changes = new ArrayList<>();
    boolean isApplied = stack.bundle().equals(driver.bundle()) && stack.drift().isEmpty();
    if (!isApplied) {
      String from = stack.bundle() + (stack.drift().isEmpty() ? "" : " (drifted)");
      changes.add(new Change("bundle", from.strip(), driver.bundle(), Disruption.LIVE));
      changes.addAll(files(driver));
    }
    changes.addAll(driver(driver, stack));
    driver.packages().forEach(part -> changes.addAll(part(part, stack, isApplied)));
    return new BundlePlan(changes);
  }

  private static List<Change> files(DriverSet driver) {
    List<Change> changes = new ArrayList<>();
    driver.files().stream()
        .filter(file -> file.path().startsWith("/etc/apt/sources.list.d/"))
        .flatMap(file -> file.content().lines())
        .filter(line -> line.startsWith("URIs: "))
        .map(line -> new Change("repository", "", line.substring(6), Disruption.LIVE))
        .forEach(changes::add);
    changes.add(new Change("pin", "", "driver " + driver.versionPrefix() + "*", Disruption.LIVE));
    changes.add(
        new Change(
            "unattended upgrades", "", "leave the driver's packages alone", Disruption.LIVE));
    return changes;
  }

  private static List<Change> driver(DriverSet driver, DriverStack stack) {
    List<Change> changes = new ArrayList<>();
    String loaded = stack.loadedVersion();
    Disruption module = reload(stack);
    if (!loaded.startsWith(driver.versionPrefix())) {
      changes.add(new Change("driver", loaded, driver.versionPrefix() + "*", module));
    } else if (!stack.rebootRequired().isEmpty()) {
      changes.add(
          new Change(
              "driver",
              loaded + " (" + stack.rebootRequired() + ")",
              driver.versionPrefix() + "*",
              Disruption.REBOOTS));
    }
    Optional<Flavour> flavour = flavour(stack);
    Optional<Flavour> wanted = Optional.of(driver.flavour()).filter(kind -> kind != Flavour.NONE);
    if (!flavour.equals(wanted)) {
      changes.add(
          new Change(
              "flavour", flavour.map(BundlePlan::word).orElse(""), word(driver.flavour()), module));
    }
    if (stack.nouveau() == Answer.YES) {
      changes.add(new Change("nouveau", "loaded", "kept from loading", Disruption.REBOOTS));
    }
    return changes;
  }

  // A module that is in use is changed by the next boot; where there is none, the new one is
  // loaded.
  private static Disruption reload(DriverStack stack) {
    return stack.loadedVersion().isEmpty() && stack.nouveau() != Answer.YES
        ? Disruption.NEEDS_IDLE_NODE
        : Disruption.REBOOTS;
  }

  private static List<Change> part(DriverSet.Part part, DriverStack stack, boolean isApplied) {
    Optional<DriverStack.Installed> installed = stack.installed(part.name());
    String from = installed.map(DriverStack.Installed::version).orElse("");
    String to = part.version().isEmpty() ? WHAT_THERE_IS : part.version();
    if (installed.isEmpty() && UNTOLD.matcher(part.name()).matches() && isApplied) {
      return List.of();
    }
    if (installed.isPresent() && matches(part.version(), from)) {
      return installed.get().isHeld()
          ? List.of()
          : List.of(new Change("hold " + part.name(), "no", "yes", Disruption.LIVE));
    }
    boolean isBeside = BESIDE.matcher(part.name()).matches();
    return List.of(
        new Change(
            field(part.name()), from, to, isBeside ? Disruption.LIVE : Disruption.NEEDS_IDLE_NODE));
  }

  private static String field(String name) {
    String kind =
        name.startsWith("nvidia-fabricmanager")
            ? "fabric manager"
            : TOOLKIT.matcher(name).matches() ? "container toolkit" : "package";
    return kind + " " + name;
  }

  static boolean matches(String wanted, String version) {
    return wanted.isEmpty()
        || (wanted.endsWith("*")
            ? version.startsWith(wanted.substring(0, wanted.length() - 1))
            : version.equals(wanted));
  }

  /** Of the kernel module that is installed; empty when none is. */
  static Optional<Flavour> flavour(DriverStack stack) {
    return stack.packages().stream()
        .map(DriverStack.Installed::name)
        .filter(name -> MODULE.matcher(name).matches())
        .map(name -> name.contains("-open") ? Flavour.OPEN : Flavour.PROPRIETARY)
        .findFirst();
  }

  /** Packages of another kernel module, which cannot stay beside the new one. */
  public static List<String> strangers(DriverSet driver, DriverStack stack) {
    return stack.packages().stream()
        .map(DriverStack.Installed::name)
        .filter(name -> MODULE.matcher(name).matches())
        .filter(name -> driver.packages().stream().noneMatch(part -> part.name().equals(name)))
        .toList();
  }

  private static String word(Flavour flavour) {
    return flavour.name().toLowerCase(Locale.ROOT);
  }
}
