package io.coxswain.controller.document;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
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
public final class Section {
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
        throw refused(file, lineOf(entry.getKeyNode()), path, "not a text (expected: a key)");
      }
      Integer before = lines.put(key.getValue(), lineOf(key));
      if (before != null) {
        throw refused(
            file,
            lineOf(key),
            name(key.getValue()),
            "twice (expected: once; the first is in line " + before + ")");
      }
      nodes.put(key.getValue(), entry.getValueNode());
    }
  }

  /** The file's top; empty for a file without content. */
  public static Optional<Section> parse(String file, String yaml) {
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
      root = new Compose(settings).composeString(yaml);
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(Mark::getLine).orElse(0) + 1;
      throw refused(file, line, "", "not YAML: " + e.getProblem());
    } catch (YamlEngineException e) {
      throw new DocumentRefused(file + ": not YAML: " + e.getMessage());
    }
    return root.map(node -> mapping(file, "", node));
  }

  public String file() {
    return file;
  }

  public Optional<Section> section(String key) {
    return node(key).map(node -> mapping(file, name(key), node));
  }

  /** All keys with their sections, for a mapping whose keys are free. */
  public Map<String, Section> sections() {
    Map<String, Section> sections = new LinkedHashMap<>();
    nodes.forEach(
        (key, node) -> {
          asked.add(key);
          sections.put(key, mapping(file, name(key), node));
        });
    return sections;
  }

  /** The mappings of a list; empty when the key is not there. */
  public List<Section> list(String key) {
    List<Section> sections = new ArrayList<>();
    List<Node> items = items(key);
    for (int i = 0; i < items.size(); i++) {
      sections.add(mapping(file, name(key) + "[" + i + "]", items.get(i)));
    }
    return sections;
  }

  /** Texts of a list, each of one form; empty when the key is not there. */
  public List<String> texts(String key, TextForm form) {
    List<String> texts = new ArrayList<>();
    for (Node item : items(key)) {
      texts.add(formed(key, item, form));
    }
    return texts;
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

  public Optional<String> text(String key, TextForm form) {
    return node(key).map(node -> formed(key, node, form));
  }

  public String required(String key, TextForm form) {
    return text(key, form).orElseThrow(() -> missing(key, form.expected()));
  }

  public Optional<Boolean> flag(String key) {
    return text(key, Flag.FLAG).map(Boolean::parseBoolean);
  }

  public Optional<Integer> number(String key, TextForm form) {
    return text(key, form).map(Integer::parseInt);
  }

  /** Refuses every key that nobody asked for. */
  public void end() {
    for (String key : nodes.keySet()) {
      if (!asked.contains(key)) {
        throw refused(key, "unknown (expected: one of " + asked + ")");
      }
    }
  }

  /** To be thrown: what is wrong with a key that is there; with the whole where it is empty. */
  public DocumentRefused refused(String key, String what) {
    return refused(file, lines.getOrDefault(key, line), name(key), what);
  }

  /** To be thrown: a key is not there. */
  public DocumentRefused missing(String key, String expected) {
    return refused(file, line, name(key), "missing (expected: " + expected + ")");
  }

  private static DocumentRefused refused(String file, int at, String key, String what) {
    return new DocumentRefused(file + ":" + at + ": " + (key.isEmpty() ? "" : key + ": ") + what);
  }

  private Optional<Node> node(String key) {
    asked.add(key);
    return Optional.ofNullable(nodes.get(key));
  }

  private String name(String key) {
    return path.isEmpty() || key.isEmpty() ? path + key : path + "." + key;
  }

  private String formed(String key, Node node, TextForm form) {
    if (!(node instanceof ScalarNode scalar)) {
      throw refused(
          file, lineOf(node), name(key), "not a value (expected: " + form.expected() + ")");
    }
    String text = scalar.getValue();
    if (!form.pattern().matcher(text).matches()) {
      String shown = text.lines().findFirst().orElse("");
      throw refused(
          file, lineOf(node), name(key), "'" + shown + "' (expected: " + form.expected() + ")");
    }
    return text;
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

  private enum Flag implements TextForm {
    FLAG;

    private static final Pattern PATTERN = Pattern.compile("true|false");

    @Override
    public Pattern pattern() {
      return PATTERN;
    }

    @Override
    public String expected() {
      return "true or false";
    }
  }
}
