package io.coxswain.controller.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.Nodepool;
import io.coxswain.controller.spec.Selector;
import io.coxswain.controller.spec.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A file says all of a cluster or is refused with the line that is wrong. */
class ClusterDocumentTest {
  private static final String KEY =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me \"x\\y\"";
  private static final ClusterDocument WHOLE =
      new ClusterDocument(
          "train",
          List.of(
              Nodepool.fixed(
                  Nodepool.MAIN,
                  new Shape(8, "H200"),
                  4,
                  new Selector(Map.of("rack", "a1", "new", "")),
                  List.of("gpu01", "no"))),
          true,
          List.of(KEY));
  private static final String LEAST = "format: 1\nname: train\nshape: 8xH200\nsize: 4\n";

  @Test
  void whatIsWrittenIsReadAgainAsTheSame() {
    assertThat(ClusterDocument.parse("f", WHOLE.text())).isEqualTo(WHOLE);
    assertThat(ClusterDocument.parse("f", LEAST).text())
        .isEqualTo(LEAST + "deletion-protection: false\n");
  }

  @Test
  void severalNodepoolsAreReadAgainAsTheSame() {
    Nodepool burst =
        new Nodepool(
            "burst",
            "what: \"nobody\" needs by day",
            Shape.CPU,
            0,
            8,
            Duration.ofSeconds(90),
            Selector.ANY,
            List.of("w1"),
            false);
    ClusterDocument several =
        new ClusterDocument("train", List.of(WHOLE.pools().getFirst(), burst), false, List.of());
    assertThat(ClusterDocument.parse("f", several.text())).isEqualTo(several);
    ClusterDocument alone = new ClusterDocument("train", List.of(burst), false, List.of());
    assertThat(ClusterDocument.parse("f", alone.text())).isEqualTo(alone);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "min: 1 | f.yaml:6: nodepools[0].min: beside size (expected: one of the two)",
        "max: 3 | f.yaml:4: nodepools[0]: max: 3 (expected: 4, which is min, to 4096 nodes)",
        "idle-time: 1 | f.yaml:4: nodepools[0]: idle time: 1 s (expected: 15 to 604800 s)",
        "colour: red | f.yaml:6: nodepools[0].colour: unknown"
      })
  void whatIsWrongWithANodepoolIsNamedWithItsLine(String line, String told) {
    assertThatThrownBy(
            () ->
                ClusterDocument.parse(
                    "f.yaml",
                    "format: 1\nname: train\nnodepools:\n  - {name: a, shape: cpu, size: 4,\n\n    "
                        + line
                        + "}\n"))
        .isInstanceOf(DocumentRefused.class)
        .hasMessageContaining(told);
  }

  @Test
  void twoNodepoolsOfOneNameAreRefused() {
    String pool = "  - {name: a, shape: cpu, size: 4}\n";
    assertThatThrownBy(
            () ->
                ClusterDocument.parse(
                    "f.yaml", "format: 1\nname: train\nnodepools:\n" + pool + pool))
        .hasMessageContaining("f.yaml:5: nodepools[1].name: 'a' (expected: one that no other");
    assertThatThrownBy(() -> ClusterDocument.parse("f.yaml", LEAST + "nodepools:\n" + pool))
        .isInstanceOf(DocumentRefused.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "colour: red | f.yaml:5: colour: unknown (expected: one of [deletion-protection, description,",
        "size: 5 | f.yaml:5: size: twice",
        "hosts: gpu01 | f.yaml:5: hosts: not a list",
        "selector: rack | f.yaml:5: selector: selector: 'rack' (expected: KEY=VALUE)",
        "deletion-protection: yes | f.yaml:5: deletion-protection: 'yes' (expected: true or false)",
        "public-keys: [ssh-dss AAAA] | f.yaml:5: public-keys: public key: not one",
        "[ | f.yaml:6: not YAML"
      })
  void whatIsWrongIsNamedWithItsLine(String line, String told) {
    assertThatThrownBy(() -> ClusterDocument.parse("f.yaml", LEAST + line + "\n"))
        .isInstanceOf(DocumentRefused.class)
        .hasMessageContaining(told);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "size: 4 | size: 0 | f.yaml:4: size: 0 (expected: 1 to 4096 nodes)",
        "size: 4 | size: 5000 | f.yaml:4: size: 5000 (expected: 1 to 4096 nodes)",
        "name: train | name: Train | f.yaml:2: name: name: 'Train'",
        "name: train | name: ../x | f.yaml:2: name: name: '../x'",
        "shape: 8xH200 | shape: eight | f.yaml:3: shape: ",
        "format: 1 | format: 2 | f.yaml:1: format: '2'",
        "format: 1 | # | f.yaml:2: format: missing"
      })
  void valuesThatCannotBeAreRefused(String good, String bad, String told) {
    assertThatThrownBy(() -> ClusterDocument.parse("f.yaml", LEAST.replace(good, bad)))
        .isInstanceOf(DocumentRefused.class)
        .hasMessageContaining(told);
  }

  @Test
  void noPrivateKeyIsRepeated() {
    String secret = "-----BEGIN OPENSSH PRIVATE KEY-----";
    assertThatThrownBy(
            () -> ClusterDocument.parse("f", LEAST + "public-keys: [\"" + secret + "\"]\n"))
        .hasMessageNotContaining(secret);
  }

  @Test
  void aLongKeyWithATabInItsCommentIsReadAgain() {
    ClusterDocument document =
        new ClusterDocument(
            "train",
            List.of(
                Nodepool.fixed(Nodepool.MAIN, new Shape(8, "H200"), 1, Selector.ANY, List.of())),
            false,
            List.of("ssh-rsa " + "A".repeat(2800) + " me\tat home"));
    assertThat(ClusterDocument.parse("f", document.text())).isEqualTo(document);
  }

  @Test
  void anEmptyFileIsRefused() {
    assertThatThrownBy(() -> ClusterDocument.parse("f.yaml", "# nothing\n"))
        .isInstanceOf(DocumentRefused.class)
        .hasMessage("f.yaml: empty (expected: a cluster)");
  }

  @Test
  void thePublishedSchemaKnowsTheSameKeysAndLimits() throws IOException {
    JsonNode schema = new ObjectMapper().readTree(Path.of("docs/cluster.schema.json").toFile());
    TreeSet<String> keys = new TreeSet<>();
    schema.get("properties").fieldNames().forEachRemaining(keys::add);
    assertThatThrownBy(() -> ClusterDocument.parse("f", LEAST + "colour: red\n"))
        .hasMessageContaining("one of " + keys);
    assertThat(schema.at("/$defs/size/maximum").asInt()).isEqualTo(ClusterSpec.LARGEST);
    assertThat(schema.get("additionalProperties").asBoolean(true)).isFalse();
    TreeSet<String> ofPools = new TreeSet<>();
    schema.at("/properties/nodepools/items/properties").fieldNames().forEachRemaining(ofPools::add);
    assertThatThrownBy(
            () ->
                ClusterDocument.parse(
                    "f",
                    "format: 1\nname: train\nnodepools:\n  - {name: a, shape: cpu, size: 1, x: 1}\n"))
        .hasMessageContaining("one of " + ofPools);
    for (JsonNode required : schema.get("required")) {
      String without = LEAST.replaceAll("(?m)^" + required.asText() + ": .*\\n", "");
      assertThatThrownBy(() -> ClusterDocument.parse("f", without))
          .hasMessageContaining(required.asText() + ": missing");
    }
  }
}
