package io.coxswain.agent.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.agent.host.FakeHost;
import io.coxswain.agent.host.HostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a unit restarts and when it does not. */
class RunUnitTest {
  private static final String UNIT = "coxswain-test.service";
  private static final String CONF = "/etc/test.conf";
  private static final String HOT = "/etc/hot.conf";

  private final FakeHost host = new FakeHost("gpu01");
  private final RunUnit step = new RunUnit(UNIT, List.of(CONF), List.of(HOT));
  private final List<String> did = new ArrayList<>();

  @BeforeEach
  void running() {
    host.files().put("/etc/systemd/system/" + UNIT, "[Service]\n");
    host.files().put(CONF, "a");
    host.files().put(HOT, "a");
    step.apply(host);
    host.effects()
        .listen(
            point -> {
              if (point.startsWith("before re") && point.endsWith(UNIT)) {
                did.add(point.substring("before ".length()));
              }
            });
  }

  @Test
  void aChangedFileRestartsItOnce() {
    host.files().put(CONF, "b");
    assertThat(step.check(host))
        .isEqualTo(new Check.Drift(List.of(UNIT + ": restart for " + CONF)));
    step.apply(host);
    step.apply(host);
    assertThat(did).containsExactly("restart " + UNIT);
    assertThat(step.check(host)).isEqualTo(new Check.InSync());
  }

  @Test
  void aFileThatIsWrittenAgainWithTheSameContentDoesNothing() {
    host.files().put(CONF, "a");
    assertThat(step.check(host)).isEqualTo(new Check.InSync());
  }

  @Test
  void aFileForReloadReloads() {
    host.files().put(HOT, "b");
    step.apply(host);
    assertThat(did).containsExactly("reload " + UNIT);
    assertThat(step.check(host)).isEqualTo(new Check.InSync());
  }

  @Test
  void aUnitThatDiedIsStarted() {
    host.units().kill(UNIT);
    assertThat(step.check(host)).isEqualTo(new Check.Drift(List.of(UNIT + ": start")));
    step.apply(host);
    assertThat(host.units().isActive(UNIT)).isTrue();
  }

  @Test
  void aUnitThatFailsShowsItsJournalAndIsNotTakenForRestarted() {
    host.files().put(CONF, "b");
    host.units().breakUnit(UNIT, "fatal: Parsing error at unrecognized key: X");
    assertThatThrownBy(() -> step.apply(host))
        .isInstanceOfSatisfying(
            HostException.class,
            e ->
                assertThat(e.tail())
                    .containsExactly("fatal: Parsing error at unrecognized key: X"));
    host.units().breakUnit(UNIT);
    step.apply(host);
    assertThat(step.check(host)).isEqualTo(new Check.InSync());
  }

  @Test
  void aNewUnitFileIsReadBySystemdFirst() {
    host.files().put("/etc/systemd/system/" + UNIT, "[Service]\nUser=x\n");
    assertThat(step.check(host)).isEqualTo(new Check.Drift(List.of(UNIT + ": re-read by systemd")));
    step.apply(host);
    assertThat(step.check(host)).isEqualTo(new Check.InSync());
  }

  @Test
  void itComesBackAfterABootWithoutUs() {
    host.reboot();
    assertThat(step.check(host)).isEqualTo(new Check.InSync());
  }
}
