package io.coxswain.controller.document;

import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.Nodepool;
import io.coxswain.controller.spec.Selector;
import io.coxswain.controller.spec.Shape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A nodepool as a file says it. */
final class PoolDocument {
  private PoolDocument() {}

  static Nodepool parse(Section section, String name) {
    Shape shape =
        ClusterDocument.checked(
            section,
            "shape",
            () -> Shape.parse(section.required("shape", ClusterDocument.Form.LINE)));
    int min = min(section);
    int max = section.number("max", ClusterDocument.Form.NUMBER).orElse(min);
    String description = section.text("description", ClusterDocument.Form.LINE).orElse("");
    Duration idleTime =
        section
            .number("idle-time", ClusterDocument.Form.NUMBER)
            .map(Duration::ofSeconds)
            .orElse(Nodepool.IDLE_TIME);
    Selector selector =
        ClusterDocument.checked(
            section,
            "selector",
            () -> Selector.parse(section.text("selector", ClusterDocument.Form.LINE).orElse("")));
    List<String> hosts = section.texts("hosts", ClusterDocument.Form.LINE);
    return ClusterDocument.checked(
        section,
        "",
        () -> new Nodepool(name, description, shape, min, max, idleTime, selector, hosts, false));
  }

  /** A size, or a min beside the max of an elastic one. */
  private static int min(Section section) {
    Optional<Integer> size = section.number("size", ClusterDocument.Form.NUMBER);
    Optional<Integer> min = section.number("min", ClusterDocument.Form.NUMBER);
    if (size.isPresent() == min.isPresent()) {
      throw size.isPresent()
          ? section.refused("min", "beside size (expected: one of the two)")
          : section.missing("size", "a number of nodes; or min and max");
    }
    int least = size.or(() -> min).orElseThrow();
    String key = size.isPresent() ? "size" : "min";
    if (least > ClusterSpec.LARGEST || (size.isPresent() && least < 1)) {
      throw section.refused(
          key,
          least
              + " (expected: "
              + (size.isPresent() ? 1 : 0)
              + " to "
              + ClusterSpec.LARGEST
              + " nodes)");
    }
    return least;
  }

  static List<String> lines(Nodepool pool) {
    List<String> lines = new ArrayList<>();
    lines.add("shape: " + pool.shape());
    if (pool.isElastic()) {
      lines.add("min: " + pool.min());
      lines.add("max: " + pool.max());
      lines.add("idle-time: " + pool.idleTime().toSeconds());
    } else {
      lines.add("size: " + pool.max());
    }
    if (!pool.description().isEmpty()) {
      lines.add("description: " + ClusterDocument.quoted(pool.description()));
    }
    if (!pool.selector().labels().isEmpty()) {
      lines.add("selector: " + ClusterDocument.quoted(pool.selector().toString()));
    }
    ClusterDocument.list(lines, "hosts", pool.hosts());
    return lines;
  }
}
