package io.coxswain.controller.document;

import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.InvalidSpecException;
import io.coxswain.controller.spec.Selector;
import io.coxswain.controller.spec.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * A cluster as a file says it, {@code cluster.yaml}: what people may choose, and nothing that
 * follows from it. The JSON Schema of it is {@code cluster.schema.json} in the documentation.
 *
 * @param selector labels that its machines have
 * @param hosts only these machines; empty: any that fits
 */
public record ClusterDocument(
    String name,
    Shape shape,
    int size,
    boolean isDeletionProtected,
    Selector selector,
    List<String> hosts,
    List<String> publicKeys) {
  private static final String FORMAT = "1";

  public ClusterDocument {
    hosts = List.copyOf(hosts);
    publicKeys = List.copyOf(publicKeys);
  }

  /** What each value must look like before it is looked at closer. */
  private enum Form implements TextForm {
    FORMAT("1", "1, the format that this version reads"),
    NUMBER("[1-9][0-9]{0,5}", "a number from 1"),
    // A key of 16,384 bits takes 2.8 kB, and its comment may have tabs.
    LINE("[\\P{Cntrl}\\t]{1,8000}", "a text of one line");

    private final Pattern pattern;
    private final String expected;

    Form(String pattern, String expected) {
      this.pattern = Pattern.compile(pattern);
      this.expected = expected;
    }

    @Override
    public Pattern pattern() {
      return pattern;
    }

    @Override
    public String expected() {
      return expected;
    }
  }

  /** Throws {@link DocumentRefused} with the file's name and the line of what is wrong. */
  public static ClusterDocument parse(String file, String yaml) {
    Section top =
        Section.parse(file, yaml)
            .orElseThrow(() -> new DocumentRefused(file + ": empty (expected: a cluster)"));
    top.required("format", Form.FORMAT);
    ClusterDocument document =
        new ClusterDocument(
            name(top),
            checked(top, "shape", () -> Shape.parse(top.required("shape", Form.LINE))),
            size(top),
            top.flag("deletion-protection").orElse(false),
            checked(
                top, "selector", () -> Selector.parse(top.text("selector", Form.LINE).orElse(""))),
            top.texts("hosts", Form.LINE),
            keys(top));
    top.end();
    return document;
  }

  private static String name(Section top) {
    String name = top.required("name", Form.LINE);
    return checked(
        top,
        "name",
        () -> {
          ClusterSpec.requireName(name);
          return name;
        });
  }

  private static int size(Section top) {
    int size = Integer.parseInt(top.required("size", Form.NUMBER));
    if (size > ClusterSpec.LARGEST) {
      throw top.refused("size", size + " (expected: 1 to " + ClusterSpec.LARGEST + " nodes)");
    }
    return size;
  }

  private static List<String> keys(Section top) {
    List<String> keys = top.texts("public-keys", Form.LINE);
    return checked(
        top,
        "public-keys",
        () -> {
          keys.forEach(ClusterSpec::requireKey);
          return keys;
        });
  }

  private static <T> T checked(Section top, String key, Supplier<T> value) {
    try {
      return value.get();
    } catch (InvalidSpecException e) {
      throw top.refused(key, String.valueOf(e.getMessage()));
    }
  }

  public static ClusterDocument of(ClusterSpec spec) {
    return new ClusterDocument(
        spec.name(),
        spec.shape(),
        spec.size(),
        spec.isDeletionProtected(),
        spec.selector(),
        spec.hosts(),
        spec.publicKeys());
  }

  /** The file that says it; read again it is the same. */
  public String text() {
    List<String> lines = new ArrayList<>();
    lines.add("format: " + FORMAT);
    lines.add("name: " + name);
    lines.add("shape: " + shape);
    lines.add("size: " + size);
    lines.add("deletion-protection: " + isDeletionProtected);
    if (!selector.labels().isEmpty()) {
      lines.add("selector: " + quoted(selector.toString()));
    }
    list(lines, "hosts", hosts);
    list(lines, "public-keys", publicKeys);
    return String.join("\n", lines) + "\n";
  }

  private static void list(List<String> lines, String key, List<String> values) {
    if (!values.isEmpty()) {
      lines.add(key + ":");
      values.forEach(value -> lines.add("  - " + quoted(value)));
    }
  }

  private static String quoted(String value) {
    return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
