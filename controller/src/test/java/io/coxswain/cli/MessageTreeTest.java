package io.coxswain.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import io.coxswain.v1.Cluster;
import io.coxswain.v1.CreateJoinTokenRequest;
import io.coxswain.v1.File;
import io.coxswain.v1.ListMachinesResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** JSON and YAML that other programs read back as the same tree. */
final class MessageTreeTest {
  private static final List<String> AWKWARD =
      List.of(
          "",
          "yes",
          "null",
          "1",
          "1e3",
          "a: b",
          "- a",
          "#x",
          "two\nlines",
          "tab\t\"q\" \\ \u0001\u007f\u2028",
          "\u00e9\ud83d\ude00",
          " led",
          "trail ",
          "8xH200",
          "~",
          "=",
          "{",
          "!t",
          "a#b",
          "2026-11-22",
          "0x1F",
          "N",
          ".inf",
          "a.b/c-d_e");

  private static void bothReadBack(Message message) throws IOException {
    Object tree = MessageTree.of(message);
    assertThat(new ObjectMapper().readValue(JsonText.of(tree), Object.class))
        .isEqualTo(numbersAsJackson(tree));
    Object yaml = new Load(LoadSettings.builder().build()).loadFromString(YamlText.of(tree));
    assertThat(yaml).isEqualTo(numbersAsJackson(tree));
  }

  // Both readers choose the smallest type that holds a number.
  private static Object numbersAsJackson(Object tree) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    return mapper.readValue(mapper.writeValueAsString(tree), Object.class);
  }

  @Test
  void wholeMessagesAreReadBack() throws IOException {
    bothReadBack(
        ListMachinesResponse.newBuilder()
            .addMachines(Site.gpu(0))
            .addMachines(Site.jumphost())
            .build());
    bothReadBack(ListMachinesResponse.getDefaultInstance());
    bothReadBack(Site.cluster().toBuilder().addInstances(Site.failed("c-7f3a-2")).build());
  }

  @Test
  void awkwardStringsAreReadBack() throws IOException {
    CreateJoinTokenRequest.Builder request = CreateJoinTokenRequest.newBuilder();
    Cluster.Builder cluster = Cluster.newBuilder();
    for (String word : AWKWARD) {
      request.putLabels(word, word);
      cluster.addPublicKeys(word);
    }
    bothReadBack(request.build());
    bothReadBack(cluster.build());
  }

  @Test
  void theMappingIsProtobufs() {
    File file =
        File.newBuilder()
            .setPath("/x")
            .setContent(ByteString.copyFromUtf8("hi"))
            .setMode(-1)
            .build();
    assertThat(MessageTree.of(file))
        .isEqualTo(
            Map.of(
                "path",
                "/x",
                "content",
                "aGk=",
                "mode",
                4_294_967_295L,
                "owner",
                "",
                "group",
                "",
                "secret",
                false));
    assertThat(MessageTree.of(Duration.newBuilder().setSeconds(600).build())).isEqualTo("600s");
    assertThat(MessageTree.of(Duration.newBuilder().setSeconds(1).setNanos(50_000_000).build()))
        .isEqualTo("1.05s");
    assertThat(MessageTree.of(Site.at("2026-11-22T12:00:00.5Z")))
        .isEqualTo("2026-11-22T12:00:00.500Z");
    assertThat(JsonText.of(MessageTree.of(Site.gpu(0))))
        .contains("\"memoryBytes\": \"2164663517184\"")
        .contains("\"role\": \"WORKER\"")
        .contains("\"pciGpuCount\": 8");
  }

  @Test
  void absentMessagesAreLeftOutAndEverythingElseIsThere() {
    String json = JsonText.of(MessageTree.of(Cluster.getDefaultInstance()));
    assertThat(json)
        .doesNotContain("createdAt")
        .contains("\"deletionProtection\": false")
        .contains("\"instances\": []");
  }
}
