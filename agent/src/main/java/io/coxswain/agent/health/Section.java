package io.coxswain.agent.health;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** A mapping of a YAML file whose keys are asked for one by one; the rest is refused at the end. */
final class Section {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(s|m|h|d)");

  private final String file;
  private final String path;
  private final int line;
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final Map<String, Integer> lines = new LinkedHashMap<>();
  private final Set<String> asked = new TreeSet<>();

  private Section(String file, String path, MappingNode mapping) {
    this.file = file;
    this.path = path;
    this.line = lineOf(mapping);
    for (NodeTuple entry : mapping.getValue()) {
      if (!(entry.getKeyNode() instanceof ScalarNode key)) {
        throw refused(lineOf(entry.getKeyNode()), path, "not a text (expected: a key)");
      }
      String name = key.getValue();
      Integer before = lines.put(name, lineOf(key));
      if (before != null) {
        throw refused(
            lineOf(key), name(name), "twice (expected: once; the first is in line " + before + ")");
      }
      nodes.put(name, entry.getValueNode());
    }
  }

  /** The file's top; empty for a file without content. */
  static Optional<Section> parse(String file, byte[] yaml) {
    // Without a limit a small file could stand for a large one.
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(file)
            .setUseMarks(true)
            .setAllowDuplicateKeys(true)
            .setMaxAliasesForCollections(0)
            .setCodePointLimit(1 << 20)
            .build();
    Optional<Node> root;
    try {
      root = new Compose(settings).composeString(new String(yaml, StandardCharsets.UTF_8));
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(Mark::getLine).orElse(0) + 1;
      throw new PolicyRefused("%s:%d: %s".formatted(file, line, e.getProblem()));
    } catch (YamlEngineException e) {
      throw new PolicyRefused(file + ": " + e.getMessage());
    }
    return root.map(node -> mapping(file, "", node));
  }

  Optional<Section> section(String key) {
    return node(key).map(node -> mapping(file, name(key), node));
  }

  /** All keys with their sections, for a mapping whose keys are free. */
  Map<String, Section> sections() {
    Map<String, Section> sections = new LinkedHashMap<>();
    nodes.forEach(
        (key, node) -> {
          asked.add(key);
          sections.put(key, mapping(file, name(key), node));
        });
    return sections;
  }

  /** The mappings of a list; empty when the key is not there. */
  List<Section> list(String key) {
    List<Section> sections = new ArrayList<>();
    for (Node item : items(key)) {
      sections.add(mapping(file, name(key), item));
    }
    return sections;
  }

  List<Integer> integers(String key) {
    List<Integer> numbers = new ArrayList<>();
    for (Node item : items(key)) {
      numbers.add((int) number(key, item, 0, 1_000_000));
    }
    return numbers;
  }

  private List<Node> items(String key) {
    Optional<Node> node = node(key);
    if (node.isEmpty()) {
      return List.of();
    }
    if (node.get() instanceof SequenceNode sequence) {
      return sequence.getValue();
    }
    throw refused(key, "not a list (expected: one)");
  }

  Optional<String> text(String key) {
    return node(key).map(node -> scalar(key, node));
  }

  Optional<Boolean> flag(String key) {
    return text(key)
        .map(
            text ->
                switch (text) {
                  case "true" -> true;
                  case "false" -> false;
                  default -> throw refused(key, text + " (expected: true or false)");
                });
  }

  Optional<Double> number(String key, double least, double most) {
    return node(key).map(node -> number(key, node, least, most));
  }

  private double number(String key, Node node, double least, double most) {
    String text = scalar(key, node);
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw refused(lineOf(node), name(key), text + " (expected: a number)");
    }
    // Not written the other way round: a NaN is in no range.
    if (!(value >= least && value <= most)) {
      throw refused(
          lineOf(node),
          name(key),
          "%s (expected: %s to %s)".formatted(text, plain(least), plain(most)));
    }
    return value;
  }

  Optional<Duration> duration(String key) {
    return text(key)
        .map(
            text -> {
              Matcher matcher = DURATION.matcher(text);
              if (!matcher.matches()) {
                throw refused(key, text + " (expected: a duration such as 30s, 5m, 24h or 7d)");
              }
              long count = Long.parseLong(matcher.group(1));
              return switch (matcher.group(2)) {
                case "s" -> Duration.ofSeconds(count);
                case "m" -> Duration.ofMinutes(count);
                case "h" -> Duration.ofHours(count);
                default -> Duration.ofDays(count);
              };
            });
  }

  <E extends Enum<E>> Optional<E> word(String key, Class<E> words) {
    return text(key)
        .map(
            text ->
                Arrays.stream(words.getEnumConstants())
                    .filter(word -> word.name().equals(text.toUpperCase(Locale.ROOT)))
                    .findFirst()
                    .orElseThrow(
                        () ->
                            refused(
                                key,
                                text
                                    + " (expected: one of "
                                    + Arrays.toString(words.getEnumConstants())
                                    + ")")));
  }

  /** Refuses every key that nobody asked for. */
  void end() {
    for (String key : nodes.keySet()) {
      if (!asked.contains(key)) {
        throw refused(key, "unknown (expected: one of " + asked + ")");
      }
    }
  }

  /** The keys as they stand. */
  List<String> names() {
    return List.copyOf(nodes.keySet());
  }

  /** To be thrown: what is wrong with a key that is there; with the whole where it is empty. */
  PolicyRefused refused(String key, String what) {
    return refused(lines.getOrDefault(key, line), name(key), what);
  }

  /** To be thrown: a key is not there. */
  PolicyRefused missing(String key, String expected) {
    return refused(line, name(key), "missing (expected: " + expected + ")");
  }

  private PolicyRefused refused(int at, String key, String what) {
    return refused(file, at, key, what);
  }

  private static PolicyRefused refused(String file, int at, String key, String what) {
    return new PolicyRefused(file + ":" + at + ": " + (key.isEmpty() ? "" : key + ": ") + what);
  }

  private Optional<Node> node(String key) {
    asked.add(key);
    return Optional.ofNullable(nodes.get(key));
  }

  private String name(String key) {
    return path.isEmpty() || key.isEmpty() ? path + key : path + "." + key;
  }

  private String scalar(String key, Node node) {
    if (node instanceof ScalarNode scalar && !scalar.getValue().isEmpty()) {
      return scalar.getValue();
    }
    throw refused(lineOf(node), name(key), "not a value (expected: one)");
  }

  private static Section mapping(String file, String path, Node node) {
    if (node instanceof MappingNode mapping) {
      return new Section(file, path, mapping);
    }
    throw refused(file, lineOf(node), path, "not a mapping (expected: key: value)");
  }

  private static int lineOf(Node node) {
    return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
  }
}
