package io.coxswain.agent;

import io.coxswain.agent.host.Host;
import io.coxswain.agent.link.Endpoint;
import io.coxswain.agent.metrics.MetricsSettings;
import java.io.ByteArrayInputStream;
import java.net.InetSocketAddress;
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
record AgentConfig(Endpoint controller, MetricsSettings metrics) {
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
    MetricsSettings metrics = MetricsSettings.DEFAULT;
    if (root.isPresent() && !(root.get() instanceof MappingNode)) {
      throw new IllegalArgumentException(
          at(file, root.get()) + ": not a mapping (expected: key: value)");
    }
    if (root.orElse(null) instanceof MappingNode mapping) {
      for (NodeTuple entry : mapping.getValue()) {
        String key = text(file, entry.getKeyNode());
        switch (key) {
          case "controller" -> controller = Optional.of(endpoint(file, entry.getValueNode()));
          case "metrics" -> metrics = metrics(file, entry.getValueNode());
          default ->
              throw new IllegalArgumentException(
                  at(file, entry.getKeyNode())
                      + ": "
                      + key
                      + ": unknown (expected: controller or metrics)");
        }
      }
    }
    return new AgentConfig(
        controller.orElseThrow(
            () ->
                new IllegalArgumentException(file + ": controller: missing (expected: host:port)")),
        metrics);
  }

  /** As the file has it. */
  String render() {
    StringBuilder text = new StringBuilder("# Written by cox-agent join.\n");
    text.append("controller: \"").append(controller).append("\"\n");
    if (metrics.equals(MetricsSettings.OFF)) {
      text.append("metrics: off\n");
    } else if (!metrics.equals(MetricsSettings.DEFAULT)) {
      text.append("metrics:\n");
      metrics
          .listen()
          .ifPresent(at -> text.append("  listen: \"" + MetricsSettings.text(at) + "\"\n"));
      metrics.tokenFile().ifPresent(file -> text.append("  token_file: \"" + file + "\"\n"));
      text.append("  hostname_label: ").append(metrics.hostnameLabel()).append('\n');
    }
    return text.toString();
  }

  /** "off", or a mapping of listen, token_file and hostname_label. */
  private static MetricsSettings metrics(String file, Node node) {
    if (!(node instanceof MappingNode mapping)) {
      if (text(file, node).equals("off")) {
        return MetricsSettings.OFF;
      }
      throw new IllegalArgumentException(
          at(file, node) + ": metrics: '" + text(file, node) + "' (expected: off, or listen: …)");
    }
    Optional<InetSocketAddress> listen = MetricsSettings.DEFAULT.listen();
    Optional<String> tokenFile = Optional.empty();
    String hostnameLabel = MetricsSettings.HOSTNAME;
    try {
      for (NodeTuple entry : mapping.getValue()) {
        String value = text(file, entry.getValueNode());
        switch (text(file, entry.getKeyNode())) {
          case "listen" -> listen = Optional.of(MetricsSettings.address(value));
          case "token_file" -> tokenFile = Optional.of(value);
          case "hostname_label" -> hostnameLabel = value;
          default ->
              throw new IllegalArgumentException(
                  "metrics: "
                      + text(file, entry.getKeyNode())
                      + ": unknown (expected: listen, token_file or hostname_label)");
        }
      }
      return new MetricsSettings(listen, tokenFile, hostnameLabel);
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      throw message.startsWith(file)
          ? e
          : new IllegalArgumentException(at(file, node) + ": " + message, e);
    }
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
