package io.coxswain.controller;

import io.coxswain.controller.plan.RepairPolicy;
import io.coxswain.controller.spec.Repair;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
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

/**
 * What the controller's configuration file says, with defaults for what it leaves out.
 *
 * @param listen where agents connect
 * @param names DNS names and addresses of the server's certificate; agents are told the first one
 * @param socket where cox connects
 * @param state directory of the certificate authority and the database
 * @param metricsToken file with what scrapers from afar must bring; empty: metrics are at the
 *     socket alone
 * @param automaticRepair what is repaired without asking anybody; nothing where the file says
 *     nothing
 * @param bundles directory of the site's driver bundles; it need not be there
 * @param testTolerancePercent how much worse than its own baseline a machine may test without a
 *     word
 */
public record Config(
    InetSocketAddress listen,
    List<String> names,
    Path socket,
    Path state,
    Optional<Path> metricsToken,
    RepairPolicy automaticRepair,
    Path bundles,
    int testTolerancePercent) {
  public static final Path DEFAULT_FILE = Path.of("/etc/coxswain/controller.yaml");

  private static final int DEFAULT_PORT = 7443;
  private static final int DEFAULT_TEST_TOLERANCE = 8;
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*");

  /** The file's sun_path holds 108 bytes, the last of them zero (unix(7)). */
  private static final int LONGEST_SOCKET = 107;

  public Config {
    names = List.copyOf(names);
  }

  /** The configuration cannot be used; says where and why. */
  public static final class ConfigException extends RuntimeException {
    ConfigException(String message) {
      super(message);
    }
  }

  public static Config read(Path file) {
    try {
      return parse(Files.readString(file), file.toString());
    } catch (NoSuchFileException e) {
      throw new ConfigException(file + ": not there (expected: the controller's configuration)");
    } catch (IOException e) {
      throw new ConfigException(file + ": not readable: " + e.getMessage());
    }
  }

  /** Reads the text of a file; its name is for messages. */
  static Config parse(String text, String file) {
    return new Reader(file).read(text);
  }

  /** {@code host:port} that agents dial. */
  public String dial() {
    String name = names.getFirst();
    return (name.contains(":") ? "[" + name + "]" : name) + ":" + listen.getPort();
  }

  private static List<String> ownName() {
    try {
      return List.of(InetAddress.getLocalHost().getHostName());
    } catch (UnknownHostException e) {
      return List.of("localhost");
    }
  }

  private static final class Reader {
    private final String file;
    private InetSocketAddress listen = new InetSocketAddress("0.0.0.0", DEFAULT_PORT);
    private List<String> names = List.of();
    private Path socket = Path.of("/run/coxswain/cox.sock");
    private Path state = Path.of("/var/lib/coxswain");
    private Optional<Path> metricsToken = Optional.empty();
    private RepairPolicy automaticRepair = RepairPolicy.OFF;
    private Path bundles = Path.of("/etc/coxswain/bundles.d");
    private int testTolerance = DEFAULT_TEST_TOLERANCE;

    Reader(String file) {
      this.file = file;
    }

    Config read(String text) {
      Optional<Node> root;
      try {
        root = new Compose(LoadSettings.builder().setLabel(file).build()).composeString(text);
      } catch (MarkedYamlEngineException e) {
        throw new ConfigException(
            file
                + e.getProblemMark().map(mark -> ":" + (mark.getLine() + 1)).orElse("")
                + ": not YAML: "
                + e.getProblem());
      } catch (YamlEngineException e) {
        throw new ConfigException(file + ": not YAML: " + e.getMessage());
      }
      if (root.isPresent()) {
        if (!(root.get() instanceof MappingNode mapping)) {
          throw at(root.get(), "keys and values expected");
        }
        Set<String> seen = new HashSet<>();
        for (NodeTuple tuple : mapping.getValue()) {
          String key = scalar("key", tuple.getKeyNode());
          if (!seen.add(key)) {
            throw at(tuple.getKeyNode(), "key '" + key + "' is there twice");
          }
          set(key, tuple);
        }
      }
      return new Config(
          listen,
          names.isEmpty() ? ownName() : names,
          socket,
          state,
          metricsToken,
          automaticRepair,
          bundles,
          testTolerance);
    }

    private void set(String key, NodeTuple tuple) {
      Node value = tuple.getValueNode();
      switch (key) {
        case "listen" -> listen = address(value);
        case "names" -> names = names(value);
        case "socket" -> socket = socket(value);
        case "state" -> state = absolute("state", value);
        case "test_tolerance" -> testTolerance = percent("test_tolerance", value);
        case "metrics_token" -> metricsToken = Optional.of(absolute("metrics_token", value));
        case "automatic_repair" -> automaticRepair = repairs(value);
        case "bundles" -> bundles = absolute("bundles", value);
        default ->
            throw at(
                tuple.getKeyNode(),
                "unknown key '"
                    + key
                    + "' (expected: listen, names, socket, state, metrics_token, automatic_repair, bundles"
                    + " or test_tolerance)");
      }
    }

    private InetSocketAddress address(Node node) {
      String text = scalar("listen", node);
      int colon = text.lastIndexOf(':');
      String host = colon < 0 ? "" : text.substring(0, colon).replaceAll("^\\[|\\]$", "");
      int port = number(colon < 0 ? "" : text.substring(colon + 1));
      // A name would be looked up, and what it means may change.
      if (!host.matches("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*") || port < 0 || port > 65_535) {
        throw at(node, "listen: '" + text + "' (expected: ADDRESS:PORT such as 0.0.0.0:7443)");
      }
      return new InetSocketAddress(host, port);
    }

    private List<String> names(Node node) {
      if (!(node instanceof SequenceNode sequence) || sequence.getValue().isEmpty()) {
        throw at(node, "names: a list expected, such as [jumphost, 10.0.0.1]");
      }
      return sequence.getValue().stream()
          .map(
              entry -> {
                String name = scalar("names", entry);
                if (!NAME.matcher(name).matches()) {
                  throw at(entry, "names: '" + name + "' (expected: DNS names and addresses)");
                }
                return name;
              })
          .toList();
    }

    private RepairPolicy repairs(Node node) {
      Set<Repair.Kind> kinds = EnumSet.noneOf(Repair.Kind.class);
      int mostPercent = -1;
      if (!(node instanceof MappingNode mapping)) {
        throw at(node, "automatic_repair: actions and most_percent expected");
      }
      for (NodeTuple tuple : mapping.getValue()) {
        String key = scalar("automatic_repair", tuple.getKeyNode());
        switch (key) {
          case "actions" -> kinds.addAll(actions(tuple.getValueNode()));
          case "most_percent" -> mostPercent = percent(tuple.getValueNode());
          default ->
              throw at(
                  tuple.getKeyNode(),
                  "automatic_repair: unknown key '"
                      + key
                      + "' (expected: actions or most_percent)");
        }
      }
      if (kinds.isEmpty() || mostPercent < 0) {
        throw at(node, "automatic_repair: both actions and most_percent expected");
      }
      return new RepairPolicy(kinds, mostPercent);
    }

    private List<Repair.Kind> actions(Node node) {
      if (!(node instanceof SequenceNode sequence) || sequence.getValue().isEmpty()) {
        throw at(node, "actions: a list expected, such as [reset-gpu, reboot]");
      }
      return sequence.getValue().stream()
          .map(
              entry -> {
                String word = scalar("actions", entry);
                return RepairPolicy.KINDS.stream()
                    .filter(kind -> kind.word().equals(word))
                    .findFirst()
                    .orElseThrow(
                        () ->
                            at(
                                entry,
                                "actions: '"
                                    + word
                                    + "' (expected: reset-gpu, reboot or replace)"));
              })
          .toList();
    }

    private int percent(Node node) {
      int percent = number(scalar("most_percent", node));
      if (percent < 1 || percent > 100) {
        throw at(node, "most_percent: '" + scalar("most_percent", node) + "' (expected: 1 to 100)");
      }
      return percent;
    }

    private Path socket(Node node) {
      Path path = absolute("socket", node);
      if (path.toString().length() > LONGEST_SOCKET) {
        throw at(
            node,
            "socket: path of "
                + path.toString().length()
                + " letters (expected: at most "
                + LONGEST_SOCKET
                + ")");
      }
      return path;
    }

    private int percent(String key, Node node) {
      String text = scalar(key, node);
      int percent = number(text);
      if (percent < 1 || percent > 99) {
        throw at(node, key + ": '" + text + "' (expected: per cent, 1 to 99)");
      }
      return percent;
    }

    private Path absolute(String key, Node node) {
      Path path = Path.of(scalar(key, node));
      if (!path.isAbsolute()) {
        throw at(node, key + ": '" + path + "' (expected: an absolute path)");
      }
      return path;
    }

    private String scalar(String key, Node node) {
      if (!(node instanceof ScalarNode scalar) || scalar.getValue().isBlank()) {
        throw at(node, key + ": one word expected");
      }
      return scalar.getValue().strip();
    }

    private ConfigException at(Node node, String message) {
      Function<Mark, String> line = mark -> ":" + (mark.getLine() + 1);
      return new ConfigException(file + node.getStartMark().map(line).orElse("") + ": " + message);
    }

    private static int number(String digits) {
      return digits.matches("[0-9]{1,5}") ? Integer.parseInt(digits) : -1;
    }
  }
}
