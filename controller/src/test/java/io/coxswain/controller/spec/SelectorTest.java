package io.coxswain.controller.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorTest {
  @Test
  void allLabelsMustMatch() {
    Selector selector = Selector.parse("rack=a1, gpu=new");
    assertThat(selector.matches(Map.of("rack", "a1", "gpu", "new", "row", "7"))).isTrue();
    assertThat(selector.matches(Map.of("rack", "a1"))).isFalse();
    assertThat(selector.matches(Map.of("rack", "a2", "gpu", "new"))).isFalse();
    assertThat(selector).hasToString("gpu=new,rack=a1");
  }

  @Test
  void nothingSelectsAny() {
    assertThat(Selector.parse(" ")).isEqualTo(Selector.ANY);
    assertThat(Selector.ANY.matches(Map.of())).isTrue();
  }

  @Test
  void anEmptyValueWantsAnEmptyValue() {
    assertThat(Selector.parse("spare=").matches(Map.of("spare", ""))).isTrue();
    assertThat(Selector.parse("spare=").matches(Map.of())).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rack",
        "=a1",
        "rack=a1,",
        "rack=a1,,gpu=new",
        "rack=a b",
        "ra ck=a1",
        "rack=-a1",
        "rack=a=b",
        "rack=a\nb",
        "räck=a1",
        "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklm=a"
      })
  void refusesWhatIsNoLabel(String text) {
    assertThatThrownBy(() -> Selector.parse(text))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("expected: ");
  }
}
