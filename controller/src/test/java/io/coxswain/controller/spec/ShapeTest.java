package io.coxswain.controller.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShapeTest {
  @ParameterizedTest
  @CsvSource({
    "8xH200, 8xH200, gpu:h200:8",
    "8Xh200, 8xH200, gpu:h200:8",
    "1xL40S, 1xL40S, gpu:l40s:1",
    "64xA100-SXM4, 64xA100-SXM4, gpu:a100-sxm4:64"
  })
  void readsCountAndModel(String text, String shape, String gres) {
    assertThat(Shape.parse(text)).hasToString(shape).extracting(Shape::gres).isEqualTo(gres);
  }

  @Test
  void cpuMeansNoGpus() {
    assertThat(Shape.parse("cpu")).isEqualTo(Shape.CPU);
    assertThat(Shape.parse("CPU").hasGpus()).isFalse();
    assertThat(Shape.CPU).hasToString("cpu");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "8",
        "H200",
        "8x",
        "xH200",
        "0xH200",
        "08xH200",
        "65xH200",
        "99xH200",
        "100xH200",
        "-1xH200",
        "8 x H200",
        "8xH200 ",
        "8xH200\n",
        "8x8",
        "8xH200;rm",
        "8xH200,gpu:a:1"
      })
  void refusesWhatIsNoShape(String text) {
    assertThatThrownBy(() -> Shape.parse(text))
        .isInstanceOfSatisfying(
            InvalidSpecException.class, refused -> assertThat(refused.field()).isEqualTo("shape"))
        .hasMessageContaining("expected: ");
  }

  @Test
  void aCountWithoutAModelIsNoShape() {
    assertThatThrownBy(() -> new Shape(8, "")).isInstanceOf(InvalidSpecException.class);
    assertThatThrownBy(() -> new Shape(0, "H200")).isInstanceOf(InvalidSpecException.class);
  }
}
