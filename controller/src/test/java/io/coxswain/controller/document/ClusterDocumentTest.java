package io.coxswain.controller.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.Selector;
import io.coxswain.controller.spec.Shape;
import java.io.IOException;
import java.nio.file.Path;
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
          new Shape(8, "H200"),
          4,
          true,
          new Selector(Map.of("rack", "a1", "new", "")),
          List.of("gpu01", "no"),
          List.of(KEY));
  private static final String LEAST = "format: 1\nname: train\nshape: 8xH200\nsize: 4\n";

  @Test
  void whatIsWrittenIsReadAgainAsTheSame() {
    assertThat(ClusterDocument.parse("f", WHOLE.text())).isEqualTo(WHOLE);
    assertThat(ClusterDocument.parse("f", LEAST).text())
        .isEqualTo(LEAST + "deletion-protection: false\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "colour: red | f.yaml:5: colour: unknown (expected: one of [deletion-protection, format,",
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
        "size: 4 | size: 0 | f.yaml:4: size: '0' (expected: a number from 1)",
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
            new Shape(8, "H200"),
            1,
            false,
            Selector.ANY,
            List.of(),
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
    assertThat(schema.at("/properties/size/maximum").asInt()).isEqualTo(ClusterSpec.LARGEST);
    assertThat(schema.get("additionalProperties").asBoolean(true)).isFalse();
    for (JsonNode required : schema.get("required")) {
      String without = LEAST.replaceAll("(?m)^" + required.asText() + ": .*\\n", "");
      assertThatThrownBy(() -> ClusterDocument.parse("f", without))
          .hasMessageContaining(required.asText() + ": missing");
    }
  }
}
