package io.coxswain.controller.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterSpecTest {
  private static final String KEY =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJ1dCBub3QgYSByZWFsIG9uZSwgZm9yIHRlc3Rz me@host";

  @ParameterizedTest
  @ValueSource(strings = {"ab", "train", "a-b-c", "team7", "abcdefghijklmnopqrstuvwxyz01234"})
  void takesAName(String name) {
    assertThat(spec(name, 1, KEY).name()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "7team",
        "-a",
        "Train",
        "a_b",
        "a b",
        "a\n",
        "train\nrm",
        "ä-b",
        "abcdefghijklmnopqrstuvwxyz012345"
      })
  void refusesWhatIsNoName(String name) {
    assertRefused("name", () -> spec(name, 1, KEY));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, ClusterSpec.LARGEST + 1, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void refusesASizeThatCannotBe(int size) {
    assertRefused("size", () -> spec("train", size, KEY));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAB",
        "ecdsa-sha2-nistp256 AAAAE2VjZHNh= me",
        "sk-ssh-ed25519@openssh.com AAAAGnNr== a b c"
      })
  void takesOpenSshsKeys(String key) {
    assertThatCode(() -> ClusterSpec.requireKey(key)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ssh-ed25519",
        "ssh-ed25519 ",
        "ssh-dss AAAAB3NzaC1kc3MAAACB",
        "ssh-ed25519 not*base64",
        "AAAAC3NzaC1lZDI1NTE5",
        "command=\"rm\" ssh-ed25519 AAAAC3Nz",
        "ssh-ed25519 AAAAC3Nz me\nssh-ed25519 AAAAC3Nz you",
        "ssh-ed25519 AAAAC3Nz\r\n",
        "-----BEGIN OPENSSH PRIVATE KEY-----"
      })
  void refusesWhatIsNoPublicKey(String key) {
    assertRefused("public_keys", () -> spec("train", 1, key));
  }

  @Test
  void aPrivateKeyGivenByMistakeIsNotRepeated() {
    assertThatThrownBy(
            () -> ClusterSpec.requireKey("-----BEGIN OPENSSH PRIVATE KEY-----b3BlbnNzaC1r"))
        .satisfies(
            refused -> assertThat(String.valueOf(refused)).doesNotContain("BEGIN", "b3BlbnNzaC1r"));
  }

  @Test
  void refusesAnUidOfTheSystem() {
    assertRefused("uid", () -> spec(ClusterSpec.FIRST_UID - 1));
  }

  @Test
  void doesNotChangeWithTheListsItWasMadeOf() {
    List<String> keys = new ArrayList<>(List.of(KEY));
    ClusterSpec spec = spec("train", 1, keys, ClusterSpec.FIRST_UID);
    keys.clear();
    assertThat(spec.publicKeys()).containsExactly(KEY);
  }

  @ParameterizedTest
  @CsvSource({"RUN, false", "DESTROY, true", "DESTROY_AFTER_JOBS, true", "DESTROY_WITH_JOBS, true"})
  void everyIntentButOneIsAnEnd(ClusterSpec.Intent intent, boolean isDestroy) {
    assertThat(spec("train", 1, KEY).withIntent(intent).intent().isDestroy()).isEqualTo(isDestroy);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "c-",
        "c-7f3",
        "c-7F3A",
        "c-7f3g",
        "7f3a",
        "c-7f3a00000",
        "c-7f3a/..",
        "c-7f3a\n"
      })
  void refusesWhatIsNoClusterId(String id) {
    assertRefused("id", () -> new ClusterId(id));
  }

  @Test
  void instancesAreNamedAfterTheCluster() {
    ClusterId id = new ClusterId("c-7f3a");
    assertThat(List.of(id.jumphostInstance(), id.workerInstance(0)))
        .containsExactly("c-7f3a-jumphost", "c-7f3a-0");
    assertThat(spec("train", 1, KEY).user()).isEqualTo("c-7f3a");
  }

  @Test
  void aSecretIsNotShown() {
    Secret secret = new Secret(new byte[] {104, 105});
    assertThat(secret).hasToString("(secret)").isEqualTo(new Secret(new byte[] {104, 105}));
    assertThat(new Want.SecretFile("/k", secret, 0400, "munge", "munge").toString())
        .doesNotContain("104", "hi");
  }

  private static void assertRefused(
      String field, org.assertj.core.api.ThrowableAssert.ThrowingCallable made) {
    assertThatThrownBy(made)
        .isInstanceOfSatisfying(
            InvalidSpecException.class, refused -> assertThat(refused.field()).isEqualTo(field))
        .hasMessageContaining("expected: ");
  }

  private static ClusterSpec spec(String name, int size, String key) {
    return spec(name, size, List.of(key), ClusterSpec.FIRST_UID);
  }

  private static ClusterSpec spec(int uid) {
    return spec("train", 1, List.of(KEY), uid);
  }

  private static ClusterSpec spec(String name, int size, List<String> keys, int uid) {
    return new ClusterSpec(
        new ClusterId("c-7f3a"),
        name,
        List.of(
            Nodepool.fixed(Nodepool.MAIN, Shape.parse("8xH200"), size, Selector.ANY, List.of())),
        keys,
        false,
        uid,
        6817,
        "jumphost",
        ClusterSpec.Intent.RUN,
        "root",
        Instant.EPOCH);
  }
}
