package io.coxswain.controller.access;

import io.coxswain.controller.spec.Bmc;
import io.coxswain.controller.spec.SealedBmc;
import io.coxswain.controller.spec.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals passwords of management controllers with AES-256-GCM. The keys are files beside the
 * database, {@code bmc-1.key}, {@code bmc-2.key}: the one with the highest number seals, all of
 * them open. What was sealed for one machine and one address opens for no other.
 */
public final class Vault {
  private static final Pattern NAME = Pattern.compile("bmc-([1-9][0-9]{0,3})\\.key");
  private static final int KEY_BYTES = 32;
  // NIST SP 800-38D: 96 random bits, never twice under one key; a tag of 128 bits.
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final Set<PosixFilePermission> OWNERS =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private final Path directory;
  private final SecureRandom random;

  /** Keys are made when the first password is sealed. */
  public Vault(Path directory, SecureRandom random) {
    this.directory = directory;
    this.random = random;
  }

  /** A password cannot be sealed or opened; says why and what to do. */
  public static final class VaultException extends RuntimeException {
    public VaultException(String message) {
      super(message);
    }
  }

  /** Keeps the password for this machine; an empty one is kept as it is. */
  public SealedBmc seal(String machineId, Bmc bmc, Secret password) {
    if (password.bytes().length == 0) {
      return new SealedBmc(machineId, bmc, "", password);
    }
    String keyId = newest().orElseGet(this::create);
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, keyId, nonce);
      cipher.updateAAD(whose(machineId, bmc));
      byte[] sealed = cipher.doFinal(password.bytes());
      byte[] box = ByteBuffer.allocate(NONCE_BYTES + sealed.length).put(nonce).put(sealed).array();
      return new SealedBmc(machineId, bmc, keyId, new Secret(box));
    } catch (GeneralSecurityException e) {
      throw new VaultException("password of a BMC: cannot be sealed: " + e.getMessage());
    }
  }

  /** The password of it; empty where it has none. */
  public Secret open(SealedBmc sealed) {
    byte[] box = sealed.box().bytes();
    if (box.length == 0) {
      return sealed.box();
    }
    if (box.length < NONCE_BYTES + TAG_BITS / Byte.SIZE) {
      throw unopened(sealed, "its row is cut short");
    }
    ByteBuffer parts = ByteBuffer.wrap(box);
    byte[] nonce = new byte[NONCE_BYTES];
    parts.get(nonce);
    byte[] rest = new byte[parts.remaining()];
    parts.get(rest);
    try {
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, sealed.keyId(), nonce);
      cipher.updateAAD(whose(sealed.machineId(), sealed.bmc()));
      return new Secret(cipher.doFinal(rest));
    } catch (GeneralSecurityException e) {
      // It says no more than that the tag is wrong, and so do we.
      throw unopened(sealed, "the key in that file is another one, or its row was changed");
    }
  }

  /** Whether it was sealed by a key that is no longer the newest. */
  public boolean isOld(SealedBmc sealed) {
    return !sealed.keyId().isEmpty()
        && newest().filter(newest -> !newest.equals(sealed.keyId())).isPresent();
  }

  private VaultException unopened(SealedBmc sealed, String why) {
    return new VaultException(
        "the password of its BMC cannot be opened with "
            + file(sealed.keyId())
            + ": "
            + why
            + "; bring that key back, or: cox machine bmc set");
  }

  // All that decides where the password is sent to. Not toString, which the next version may
  // change.
  private static byte[] whose(String machineId, Bmc bmc) {
    return String.join(
            "\n",
            List.of(
                machineId,
                bmc.protocol().name(),
                bmc.host(),
                Integer.toString(bmc.port()),
                bmc.user(),
                bmc.fingerprint(),
                Boolean.toString(bmc.trustsAnyone())))
        .getBytes(StandardCharsets.UTF_8);
  }

  private Cipher cipher(int mode, String keyId, byte[] nonce) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(read(keyId), "AES"), new GCMParameterSpec(TAG_BITS, nonce));
    return cipher;
  }

  private Path file(String keyId) {
    return directory.resolve(keyId + ".key");
  }

  private Optional<String> newest() {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(path -> NAME.matcher(path.getFileName().toString()))
          .filter(matcher -> matcher.matches())
          .map(matcher -> Integer.parseInt(matcher.group(1)))
          .max(Comparator.naturalOrder())
          .map(number -> "bmc-" + number);
    } catch (IOException e) {
      throw new VaultException(directory + ": cannot be read: " + e.getMessage());
    }
  }

  private byte[] read(String keyId) {
    Path file = file(keyId);
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
      if (!OWNERS.containsAll(permissions)) {
        throw unusable(file, "mode " + PosixFilePermissions.toString(permissions));
      }
      byte[] key = Base64.getDecoder().decode(Files.readString(file).strip());
      if (key.length != KEY_BYTES) {
        throw unusable(file, key.length + " bytes");
      }
      return key;
    } catch (NoSuchFileException e) {
      throw unusable(file, "not there");
    } catch (IOException | IllegalArgumentException e) {
      throw unusable(file, "not readable as a key");
    }
  }

  private static VaultException unusable(Path file, String what) {
    return new VaultException(
        file
            + ": "
            + what
            + " (expected: the key that sealed the passwords of BMCs, 32 bytes in base64, mode"
            + " r--------); bring it back, or set those passwords anew: cox machine bmc set");
  }

  private String create() {
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(key);
    String keyId = "bmc-1";
    Path part = directory.resolve(keyId + ".key.part");
    try {
      // Left over from a crash.
      Files.deleteIfExists(part);
      Files.createFile(
          part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(
          part,
          Base64.getEncoder().encodeToString(key) + "\n",
          StandardOpenOption.WRITE,
          StandardOpenOption.SYNC);
      Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("r--------"));
      // Never over one that is there: what it has sealed could not be opened any more.
      Files.createLink(file(keyId), part);
      Files.delete(part);
    } catch (FileAlreadyExistsException e) {
      // Another call made it just now, and with that one all is sealed.
    } catch (IOException e) {
      throw new VaultException(
          file(keyId) + ": cannot be made (expected: room for it): " + e.getMessage());
    }
    return keyId;
  }
}
