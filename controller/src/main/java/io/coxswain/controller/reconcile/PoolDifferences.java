package io.coxswain.controller.reconcile;

import io.coxswain.controller.reconcile.Applying.Change;
import io.coxswain.controller.spec.Nodepool;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What differs between the nodepools that a cluster has and those that it is to have, and what
 * users notice of it.
 */
record PoolDifferences(List<Nodepool> present, List<Nodepool> wanted) {
  private static final String LATER = Applying.LIVE + "; for nodes that come";
  private static final String DRAINS = "drains the nodes that go; their running jobs end first";

  /** One for each field, in the order of the file. */
  List<Change> list() {
    List<Change> changes = new ArrayList<>();
    for (Nodepool pool : wanted) {
      Optional<Nodepool> before =
          present.stream().filter(each -> each.name().equals(pool.name())).findFirst();
      if (before.isEmpty()) {
        add(changes, field(pool, ""), "", Nodepool.words(List.of(pool)), Applying.LIVE);
      } else if (before.get().isEnding()) {
        changes.add(
            new Change(
                field(pool, ""), "", "", "unsupported: it is being deleted; wait for that", false));
      } else {
        compare(changes, before.get(), pool);
      }
    }
    for (Nodepool pool : present) {
      if (!pool.isEnding() && wanted.stream().noneMatch(each -> each.name().equals(pool.name()))) {
        add(changes, field(pool, ""), Nodepool.words(List.of(pool)), "", DRAINS);
      }
    }
    String first = present.getFirst().name();
    if (!wanted.getFirst().name().equals(first)) {
      add(
          changes,
          "default nodepool",
          first,
          wanted.getFirst().name(),
          Applying.LIVE + "; for jobs that name no partition");
    }
    return changes;
  }

  private void compare(List<Change> changes, Nodepool now, Nodepool next) {
    if (!now.shape().equals(next.shape())) {
      changes.add(
          new Change(
              field(next, "shape"),
              now.shape().toString(),
              next.shape().toString(),
              "unsupported: all nodes of a nodepool have one shape; make another nodepool",
              false));
    }
    boolean isLarger = next.min() >= now.min() && next.max() >= now.max();
    add(changes, field(next, "size"), size(now), size(next), isLarger ? Applying.LIVE : DRAINS);
    add(changes, field(next, "description"), now.description(), next.description(), Applying.LIVE);
    add(
        changes,
        field(next, "idle-time"),
        Long.toString(now.idleTime().toSeconds()),
        Long.toString(next.idleTime().toSeconds()),
        Applying.LIVE);
    add(
        changes,
        field(next, "selector"),
        now.selector().toString(),
        next.selector().toString(),
        LATER);
    add(changes, field(next, "hosts"), sorted(now.hosts()), sorted(next.hosts()), LATER);
  }

  /** Of the only pool the field itself, as the file has it. */
  private String field(Nodepool pool, String field) {
    boolean isOnly = wanted.size() == 1 && present.size() == 1;
    if (isOnly && !field.isEmpty()) {
      return field;
    }
    return "nodepools." + pool.name() + (field.isEmpty() ? "" : "." + field);
  }

  private static String size(Nodepool pool) {
    return pool.isElastic() ? pool.min() + " to " + pool.max() : Integer.toString(pool.max());
  }

  private static void add(
      List<Change> changes, String field, String before, String after, String disruption) {
    if (!before.equals(after)) {
      changes.add(new Change(field, before, after, disruption, true));
    }
  }

  private static String sorted(List<String> words) {
    return String.join(",", new TreeSet<>(words));
  }
}
