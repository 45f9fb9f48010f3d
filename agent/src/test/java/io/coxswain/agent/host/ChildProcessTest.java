package io.coxswain.agent.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ChildProcessTest {
  private static final Duration PATIENT = Duration.ofSeconds(30);

  @Test
  void framesGoThereAndComeBackWhole() {
    try (ChildProcess cat = ChildProcess.start(List.of("/bin/cat"), Map.of())) {
      cat.send(new byte[] {1, 2, 3});
      cat.send(new byte[0]);

      assertThat(cat.receive(PATIENT)).hasValue(new byte[] {1, 2, 3});
      assertThat(cat.receive(PATIENT)).hasValue(new byte[0]);
    }
  }

  @Test
  void aFrameThatDoesNotComeIsNoneAtTheDeadline() {
    try (ChildProcess sleep = ChildProcess.start(List.of("/bin/sleep", "1000"), Map.of())) {
      assertThat(sleep.receive(Duration.ofMillis(50))).isEmpty();
      assertThat(sleep.isAlive()).isTrue();
      assertThat(sleep.kill(PATIENT)).isTrue();
      assertThat(sleep.isAlive()).isFalse();
    }
  }

  @Test
  void aChildThatListensEndsWhenItIsLetGo() {
    ChildProcess cat = ChildProcess.start(List.of("/bin/cat"), Map.of());

    assertThat(cat.end(PATIENT)).isTrue();
    assertThatExceptionOfType(HostException.class)
        .isThrownBy(() -> cat.receive(PATIENT))
        .withMessageEndingWith("ended");
  }

  @Test
  void aFrameOfAbsurdLengthIsNotWaitedFor() {
    try (ChildProcess echo = ChildProcess.start(List.of("/bin/echo", "hello"), Map.of())) {
      assertThatExceptionOfType(HostException.class)
          .isThrownBy(() -> echo.receive(PATIENT))
          .withMessageContaining("a frame of 1751477356 bytes");
    }
  }

  @Test
  void aProgramThatIsNotThereIsNamed() {
    assertThatExceptionOfType(HostException.class)
        .isThrownBy(() -> ChildProcess.start(List.of("/nowhere/program"), Map.of()))
        .withMessageStartingWith("/nowhere/program: cannot be started");
  }
}
