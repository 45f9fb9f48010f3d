package io.coxswain.agent;

import io.coxswain.agent.host.Host;
import io.coxswain.agent.link.Endpoint;
import java.io.ByteArrayInputStream;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** The agent's configuration file; what it does not know it refuses, with the line. */
record AgentConfig(Endpoint controller) {
  static final String FILE = "/etc/coxswain/agent.yaml";

  static AgentConfig read(Host host, String file) {
    if (host.files().stat(file).isEmpty()) {
      throw new IllegalArgumentException(
          file + ": does not exist (expected: written by cox-agent join)");
    }
    return parse(file, host.files().read(file));
  }

  static AgentConfig parse(String file, byte[] yaml) {
    LoadSettings settings = LoadSettings.builder().setLabel(file).setUseMarks(true).build();
    Optional<Node> root;
    try {
      root = new Compose(settings).composeInputStream(new ByteArrayInputStream(yaml));
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(Mark::getLine).orElse(0) + 1;
      throw new IllegalArgumentException("%s:%d: %s".formatted(file, line, e.getProblem()), e);
    }
    Optional<Endpoint> controller = Optional.empty();
    if (root.isPresent() && !(root.get() instanceof MappingNode)) {
      throw new IllegalArgumentException(
          at(file, root.get()) + ": not a mapping (expected: key: value)");
    }
    if (root.orElse(null) instanceof MappingNode mapping) {
      for (NodeTuple entry : mapping.getValue()) {
        String key = text(file, entry.getKeyNode());
        if (!key.equals("controller")) {
          throw new IllegalArgumentException(
              at(file, entry.getKeyNode()) + ": " + key + ": unknown (expected: controller)");
        }
        controller = Optional.of(endpoint(file, entry.getValueNode()));
      }
    }
    return new AgentConfig(
        controller.orElseThrow(
            () ->
                new IllegalArgumentException(
                    file + ": controller: missing (expected: host:port)")));
  }

  static String render(Endpoint controller) {
    return "# Written by cox-agent join.\ncontroller: \"" + controller + "\"\n";
  }

  private static Endpoint endpoint(String file, Node node) {
    String text = text(file, node);
    try {
      return Endpoint.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(at(file, node) + ": " + e.getMessage(), e);
    }
  }

  private static String text(String file, Node node) {
    if (node instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    throw new IllegalArgumentException(at(file, node) + ": not a text (expected: one)");
  }

  private static String at(String file, Node node) {
    return file + ":" + (node.getStartMark().map(Mark::getLine).orElse(0) + 1);
  }
}
