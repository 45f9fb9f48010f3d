package io.coxswain.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.controller.plan.RepairPolicy;
import io.coxswain.controller.spec.Repair;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigTest {
  @Test
  void everyKeyIsRead() {
    Config config =
        Config.parse(
            """
            # a comment
            listen: 10.0.0.1:8443
            names: [jumphost, 10.0.0.1]
            socket: /run/x/cox.sock
            state: /srv/coxswain
            metrics_token: /etc/coxswain/metrics-token
            bundles: /srv/bundles
            test_tolerance: 12
            """,
            "c.yaml");

    assertThat(config.listen().getPort()).isEqualTo(8443);
    assertThat(config.names()).isEqualTo(List.of("jumphost", "10.0.0.1"));
    assertThat(config.socket()).isEqualTo(Path.of("/run/x/cox.sock"));
    assertThat(config.state()).isEqualTo(Path.of("/srv/coxswain"));
    assertThat(config.metricsToken()).contains(Path.of("/etc/coxswain/metrics-token"));
    assertThat(config.bundles()).isEqualTo(Path.of("/srv/bundles"));
    assertThat(config.testTolerancePercent()).isEqualTo(12);
    assertThat(config.dial()).isEqualTo("jumphost:8443");
  }

  @Test
  void whatIsLeftOutHasADefault() {
    Config config = Config.parse("", "c.yaml");

    assertThat(config.listen().getPort()).isEqualTo(7443);
    assertThat(config.names()).hasSize(1);
    assertThat(config.testTolerancePercent()).isEqualTo(8);
    assertThat(config.state()).isEqualTo(Path.of("/var/lib/coxswain"));
    assertThat(config.bundles()).isEqualTo(Path.of("/etc/coxswain/bundles.d"));
  }

  @Test
  void whatMayBeRepairedWithoutAskingIsNothingUnlessTheFileSaysSo() {
    assertThat(Config.parse("", "c.yaml").automaticRepair()).isEqualTo(RepairPolicy.OFF);
    assertThat(
            Config.parse(
                    "automatic_repair: {actions: [reset-gpu, reboot], most_percent: 10}", "c.yaml")
                .automaticRepair())
        .isEqualTo(new RepairPolicy(Set.of(Repair.Kind.RESET_GPU, Repair.Kind.REBOOT), 10));
  }

  @Test
  void anAddressOfIpv6IsDialledInBrackets() {
    assertThat(Config.parse("names: ['fd00::1']", "c.yaml").dial()).isEqualTo("[fd00::1]:7443");
    assertThat(Config.parse("listen: '[::]:7444'", "c.yaml").listen().getPort()).isEqualTo(7444);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          socket: /run/a;lisen: 1 | c.yaml:2: unknown key 'lisen' (expected: listen, names, socket, state, metrics_token, automatic_repair, bundles or test_tolerance)
          state: /a;state: /b     | c.yaml:2: key 'state' is there twice
          listen: jumphost:7443   | c.yaml:1: listen: 'jumphost:7443' (expected: ADDRESS:PORT such as 0.0.0.0:7443)
          listen: 0.0.0.0:99999   | c.yaml:1: listen: '0.0.0.0:99999'
          names: jumphost         | c.yaml:1: names: a list expected
          names: [a b]            | c.yaml:1: names: 'a b'
          socket: cox.sock        | c.yaml:1: socket: 'cox.sock' (expected: an absolute path)
          test_tolerance: 0       | c.yaml:1: test_tolerance: '0' (expected: per cent, 1 to 99)
          test_tolerance: 8 %     | c.yaml:1: test_tolerance: '8 %'
          state: [a]              | c.yaml:1: state: one word expected
          - a                     | c.yaml:1: keys and values expected
          names: [a               | not YAML
          automatic_repair: on    | c.yaml:1: automatic_repair: actions and most_percent expected
          automatic_repair: {actions: [reboot]} | c.yaml:1: automatic_repair: both actions and most_percent expected
          automatic_repair: {actions: [hardware], most_percent: 9} | c.yaml:1: actions: 'hardware' (expected: reset-gpu, reboot or replace)
          automatic_repair: {actions: [reboot], most_percent: 101} | c.yaml:1: most_percent: '101' (expected: 1 to 100)
          automatic_repair: {action: [reboot], most_percent: 9} | c.yaml:1: automatic_repair: unknown key 'action'
          """)
  void whatIsWrongIsToldWithFileAndLine(String text, String message) {
    assertThatThrownBy(() -> Config.parse(text.replace(";", "\n"), "c.yaml"))
        .isInstanceOf(Config.ConfigException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> Config.read(Path.of("/nowhere/c.yaml")))
        .hasMessageStartingWith("/nowhere/c.yaml: not there");
  }
}
