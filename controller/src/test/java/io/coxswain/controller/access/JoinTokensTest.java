package io.coxswain.controller.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.controller.access.AccessException.Reason;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.store.JoinToken;
import io.coxswain.controller.store.MemoryStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JoinTokensTest {
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private final MemoryStore store = new MemoryStore();
  private final JoinTokens tokens = new JoinTokens(new SecureRandom(), now::get);

  @Test
  void aTokenLetsItsMachineInOnceAndNotAgain() {
    String token = issue("gpu01", "", 1);

    assertThat(redeem(token, "gpu01").usesLeft()).isZero();
    assertThatThrownBy(() -> redeem(token, "gpu01"))
        .isInstanceOf(AccessException.class)
        .hasMessageContaining("used up");
  }

  @Test
  void aCountedTokenLetsInAsManyAsItSays() {
    String token = issue("", "", 2);

    redeem(token, "gpu01");
    redeem(token, "gpu02");
    assertThat(reason(token, "gpu03")).isEqualTo(Reason.TOKEN_USED_UP);
  }

  @Test
  void whatItIsBoundToMustMatch() {
    assertThat(reason(issue("gpu01", "", 1), "gpu02")).isEqualTo(Reason.TOKEN_BOUND_TO_OTHER_NAME);
    assertThat(reason(issue("", "ABC-1", 1), "gpu02"))
        .isEqualTo(Reason.TOKEN_BOUND_TO_OTHER_HARDWARE);
    assertThat(redeem(issue("", "serial-7", 1), "gpu02").usesLeft()).isZero();
    assertThat(redeem(issue("", "UUID-7", 1), "gpu03").usesLeft()).isZero();
  }

  @Test
  void itExpires() {
    String token = issue("", "", 1);
    now.set(now.get().plus(JoinTokens.DEFAULT_LIFE));

    assertThat(reason(token, "gpu01")).isEqualTo(Reason.TOKEN_EXPIRED);
  }

  @Test
  void aGuessIsUnknownAndTheMessageDoesNotRepeatIt() {
    assertThatThrownBy(() -> redeem("cox1_guess", "gpu01"))
        .hasMessageNotContaining("guess")
        .hasMessageContaining("cox machine join-token");
  }

  @Test
  void onlyTheHashIsKept() {
    String token = issue("", "", 1);

    Optional<JoinToken> byItself = store.read(tx -> tx.joinToken(token));
    Optional<JoinToken> byItsHash = store.read(tx -> tx.joinToken(JoinTokens.hash(token)));
    assertThat(byItself).isEmpty();
    assertThat(byItsHash).isPresent();
    assertThat(new JoinTokens.Issued(token, now.get()).toString()).doesNotContain(token);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "../etc", "a/b", "Gpu01", "gpu01.", "-gpu", "gpu..01", "gpu 01", "gpü01"})
  void aNameThatIsNoHostNameIsRefused(String name) {
    assertThat(reason(issue("", "", 1), name)).isEqualTo(Reason.NAME_INVALID);
  }

  @Test
  void aLongNameIsCutInTheMessage() {
    String token = issue("", "", 1);

    assertThatThrownBy(() -> redeem(token, "a".repeat(300)))
        .hasMessageContaining("…")
        .message()
        .hasSizeLessThan(200);
  }

  @Test
  void whoFailsWaitsLongerEachTimeAndWhoSucceedsDoesNot() {
    Attempts attempts = new Attempts(now::get);
    attempts.failed("10.0.0.1");
    attempts.failed("10.0.0.1");
    now.set(now.get().plusMillis(1500));

    assertThatThrownBy(() -> attempts.check("10.0.0.1"))
        .hasMessageContaining("too many failed attempts from 10.0.0.1");
    attempts.check("10.0.0.2");
    now.set(now.get().plusMillis(500));
    attempts.check("10.0.0.1");
    attempts.succeeded("10.0.0.1");
    attempts.check("10.0.0.1");
  }

  private String issue(String name, String serial, int uses) {
    JoinTokens.Grant grant =
        new JoinTokens.Grant(
            Machine.Role.WORKER, name, serial, uses, Duration.ofMinutes(10), Map.of());
    return store.write(tx -> tokens.issue(tx, grant)).token();
  }

  private JoinToken redeem(String token, String name) {
    return store.write(tx -> tokens.redeem(tx, token, name, "uuid-7", "SERIAL-7"));
  }

  private Reason reason(String token, String name) {
    try {
      redeem(token, name);
    } catch (AccessException e) {
      return e.reason();
    }
    throw new AssertionError("the token was taken from '" + name + "'");
  }
}
