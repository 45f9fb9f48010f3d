package io.coxswain.agent.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HostListTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "c-7f3a-0; c-7f3a-0",
        "c-7f3a-[0-2,7],login; c-7f3a-0 c-7f3a-1 c-7f3a-2 c-7f3a-7 login",
        "gpu[08-11]; gpu08 gpu09 gpu10 gpu11",
        "r[1-2]n[3,5]; r1n3 r1n5 r2n3 r2n5",
        "a,b; a b",
      })
  void aShortFormIsWrittenOut(String text, String names) {
    assertThat(String.join(" ", HostList.expand(text))).isEqualTo(names);
  }

  @Test
  void aWaitingJobHasNoNodes() {
    assertThat(HostList.expand("")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a[1", "a[x]", "a[3-1]", "a[0-999999]", "a[1-60000]b[1-60000]"})
  void whatIsNoHostListIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> HostList.expand(text));
  }
}
