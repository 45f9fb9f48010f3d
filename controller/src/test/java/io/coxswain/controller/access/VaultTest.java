package io.coxswain.controller.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.controller.access.Vault.VaultException;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.spec.Bmc;
import io.coxswain.controller.spec.SealedBmc;
import io.coxswain.controller.spec.Secret;
import io.coxswain.controller.store.SqlStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A password is kept for one machine and one address, and opens for nobody else. */
class VaultTest {
  private static final String WORD = "correct-horse-battery";
  private static final Secret PASSWORD = new Secret(WORD.getBytes(StandardCharsets.UTF_8));
  private static final Bmc BMC =
      new Bmc(Bmc.Protocol.REDFISH, "10.9.0.7", 443, "cox", "", "ab".repeat(32), false, "");

  @TempDir Path temporary;
  private Path state;
  private Vault vault;

  @BeforeEach
  void aStateDirectory() throws IOException {
    state =
        Files.createDirectory(
            temporary.resolve("state"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    vault = new Vault(state, new SecureRandom());
  }

  private static Machine machine() {
    Instant noon = Instant.parse("2026-11-22T12:00:00Z");
    return new Machine(
        "m-1",
        "gpu07",
        Machine.Role.WORKER,
        "",
        "",
        Map.of(),
        noon,
        "",
        noon,
        false,
        "",
        Optional.empty(),
        0,
        "");
  }

  @Test
  void whatIsSealedOpensAgainAlsoAfterARestart() throws IOException {
    SealedBmc kept = vault.seal("m-1", BMC, PASSWORD);
    assertThat(vault.open(kept)).isEqualTo(PASSWORD);
    assertThat(new Vault(state, new SecureRandom()).open(kept)).isEqualTo(PASSWORD);
    assertThat(kept.keyId()).isEqualTo("bmc-1");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(state.resolve("bmc-1.key"))))
        .isEqualTo("r--------");
    assertThat(vault.seal("m-1", BMC, PASSWORD).box()).as("never twice").isNotEqualTo(kept.box());
    try (Stream<Path> files = Files.list(state)) {
      assertThat(files.map(file -> file.getFileName().toString())).containsExactly("bmc-1.key");
    }
  }

  @Test
  void aRowThatIsMovedOrChangedOpensNoMore() {
    SealedBmc kept = vault.seal("m-1", BMC, PASSWORD);
    Bmc elsewhere =
        new Bmc(Bmc.Protocol.REDFISH, "10.66.6.6", 443, "cox", "", "ab".repeat(32), false, "");
    Bmc trusting = new Bmc(Bmc.Protocol.REDFISH, "10.9.0.7", 443, "cox", "", "", true, "");
    byte[] flipped = kept.box().bytes();
    flipped[flipped.length - 1] ^= 1;
    for (SealedBmc moved :
        new SealedBmc[] {
          new SealedBmc("m-2", BMC, "bmc-1", kept.box()),
          new SealedBmc("m-1", elsewhere, "bmc-1", kept.box()),
          new SealedBmc("m-1", trusting, "bmc-1", kept.box()),
          new SealedBmc("m-1", BMC, "bmc-1", new Secret(flipped)),
          new SealedBmc("m-1", BMC, "bmc-1", new Secret(new byte[3]))
        }) {
      assertThatThrownBy(() -> vault.open(moved))
          .isInstanceOf(VaultException.class)
          .hasMessageContaining("the password of its BMC cannot be opened with")
          .hasMessageContaining("cox machine bmc set");
    }
  }

  @Test
  void anotherKeyIsAClearError() throws IOException {
    SealedBmc kept = vault.seal("m-1", BMC, PASSWORD);
    Path key = state.resolve("bmc-1.key");
    Files.delete(key);
    assertThatThrownBy(() -> vault.open(kept))
        .isInstanceOf(VaultException.class)
        .hasMessageContaining("bmc-1.key: not there (expected: the key that sealed");
    key(1, Base64.getEncoder().encodeToString(new byte[32]), "r--------");
    assertThatThrownBy(() -> vault.open(kept))
        .hasMessageContaining("the key in that file is another one, or its row was changed");
    Files.delete(key);
    key(1, Base64.getEncoder().encodeToString(new byte[16]), "r--------");
    assertThatThrownBy(() -> vault.open(kept)).hasMessageContaining("16 bytes");
    Files.delete(key);
    key(1, Base64.getEncoder().encodeToString(new byte[32]), "r--r-----");
    assertThatThrownBy(() -> vault.open(kept)).hasMessageContaining("mode r--r-----");
  }

  @Test
  void theNewestKeySealsAndOlderOnesStillOpen() throws IOException {
    SealedBmc old = vault.seal("m-1", BMC, PASSWORD);
    key(2, Base64.getEncoder().encodeToString(new byte[32]), "r--------");
    assertThat(vault.open(old)).isEqualTo(PASSWORD);
    assertThat(vault.isOld(old)).isTrue();
    SealedBmc anew = vault.seal("m-1", BMC, vault.open(old));
    assertThat(anew.keyId()).isEqualTo("bmc-2");
    assertThat(vault.isOld(anew)).isFalse();
  }

  private void key(int number, String text, String mode) throws IOException {
    Path file = Files.writeString(state.resolve("bmc-" + number + ".key"), text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  @Test
  void theDatabaseHoldsNoByteOfThePasswordNorOfTheKey() throws IOException {
    Path database = state.resolve("coxswain.db");
    try (SqlStore store = SqlStore.open(database)) {
      store.write(
          tx -> {
            tx.save(machine());
            tx.save(vault.seal("m-1", BMC, PASSWORD));
            return true;
          });
      assertThat(vault.open(store.read(tx -> tx.bmc("m-1")).orElseThrow())).isEqualTo(PASSWORD);
    }
    String key = Files.readString(state.resolve("bmc-1.key")).strip();
    String raw = new String(Base64.getDecoder().decode(key), StandardCharsets.ISO_8859_1);
    try (Stream<Path> files = Files.list(state)) {
      assertThat(Files.readString(database, StandardCharsets.ISO_8859_1)).contains("10.9.0.7");
      for (Path file : files.filter(path -> path.toString().contains("coxswain.db")).toList()) {
        String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        assertThat(bytes.contains(WORD)).as("password in " + file).isFalse();
        assertThat(bytes.contains(raw) || bytes.contains(key)).as("key in " + file).isFalse();
      }
    }
  }

  @Test
  void noPasswordIsNoSecret() {
    SealedBmc kept = vault.seal("m-1", BMC, new Secret(new byte[0]));
    assertThat(kept.keyId()).isEmpty();
    assertThat(vault.open(kept).bytes()).isEmpty();
    assertThat(state.resolve("bmc-1.key")).doesNotExist();
  }
}
