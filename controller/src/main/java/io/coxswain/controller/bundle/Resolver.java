package io.coxswain.controller.bundle;

import io.coxswain.controller.bundle.Bundle.Distribution;
import io.coxswain.controller.bundle.Bundle.Extra;
import io.coxswain.controller.bundle.Bundle.Need;
import io.coxswain.controller.bundle.Bundle.Row;
import io.coxswain.controller.observed.DriverStack;
import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.spec.DriverSet;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Says what a bundle is for one machine. */
public final class Resolver {
  /** Machine architectures, as uname and as Debian have them. */
  static final Map<String, String> ARCHITECTURES = architectures();

  /** PCI ids from pci.ids 2026.08.22: B200, HGX B200, B100, B300 SXM6. */
  private static final Set<String> NVLINK5 =
      Set.of("10de:2901", "10de:2909", "10de:2920", "10de:3182");

  /** GB200 and GB300. */
  private static final Set<String> RACKS =
      Set.of("10de:2941", "10de:31a1", "10de:31c2", "10de:31c3");

  /** Apptainer brings what it needs of containers itself. */
  private static final String SELF_SUFFICIENT = "apptainer";

  private final Catalogue catalogue;

  public Resolver(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  private static Map<String, String> architectures() {
    Map<String, String> names = new LinkedHashMap<>();
    names.put("x86_64", "amd64");
    names.put("aarch64", "arm64");
    return java.util.Collections.unmodifiableMap(names);
  }

  static String repository(String name, Distribution on) {
    return name.replace("{distribution}", on.id() + "-" + on.version());
  }

  /** Everything that stands against it at once, not the first of it. */
  public Resolution resolve(Bundle bundle, MachineFacts facts) {
    Optional<DriverStack> known = facts.driver();
    if (known.isEmpty()) {
      return against("driver: its agent told nothing of one (expected: a worker with GPUs)");
    }
    Optional<Row> found = bundle.row(facts.osId(), facts.osVersion());
    if (found.isEmpty()) {
      return against(
          "distribution: "
              + facts.osId()
              + " "
              + facts.osVersion()
              + " (expected: one of "
              + bundle.rows().stream().flatMap(row -> row.distributions().stream()).toList()
              + ")");
    }
    Row row = found.get();
    Distribution on = row.of(facts.osId(), facts.osVersion()).orElseThrow();
    if (!row.packageManager().equals("apt")) {
      return against(
          "distribution: "
              + on
              + " (expected: one whose package manager the agent knows: apt; not "
              + row.packageManager()
              + ")");
    }
    return resolve(bundle, row, new On(on, known.get()));
  }

  private record On(Distribution distribution, DriverStack stack) {}

  private Resolution resolve(Bundle bundle, Row row, On machine) {
    DriverStack stack = machine.stack();
    Set<Need> needs = needs(stack, row);
    List<Repository> repositories = repositories(row, needs, machine.distribution());
    Fitness fitness = new Fitness(bundle, row, stack);
    fitness.check(repositories);
    return new Resolution(
        fitness.hasArchitecture(repositories)
            ? Optional.of(driver(bundle, row, new Machine(stack, needs, repositories)))
            : Optional.empty(),
        fitness.obstacles(),
        fitness.notes());
  }

  private record Machine(DriverStack stack, Set<Need> needs, List<Repository> repositories) {}

  private static Resolution against(String obstacle) {
    return new Resolution(Optional.empty(), List.of(obstacle), List.of());
  }

  private static Set<Need> needs(DriverStack stack, Row row) {
    Set<Need> needs = EnumSet.noneOf(Need.class);
    fabric(stack).ifPresent(needs::add);
    if (stack.containerRuntimes().stream().anyMatch(each -> !each.equals(SELF_SUFFICIENT))) {
      needs.add(Need.TOOLKIT);
    }
    if (stack.hasInfiniband()) {
      needs.add(Need.DOCA);
    }
    needs.removeIf(need -> !row.extras().containsKey(need));
    return needs;
  }

  private static boolean has(DriverStack stack, Set<String> ids) {
    return stack.gpus().stream().anyMatch(gpu -> ids.contains(gpu.deviceId()));
  }

  /** Whether its GPUs are joined by something that a bundle's extras must serve. */
  static Optional<Need> fabric(DriverStack stack) {
    if (has(stack, RACKS)) {
      return Optional.of(Need.IMEX);
    }
    if (has(stack, NVLINK5)) {
      return Optional.of(Need.NVLINK5);
    }
    return stack.hasNvswitch() ? Optional.of(Need.NVSWITCH) : Optional.empty();
  }

  private List<Repository> repositories(Row row, Set<Need> needs, Distribution on) {
    Set<String> names = new LinkedHashSet<>(row.repositories());
    needs.forEach(need -> names.addAll(row.extra(need).repositories()));
    return names.stream().map(name -> catalogue.repository(repository(name, on))).toList();
  }

  private static DriverSet driver(Bundle bundle, Row row, Machine machine) {
    DriverStack stack = machine.stack();
    List<String> units = new ArrayList<>(row.units());
    List<DriverSet.Part> parts = new ArrayList<>(headers(row, stack));
    row.packages().forEach(text -> parts.add(part(text, row, stack)));
    for (Need need : machine.needs()) {
      Extra extra = row.extra(need);
      extra.packages().forEach(text -> parts.add(part(text, row, stack)));
      units.addAll(extra.units());
    }
    return new DriverSet(
        bundle.title(),
        new AptFiles(bundle.title(), stack.architecture()).of(row, machine.repositories()),
        parts,
        row.buildsModule(),
        row.isSigned(),
        row.prefix(),
        bundle.flavour(),
        units,
        machine.needs().contains(Need.TOOLKIT));
  }

  // Only of kernels that have none: an archive soon forgets the headers of an older kernel.
  private static List<DriverSet.Part> headers(Row row, DriverStack stack) {
    if (!row.buildsModule()) {
      return List.of();
    }
    return stack.kernels().stream()
        .filter(kernel -> kernel.bootsNext() || kernel.release().equals(stack.kernel()))
        .filter(kernel -> !kernel.hasHeaders())
        .map(kernel -> row.headers().replace("{kernel}", kernel.release()))
        .map(name -> new DriverSet.Part(name, ""))
        .toList();
  }

  private static DriverSet.Part part(String text, Row row, DriverStack stack) {
    String full =
        text.replace("{prefix}", row.prefix())
            .replace("{kernel}", stack.kernel())
            .replace(
                "{architecture}",
                ARCHITECTURES.getOrDefault(stack.architecture(), stack.architecture()));
    int equals = full.indexOf('=');
    return equals < 0
        ? new DriverSet.Part(full, "")
        : new DriverSet.Part(full.substring(0, equals), full.substring(equals + 1));
  }
}
