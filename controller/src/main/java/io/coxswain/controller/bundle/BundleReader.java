package io.coxswain.controller.bundle;

import io.coxswain.controller.bundle.Bundle.Distribution;
import io.coxswain.controller.bundle.Bundle.Extra;
import io.coxswain.controller.bundle.Bundle.KernelRange;
import io.coxswain.controller.bundle.Bundle.Need;
import io.coxswain.controller.bundle.Bundle.Row;
import io.coxswain.controller.document.DocumentRefused;
import io.coxswain.controller.document.Section;
import io.coxswain.controller.spec.DriverSet;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads one bundle of a file. */
final class BundleReader {
  private final Map<String, Repository> repositories;
  private final Section section;

  BundleReader(Map<String, Repository> repositories, Section section) {
    this.repositories = repositories;
    this.section = section;
  }

  Bundle bundle(String name, String file) {
    int version =
        section.number("version", Form.NUMBER).orElseThrow(() -> section.missing("version", "1"));
    Optional<Integer> branch = section.number("branch", Form.BRANCH);
    Optional<String> prefix = section.text("prefix", Form.PREFIX);
    if (branch.isPresent() && prefix.isPresent()) {
      requireOneBranch(section, "prefix", prefix.get(), branch.get());
    }
    Map<Need, Extra> extras = extras(section);
    List<Row> rows = new ArrayList<>();
    Set<Distribution> taken = new HashSet<>();
    for (Section row : section.list("rows")) {
      Row made = row(row, branch, prefix, extras);
      for (Distribution on : made.distributions()) {
        if (!taken.add(on)) {
          throw row.refused("on", on + ": twice (expected: in one row of the bundle)");
        }
      }
      rows.add(made);
    }
    if (rows.isEmpty()) {
      throw section.missing("rows", "what at least one distribution gets");
    }
    Bundle made =
        new Bundle(
            name,
            version,
            section.required("text", Form.TEXT),
            flavour(section.required("flavour", Form.FLAVOUR)),
            kernel(),
            rows,
            section.required("source", Form.TEXT),
            file);
    section.end();
    return made;
  }

  private static DriverSet.Flavour flavour(String word) {
    return DriverSet.Flavour.valueOf(word.toUpperCase(Locale.ROOT));
  }

  private KernelRange kernel() {
    Optional<Section> kernel = section.section("kernel");
    if (kernel.isEmpty()) {
      return KernelRange.ANY;
    }
    KernelRange range =
        new KernelRange(
            kernel.get().text("least", Form.KERNEL).orElse(""),
            kernel.get().text("below", Form.KERNEL).orElse(""));
    kernel.get().end();
    return range;
  }

  private Row row(
      Section row,
      Optional<Integer> bundleBranch,
      Optional<String> bundlePrefix,
      Map<Need, Extra> bundleExtras) {
    List<Distribution> on =
        row.texts("on", Form.DISTRIBUTION).stream().map(BundleReader::distribution).toList();
    if (on.isEmpty()) {
      throw row.missing("on", "distributions such as [ubuntu 24.04]");
    }
    int branch =
        row.number("branch", Form.BRANCH)
            .or(() -> bundleBranch)
            .orElseThrow(() -> row.missing("branch", "a driver branch, here or in the bundle"));
    Map<Need, Extra> extras = new EnumMap<>(Need.class);
    extras.putAll(bundleExtras);
    extras.putAll(extras(row));
    String manager = row.required("manager", Form.MANAGER);
    boolean isBuilt = row.flag("builds-module").orElseThrow(() -> flag(row, "builds-module"));
    String headers = row.text("headers", Form.HEADERS).orElse("");
    if (isBuilt && headers.isEmpty() && manager.equals("apt")) {
      throw row.missing("headers", "a package such as linux-headers-{kernel}, to build against");
    }
    Row made =
        new Row(
            on,
            manager,
            branch,
            prefix(row, bundlePrefix, branch),
            row.texts("repositories", Form.REPOSITORY),
            row.texts("modules", Form.MODULE),
            packages(row, manager),
            headers,
            isBuilt,
            row.flag("is-signed").orElseThrow(() -> flag(row, "is-signed")),
            row.text("kernel-suffix", Form.SUFFIX).orElse(""),
            row.texts("fence", Form.WORD),
            row.texts("units", Form.UNIT),
            extras,
            row.required("source", Form.TEXT));
    row.end();
    check(row, made);
    return made;
  }

  private static DocumentRefused flag(Section row, String key) {
    return row.missing(key, Form.FLAG.expected());
  }

  private static Distribution distribution(String text) {
    int space = text.indexOf(' ');
    return new Distribution(text.substring(0, space), text.substring(space + 1));
  }

  private static String prefix(Section row, Optional<String> ofBundle, int branch) {
    Optional<String> own = row.text("prefix", Form.PREFIX);
    String prefix = own.or(() -> ofBundle).orElse(branch + ".");
    requireOneBranch(row, own.isPresent() ? "prefix" : "branch", prefix, branch);
    return prefix;
  }

  private static void requireOneBranch(Section section, String key, String prefix, int branch) {
    if (!prefix.startsWith(branch + ".")) {
      throw section.refused(
          key,
          prefix
              + " of branch "
              + branch
              + " (expected: a prefix that begins with "
              + branch
              + ".)");
    }
  }

  private static List<String> packages(Section row, String manager) {
    List<String> packages = row.texts("packages", Form.PACKAGE);
    if (packages.isEmpty()) {
      throw row.missing("packages", "the driver's, in the names of " + manager);
    }
    return packages;
  }

  private static void requireDebian(Section row, String key, List<String> packages) {
    for (String each : packages) {
      if (!Form.APT_PACKAGE.pattern().matcher(each).matches()) {
        throw row.refused(key, "'" + each + "' (expected: " + Form.APT_PACKAGE.expected() + ")");
      }
    }
  }

  private static Map<Need, Extra> extras(Section parent) {
    Map<Need, Extra> extras = new EnumMap<>(Need.class);
    Optional<Section> section = parent.section("extras");
    if (section.isPresent()) {
      for (Need need : Need.values()) {
        section
            .get()
            .section(need.name().toLowerCase(Locale.ROOT))
            .ifPresent(found -> extras.put(need, extra(found)));
      }
      section.get().end();
    }
    return extras;
  }

  private static Extra extra(Section section) {
    Extra extra =
        new Extra(
            section.texts("packages", Form.PACKAGE),
            section.texts("repositories", Form.REPOSITORY),
            section.texts("units", Form.UNIT));
    section.end();
    return extra;
  }

  /** That the row's package manager can do with all of it. */
  private void check(Section row, Row made) {
    if (made.packageManager().equals("apt")) {
      requireDebian(row, "packages", made.packages());
      made.extras().values().forEach(extra -> requireDebian(row, "extras", extra.packages()));
    }
    List<String> names = new ArrayList<>(made.repositories());
    made.extras().values().forEach(extra -> names.addAll(extra.repositories()));
    for (Distribution on : made.distributions()) {
      for (String name : names) {
        String full = Resolver.repository(name, on);
        Repository found = repositories.get(full);
        if (found == null) {
          throw row.refused(
              "repositories", full + ": unknown (expected: one that a catalogue names)");
        }
        if (made.packageManager().equals("apt") && found.suites().isEmpty()) {
          throw row.refused("repositories", full + ": without suites (expected: some, for apt)");
        }
      }
    }
  }
}
