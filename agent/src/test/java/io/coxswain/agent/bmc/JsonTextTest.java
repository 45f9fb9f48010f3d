package io.coxswain.agent.bmc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON is read whole or not at all. */
class JsonTextTest {
  @Test
  void everyKindOfValueIsRead() {
    JsonText.Value value =
        JsonText.parse(
            " {\"a\": [1, -2.5e3, true, null, \"x\\n\\u0041\\/\"], \"b\": {}, \"c\": []}\r\n");
    assertThat(value.at("a").items()).hasSize(5);
    assertThat(value.at("a").items().getLast().text()).isEqualTo("x\nA/");
    assertThat(value.at("b").at("none").at("deeper").text()).isEmpty();
    assertThat(value.at("c").items()).isEmpty();
    assertThat(value.at("a").text()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "{\"a\"",
        "{\"a\":}",
        "{\"a\":1,}",
        "[1 2]",
        "[",
        "\"open",
        "nul",
        "01",
        "1.",
        "{\"a\":1} x",
        "{'a':1}",
        "\"\\x\"",
        "\"\\u12\"",
        "\"a\nb\"",
        "<html></html>",
        "{\"a\" 1}",
        "[1,]",
        "+1",
        "NaN",
        "{1:2}"
      })
  void whatIsNoneIsRefusedWithItsPlace(String text) {
    assertThatThrownBy(() -> JsonText.parse(text))
        .isInstanceOf(JsonText.Malformed.class)
        .hasMessageContaining("no JSON at letter ");
  }

  @Test
  void depthHasAnEnd() {
    assertThatThrownBy(() -> JsonText.parse("[".repeat(100_000)))
        .hasMessageContaining("deeper than 32");
  }

  @Test
  void whatIsQuotedIsReadAsItWas() {
    String odd = "a\"b\\c\n\u0001\u00e9,}";
    assertThat(JsonText.parse(JsonText.quoted(odd)).text()).isEqualTo(odd);
  }
}
