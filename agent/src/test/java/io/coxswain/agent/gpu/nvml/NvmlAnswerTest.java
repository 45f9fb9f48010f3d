package io.coxswain.agent.gpu.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NvmlAnswerTest {
  @Test
  void everyAnswerSurvivesThePipe() throws Exception {
    List<NvmlAnswer> answers =
        List.of(
            new NvmlAnswer.Text("NVIDIA H200 é"),
            new NvmlAnswer.Amount(Long.MAX_VALUE),
            new NvmlAnswer.Refused(15, "GPU is lost"),
            new NvmlAnswer.Missing("nvmlInit_v2"),
            new NvmlAnswer.NoLibrary("a\nb"));

    assertThat(answers)
        .extracting(Object::getClass)
        .containsAll(Arrays.asList(NvmlAnswer.class.getPermittedSubclasses()));
    assertThat(answers)
        .allSatisfy(answer -> assertThat(NvmlAnswer.decode(answer.encode())).isEqualTo(answer));
    for (NvmlCall call : NvmlCall.values()) {
      NvmlRequest request = new NvmlRequest(call, 7);
      assertThat(NvmlRequest.decode(request.encode())).isEqualTo(request);
    }
  }

  @Test
  void aFrameThatIsNoAnswerIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> NvmlAnswer.decode(new byte[] {9}));
    assertThatIllegalArgumentException().isThrownBy(() -> NvmlAnswer.decode(new byte[] {1, 0}));
  }

  @Test
  void busIdsAreWrittenAsSysfsDoes() {
    assertThat(NvmlGpus.sysfsBusId("00000000:3B:00.0")).isEqualTo("0000:3b:00.0");
    assertThat(NvmlGpus.sysfsBusId("00010001:3B:00.0")).isEqualTo("00010001:3b:00.0");
  }
}
