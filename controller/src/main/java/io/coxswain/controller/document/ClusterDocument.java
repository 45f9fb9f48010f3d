package io.coxswain.controller.document;

import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.InvalidSpecException;
import io.coxswain.controller.spec.Nodepool;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * A cluster as a file says it, {@code cluster.yaml}: what people may choose, and nothing that
 * follows from it. The JSON Schema of it is {@code cluster.schema.json} in the documentation.
 *
 * @param pools at least one; the first is where jobs go that name no partition
 */
public record ClusterDocument(
    String name, List<Nodepool> pools, boolean isDeletionProtected, List<String> publicKeys) {
  private static final String FORMAT = "1";

  public ClusterDocument {
    pools = List.copyOf(pools);
    publicKeys = List.copyOf(publicKeys);
  }

  /** What each value must look like before it is looked at closer. */
  enum Form implements TextForm {
    FORMAT("1", "1, the format that this version reads"),
    // A key of 16,384 bits takes 2.8 kB, and its comment may have tabs.
    NUMBER("0|[1-9][0-9]{0,5}", "a number"),
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
            name(top), pools(top), top.flag("deletion-protection").orElse(false), keys(top));
    top.end();
    return document;
  }

  /** Of a cluster with one pool its fields may stand at the top. */
  private static List<Nodepool> pools(Section top) {
    List<Section> sections = top.list("nodepools");
    if (sections.isEmpty()) {
      return List.of(PoolDocument.parse(top, Nodepool.MAIN));
    }
    if (top.text("shape", Form.LINE).isPresent()) {
      throw top.refused("shape", "beside nodepools (expected: one of the two)");
    }
    List<Nodepool> pools = new ArrayList<>();
    for (Section section : sections) {
      String name = section.required("name", Form.LINE);
      if (pools.stream().anyMatch(pool -> pool.name().equals(name))) {
        throw section.refused("name", "'" + name + "' (expected: one that no other nodepool has)");
      }
      pools.add(PoolDocument.parse(section, name));
      section.end();
    }
    return pools;
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

  static <T> T checked(Section top, String key, Supplier<T> value) {
    try {
      return value.get();
    } catch (InvalidSpecException e) {
      throw top.refused(key, String.valueOf(e.getMessage()));
    }
  }

  public static ClusterDocument of(ClusterSpec spec) {
    return new ClusterDocument(
        spec.name(),
        spec.pools().stream().filter(pool -> !pool.isEnding()).toList(),
        spec.isDeletionProtected(),
        spec.publicKeys());
  }

  public Optional<Nodepool> pool(String name) {
    return pools.stream().filter(pool -> pool.name().equals(name)).findFirst();
  }

  /** The file that says it; read again it is the same. */
  public String text() {
    List<String> lines = new ArrayList<>();
    lines.add("format: " + FORMAT);
    lines.add("name: " + name);
    boolean isSimple = pools.size() == 1 && pools.getFirst().name().equals(Nodepool.MAIN);
    if (isSimple) {
      lines.addAll(PoolDocument.lines(pools.getFirst()));
    }
    lines.add("deletion-protection: " + isDeletionProtected);
    if (!isSimple) {
      lines.add("nodepools:");
      for (Nodepool pool : pools) {
        lines.add("  - name: " + pool.name());
        PoolDocument.lines(pool).forEach(line -> lines.add("    " + line));
      }
    }
    list(lines, "public-keys", publicKeys);
    return String.join("\n", lines) + "\n";
  }

  static void list(List<String> lines, String key, List<String> values) {
    if (!values.isEmpty()) {
      lines.add(key + ":");
      values.forEach(value -> lines.add("  - " + quoted(value)));
    }
  }

  static String quoted(String value) {
    return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
