package io.coxswain.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may be sent as a public key, and what is refused without being shown. */
final class PublicKeysTest {
  private static final String KEY = ClusterCreateTest.KEY;

  @TempDir Path directory;
  private Desk desk;

  @BeforeEach
  void sitDown() throws IOException {
    desk = new Desk(directory);
  }

  @AfterEach
  void leave() throws IOException {
    desk.close();
  }

  private List<String> read(String content) throws IOException {
    Path file = Files.writeString(directory.resolve("key.pub"), content);
    return new PublicKeys(desk.terminal()).read(List.of(file.toString()));
  }

  private void isRefused(String content, String why) {
    assertThatThrownBy(() -> read(content))
        .isInstanceOfSatisfying(
            CoxException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
        .hasMessageContaining(why)
        .hasMessageNotContaining("AAAAC3")
        .hasMessageNotContaining("secret");
  }

  @Test
  void aFileMayHoldSeveralKeysAndComments() throws IOException {
    String other = KEY.replace("alice", "bob");
    assertThat(read("# ours\n\n" + KEY + "\r\n" + other + "\n" + KEY + "\n"))
        .containsExactly(KEY, other);
    assertThat(read(KEY.replace(" alice@desk", ""))).hasSize(1);
  }

  @Test
  void aPrivateKeyIsRefusedWithoutBeingShown() {
    isRefused(
        "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAAsecret\n-----END OPENSSH PRIVATE KEY-----\n",
        "a private key");
    isRefused("-----BEGIN RSA PRIVATE KEY-----\nAAAAsecret\n", "a private key");
    isRefused("PuTTY-User-Key-File-3: ssh-ed25519\nAAAAsecret\n", "a private key");
  }

  @Test
  void whatIsNoPublicKeyIsRefused() {
    isRefused("hunter2\n", "line 1: not an OpenSSH public key");
    isRefused(KEY + "\ncommand=\"sh\" " + KEY + "\n", "line 2: not an OpenSSH public key");
    isRefused(KEY.substring(0, 40), "damaged ssh-ed25519 key");
    isRefused("ssh-ed25519 !!!!", "damaged");
    isRefused("ssh-rsa " + KEY.split(" ", 3)[1], "damaged ssh-rsa key");
    isRefused("ssh-ed25519-cert-v01@openssh.com AAAA", "a certificate");
    isRefused("# nothing\n", "holds no public key");
    isRefused(KEY + "\033[2J", "control characters");
    isRefused("x".repeat(70_000), "too large");
  }

  @Test
  void aFileThatCannotBeReadIsNamed() {
    PublicKeys keys = new PublicKeys(desk.terminal());
    assertThatThrownBy(() -> keys.read(List.of("/nowhere/k.pub")))
        .hasMessage("-i /nowhere/k.pub: no such file");
    assertThatThrownBy(() -> keys.read(List.of(directory.toString())))
        .hasMessageContaining("a directory");
  }

  @Test
  void standardInputIsAFileToo() {
    desk.pipes(KEY + "\n");
    assertThat(new PublicKeys(desk.terminal()).read(List.of("-"))).containsExactly(KEY);
  }
}
