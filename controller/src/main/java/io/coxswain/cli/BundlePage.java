package io.coxswain.cli;

import io.coxswain.v1.Bundle;
import io.coxswain.v1.BundleExtra;
import io.coxswain.v1.BundleRepository;
import io.coxswain.v1.BundleRow;
import io.coxswain.v1.DriverLoaded;
import io.coxswain.v1.ListBundlesResponse;
import io.coxswain.v1.ListRollsResponse;
import io.coxswain.v1.Roll;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Bundles and their ways over machines, as people read them. */
final class BundlePage {
  private BundlePage() {}

  static Table table(ListBundlesResponse answer, boolean isWide) {
    Table table =
        isWide
            ? new Table(
                "NAME", "VERSION", "DRIVER", "MODULE", "DISTRIBUTIONS", "KEYS", "FROM", "TEXT")
            : new Table("NAME", "VERSION", "DRIVER", "MODULE", "DISTRIBUTIONS", "KEYS");
    for (Bundle bundle : answer.getBundlesList()) {
      Set<String> drivers = new TreeSet<>();
      Set<String> distributions = new TreeSet<>();
      for (BundleRow row : bundle.getRowsList()) {
        drivers.add(row.getVersionPrefix() + "*");
        if (isWide || row.getPackageManager().equals("apt")) {
          distributions.addAll(row.getDistributionsList());
        }
      }
      table.add(
          bundle.getName(),
          String.valueOf(bundle.getVersion()),
          String.join(",", drivers),
          module(bundle),
          String.join(", ", distributions),
          isMissing(bundle) ? "missing" : "there",
          bundle.getFile().isEmpty() ? "the controller" : bundle.getFile(),
          bundle.getText());
    }
    return table;
  }

  private static boolean isMissing(Bundle bundle) {
    for (BundleRepository repository : bundle.getRepositoriesList()) {
      if (!repository.getMissing().isEmpty()) {
        return true;
      }
    }
    return false;
  }

  static void print(Bundle bundle, Terminal terminal) {
    Page page = new Page(terminal);
    page.fact("bundle", bundle.getName() + " " + bundle.getVersion())
        .fact("what", bundle.getText())
        .fact("module", module(bundle))
        .fact("kernel", kernel(bundle))
        .fact("source", bundle.getSource())
        .fact("from", bundle.getFile().isEmpty() ? "the controller" : bundle.getFile());
    for (BundleRow row : bundle.getRowsList()) {
      print(row, page);
    }
    Table repositories = new Table("REPOSITORY", "ARCHITECTURE", "ADDRESS");
    Set<String> missing = new TreeSet<>();
    for (BundleRepository repository : bundle.getRepositoriesList()) {
      for (Map.Entry<String, String> uri : new TreeMap<>(repository.getUrisMap()).entrySet()) {
        repositories.add(repository.getName(), uri.getKey(), uri.getValue());
      }
      if (!repository.getMissing().isEmpty()) {
        missing.add(repository.getMissing());
      }
    }
    page.table(repositories);
    if (!missing.isEmpty()) {
      page.heading("missing:");
      missing.forEach(page::line);
    }
    page.flush();
  }

  private static void print(BundleRow row, Page page) {
    page.heading(String.join(", ", row.getDistributionsList()) + ":");
    page.fact("  driver", row.getVersionPrefix() + "*")
        .fact(
            "  manager",
            row.getPackageManager()
                + (row.getPackageManager().equals("apt") ? "" : " (agents know apt alone)"))
        .fact("  module", module(row))
        .fact("  sources", String.join(", ", row.getRepositoriesList()))
        .facts("  packages", row.getPackagesList())
        .fact("  units", String.join(", ", row.getUnitsList()));
    for (BundleExtra extra : row.getExtrasList()) {
      page.facts("  " + extra.getName(), extra.getPackagesList());
    }
    page.fact("  source", row.getSource());
  }

  private static String module(BundleRow row) {
    return (row.getBuildsModule() ? "built on the machine" : "comes built")
        + (row.getIsSigned() ? ", signed for Secure Boot" : ", not signed for Secure Boot");
  }

  private static String kernel(Bundle bundle) {
    String least = bundle.getKernelLeast().isEmpty() ? "" : "from " + bundle.getKernelLeast();
    String below = bundle.getKernelBelow().isEmpty() ? "" : " below " + bundle.getKernelBelow();
    return (least + below).strip();
  }

  static Table table(ListRollsResponse answer, Instant now) {
    Table table = new Table("OPERATION", "WHAT", "MACHINES", "AT ONCE", "BY", "STARTED");
    for (Roll roll : answer.getRollsList()) {
      table.add(
          roll.getOperation(),
          title(roll),
          counts(roll),
          String.valueOf(roll.getMaxUnavailable()),
          roll.getBy(),
          Text.age(roll.getStartedAt(), now) + " ago");
    }
    return table;
  }

  private static String title(Roll roll) {
    return roll.getIsRollback() ? "back from " + roll.getTitle() : roll.getTitle();
  }

  /** "8: 3 done, 1 under way, 4 waiting". */
  private static String counts(Roll roll) {
    Map<Roll.State, Integer> counts = new EnumMap<>(Roll.State.class);
    for (Roll.Member member : roll.getMembersList()) {
      counts.merge(member.getState(), 1, Integer::sum);
    }
    StringBuilder text = new StringBuilder();
    counts.forEach(
        (state, count) ->
            text.append(text.isEmpty() ? ": " : ", ")
                .append(count)
                .append(' ')
                .append(state(state)));
    return roll.getMembersCount() + text.toString();
  }

  private static String state(Roll.State state) {
    return state == Roll.State.MEMBER_FAILED ? "failed" : Text.words(state);
  }

  static void print(Roll roll, Terminal terminal) {
    Page page = new Page(terminal);
    page.fact("operation", roll.getOperation())
        .fact("what", title(roll))
        .fact("machines", counts(roll))
        .fact("at once", String.valueOf(roll.getMaxUnavailable()))
        .fact("reboots", roll.getMayReboot() ? "where it must be" : "left to people")
        .fact("by", roll.getBy())
        .fact("started", Text.moment(roll.getStartedAt()));
    Table members = new Table("MACHINE", "STATE", "MESSAGE");
    for (Roll.Member member : roll.getMembersList()) {
      members.add(
          member.getMachine(),
          state(member.getState()).toUpperCase(Locale.ROOT),
          member.getMessage());
    }
    page.table(members);
    page.flush();
  }

  /** The kernel module that it brings. */
  private static String module(Bundle bundle) {
    return bundle.getFlavour() == DriverLoaded.Flavour.ANY
        ? "none"
        : Text.words(bundle.getFlavour());
  }
}
