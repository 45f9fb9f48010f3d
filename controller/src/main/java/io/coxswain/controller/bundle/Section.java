package io.coxswain.controller.bundle;

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
final class Section {
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
  static Optional<Section> parse(String file, String yaml) {
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
      throw new CatalogueRefused(file + ": not YAML: " + e.getMessage());
    }
    return root.map(node -> mapping(file, "", node));
  }

  String file() {
    return file;
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
    List<Node> items = items(key);
    for (int i = 0; i < items.size(); i++) {
      sections.add(mapping(file, name(key) + "[" + i + "]", items.get(i)));
    }
    return sections;
  }

  /** Texts of a list, each of one form; empty when the key is not there. */
  List<String> texts(String key, Form form) {
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

  Optional<String> text(String key, Form form) {
    return node(key).map(node -> formed(key, node, form));
  }

  String required(String key, Form form) {
    return text(key, form).orElseThrow(() -> missing(key, form.expected()));
  }

  Optional<Boolean> flag(String key) {
    return text(key, Form.FLAG).map(Boolean::parseBoolean);
  }

  Optional<Integer> number(String key, Form form) {
    return text(key, form).map(Integer::parseInt);
  }

  /** Refuses every key that nobody asked for. */
  void end() {
    for (String key : nodes.keySet()) {
      if (!asked.contains(key)) {
        throw refused(key, "unknown (expected: one of " + asked + ")");
      }
    }
  }

  /** To be thrown: what is wrong with a key that is there; with the whole where it is empty. */
  CatalogueRefused refused(String key, String what) {
    return refused(file, lines.getOrDefault(key, line), name(key), what);
  }

  /** To be thrown: a key is not there. */
  CatalogueRefused missing(String key, String expected) {
    return refused(file, line, name(key), "missing (expected: " + expected + ")");
  }

  private static CatalogueRefused refused(String file, int at, String key, String what) {
    return new CatalogueRefused(file + ":" + at + ": " + (key.isEmpty() ? "" : key + ": ") + what);
  }

  private Optional<Node> node(String key) {
    asked.add(key);
    return Optional.ofNullable(nodes.get(key));
  }

  private String name(String key) {
    return path.isEmpty() || key.isEmpty() ? path + key : path + "." + key;
  }

  private String formed(String key, Node node, Form form) {
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

  /**
   * What a text must look like. All of them go into files that root's programs read, so none has
   * room for a second line.
   */
  enum Form {
    TEXT("[^\\p{Cntrl}]{1,400}", "a text of one line"),
    FLAG("true|false", "true or false"),
    NAME("[a-z0-9][a-z0-9.-]{0,62}", "lower case letters, digits, dots and dashes"),
    NUMBER("[1-9][0-9]{0,5}", "a number from 1"),
    BRANCH("[3-9][0-9]{2}", "a driver branch such as 580"),
    PREFIX(
        "[3-9][0-9]{2}\\.[0-9.]*", "the beginning of a driver's version with its dot, as in 580."),
    KERNEL("[0-9]{1,3}\\.[0-9]{1,3}(\\.[0-9]{1,3})?", "a kernel's version such as 6.14"),
    SUFFIX("-[a-z0-9.-]{1,40}", "the end of a kernel's release, such as -generic"),
    FLAVOUR("open|proprietary|none", "open, proprietary or none"),
    MANAGER("apt|dnf|zypper", "apt, dnf or zypper"),
    DISTRIBUTION(
        "[a-z][a-z0-9-]{0,30} [0-9]{1,3}(\\.[0-9]{1,2})?",
        "a distribution as os-release has it: ubuntu 24.04, rhel 9"),
    PACKAGE(
        "[a-z0-9]([a-zA-Z0-9+._-]|\\{architecture\\}|\\{kernel\\})*"
            + "(=(\\{prefix\\}|[0-9])[0-9A-Za-z.+:~-]*\\*?)?",
        "a package, or package=version, where the version may end in *"),
    // The agent hands them to apt-get, where a dash at the end means removal.
    APT_PACKAGE(
        "[a-z0-9]([a-z0-9+.-]|\\{architecture\\}|\\{kernel\\})*"
            + "([a-z0-9+.]|\\{architecture\\}|\\{kernel\\})(=.*)?",
        "a Debian package's name, and perhaps =version"),
    HEADERS("[a-z0-9][a-z0-9+.-]*\\{kernel\\}", "a package with {kernel} in it"),
    REPOSITORY(
        "([a-z0-9]|\\{distribution\\})([a-z0-9.-]|\\{distribution\\})*",
        "the name of a repository"),
    MODULE(
        "[a-z0-9-]{1,40}:[a-z0-9.-]{1,40}", "a module and stream such as nvidia-driver:580-open"),
    UNIT("[A-Za-z0-9][A-Za-z0-9@._-]*\\.(service|path|socket|timer)", "a unit of systemd"),
    URI("https?://[A-Za-z0-9._~/:%+-]{3,200}", "an address with http or https"),
    SUITE("/|[A-Za-z0-9][A-Za-z0-9._/-]{0,60}", "a suite such as bookworm, or /"),
    WORD("[a-z0-9][a-z0-9+.-]{0,60}", "one word in lower case"),
    KEY_FILE("[A-Za-z0-9][A-Za-z0-9._-]{0,60}\\.asc", "the name of a file that ends in .asc"),
    KEY(
        "-----BEGIN PGP PUBLIC KEY BLOCK-----\\n[A-Za-z0-9+/=:,.@() \\n-]+"
            + "-----END PGP PUBLIC KEY BLOCK-----\\n?",
        "a public key in ASCII armour");

    private final Pattern pattern;
    private final String expected;

    Form(String pattern, String expected) {
      this.pattern = Pattern.compile(pattern);
      this.expected = expected;
    }

    Pattern pattern() {
      return pattern;
    }

    String expected() {
      return expected;
    }
  }
}
