package io.coxswain.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.agent.link.Endpoint;
import io.coxswain.agent.metrics.MetricsSettings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** agent.yaml, and how its faults are told. */
class AgentConfigTest {
  @Test
  void whatJoinWritesIsRead() {
    Endpoint endpoint = new Endpoint("jumphost", 7443);
    for (MetricsSettings metrics :
        List.of(
            MetricsSettings.DEFAULT,
            MetricsSettings.OFF,
            new MetricsSettings(
                Optional.of(MetricsSettings.address("[::]:9400")),
                Optional.of("/etc/coxswain/metrics-token"),
                "hostname"))) {
      AgentConfig config = new AgentConfig(endpoint, metrics);
      assertThat(parse(config.render())).isEqualTo(config);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "controler: jumphost:7443 | agent.yaml:1: controler: unknown (expected: controller or metrics)",
        "'controller: jumphost:7443\n"
            + "log: debug' | agent.yaml:2: log: unknown (expected: controller or metrics)",
        "controller: jumphost | agent.yaml:1: controller: 'jumphost' (expected: host:port)",
        "controller: jumphost:99999 | agent.yaml:1: controller: 'jumphost:99999' (expected:"
            + " host:port)",
        "'controller: [a]' | agent.yaml:1: not a text (expected: one)",
        "'- a' | agent.yaml:1: not a mapping (expected: key: value)",
        "'# nothing' | agent.yaml: controller: missing (expected: host:port)",
        "'controller: \"open' | agent.yaml:1:",
        "'controller: a:1\n"
            + "metrics: on' | agent.yaml:2: metrics: 'on' (expected: off, or listen: …)",
        "'controller: a:1\n"
            + "metrics: {port: 1}' | agent.yaml:2: metrics: port: unknown (expected: listen,"
            + " token_file or hostname_label)",
        "'controller: a:1\n"
            + "metrics: {listen: gpu01:9400}' | agent.yaml:2: metrics: 'gpu01:9400' (expected:"
            + " ADDRESS:PORT",
        "'controller: a:1\n"
            + "metrics: {listen: 10.0.0.1:9400}' | agent.yaml:2: metrics: 10.0.0.1:9400 is a"
            + " network's address and there is no token_file",
        "'controller: a:1\n"
            + "metrics: {token_file: here}' | agent.yaml:2: metrics: token_file: 'here'"
            + " (expected: an absolute path)",
        "'controller: a:1\n"
            + "metrics: {hostname_label: host}' | agent.yaml:2: metrics: hostname_label: 'host'"
      })
  void faultsAreToldWithTheirLine(String yaml, String message) {
    assertThatThrownBy(() -> parse(yaml))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void endpointsMayBeAddresses() {
    assertThat(Endpoint.parse("10.0.0.1:7443")).isEqualTo(new Endpoint("10.0.0.1", 7443));
    assertThat(Endpoint.parse("[fd00::1]:7443")).isEqualTo(new Endpoint("fd00::1", 7443));
  }

  @Test
  void jsonHoldsRecordsListsAndEscapes() {
    record Inner(Optional<String> name, List<Integer> numbers) {}
    assertThat(Json.of(new Inner(Optional.of("a\"\n\u0001"), List.of(1, 2))))
        .isEqualTo("{\"name\":\"a\\\"\\n\\u0001\",\"numbers\":[1,2]}");
    assertThat(Json.of(new Inner(Optional.empty(), List.of())))
        .isEqualTo("{\"name\":null,\"numbers\":[]}");
  }

  private static AgentConfig parse(String yaml) {
    return AgentConfig.parse("agent.yaml", yaml.getBytes(StandardCharsets.UTF_8));
  }
}
