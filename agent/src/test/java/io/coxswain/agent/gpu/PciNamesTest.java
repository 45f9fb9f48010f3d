package io.coxswain.agent.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PciNamesTest {
  @ParameterizedTest
  @CsvSource({
    "2335, GH100 [H200 SXM 141GB], H200",
    "2330, GH100 [H100 SXM5 80GB], H100",
    "20b2, GA100 [A100 SXM4 80GB], A100",
    "2901, GB100 [B200], B200",
    "26b9, AD102GL [L40S], L40S",
    "1eb8, TU104GL [Tesla T4], T4",
    "1db5, GV100GL [Tesla V100 SXM2 32GB], V100",
    "25b6, GA107GL [A2 / A16], ''",
    "323e, GB112, ''",
  })
  void aCardWithoutADriverIsNamedByTheListAndModelledAsShapesDo(
      String device, String name, String model) {
    assertThat(PciNames.of(device)).hasValue(name);
    assertThat(PciNames.model(name)).isEqualTo(model);
  }

  @Test
  void aCardThatIsNewerThanTheListHasNoName() {
    assertThat(PciNames.of("ffff")).isEmpty();
    assertThat(PciNames.model("")).isEmpty();
  }
}
