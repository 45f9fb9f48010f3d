package io.coxswain.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * OpenSSH public keys from files. What is no public key is refused here, before it is sent
 * anywhere, and never printed.
 */
final class PublicKeys {
  private static final int FILE_LIMIT = 64 * 1024;
  private static final List<String> TYPES =
      List.of(
          "ssh-ed25519",
          "ecdsa-sha2-nistp256",
          "ecdsa-sha2-nistp384",
          "ecdsa-sha2-nistp521",
          "ssh-rsa",
          "sk-ssh-ed25519@openssh.com",
          "sk-ecdsa-sha2-nistp256@openssh.com");
  private static final String MAKE_ONE = "ssh-keygen -t ed25519, then -i ~/.ssh/id_ed25519.pub";

  private final Terminal terminal;

  PublicKeys(Terminal terminal) {
    this.terminal = terminal;
  }

  /**
   * The keys of these files, or of the user's own first public key when none is named; one or more.
   */
  List<String> read(List<String> files) {
    List<String> keys = new ArrayList<>();
    for (String file : files.isEmpty() ? List.of(usual()) : files) {
      for (String key : keysIn(file)) {
        if (!keys.contains(key)) {
          keys.add(key);
        }
      }
    }
    return keys;
  }

  private String usual() {
    for (String name : List.of("id_ed25519", "id_ecdsa", "id_rsa")) {
      Path path = Path.of(terminal.variable("HOME"), ".ssh", name + ".pub");
      if (Files.exists(path)) {
        return path.toString();
      }
    }
    throw CoxException.usage(
        "no public key: nobody could log in (expected: -i FILE, or a key of your own in ~/.ssh)",
        "",
        MAKE_ONE);
  }

  private List<String> keysIn(String file) {
    String content = content(file);
    if (content.contains("PRIVATE KEY-----") || content.startsWith("PuTTY-User-Key-File")) {
      throw CoxException.usage(
          "-i "
              + file
              + ": a private key (expected: the public half); nothing of it was sent or shown",
          "public key",
          file.equals("-") ? "" : "-i " + file + ".pub");
    }
    List<String> keys = new ArrayList<>();
    int number = 0;
    for (String line : content.split("\n", -1)) {
      number++;
      String key = line.strip();
      if (!key.isEmpty() && key.charAt(0) != '#') {
        check(file + ", line " + number, key);
        keys.add(key);
      }
    }
    if (keys.isEmpty()) {
      throw CoxException.usage("-i " + file + ": holds no public key", "public key", MAKE_ONE);
    }
    return keys;
  }

  private String content(String file) {
    boolean isHome = file.startsWith("~/");
    Path path = isHome ? Path.of(terminal.variable("HOME"), file.substring(2)) : Path.of(file);
    try (InputStream in = file.equals("-") ? terminal.streams().in() : Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(FILE_LIMIT + 1);
      if (bytes.length > FILE_LIMIT) {
        throw CoxException.usage(
            "-i " + file + ": too large for public keys (expected: at most 64 KiB)",
            "public key",
            "");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw CoxException.usage("-i " + file + ": no such file", "public key", MAKE_ONE);
    } catch (IOException e) {
      String why =
          Files.isDirectory(path)
              ? "a directory"
              : Files.isReadable(path) ? "unreadable" : "permission denied";
      throw CoxException.usage(
          "-i " + file + ": " + why + " (expected: a readable file)", "public key", "");
    }
  }

  // The line itself is not shown: it might be anything, a password too.
  private static void check(String where, String key) {
    String[] words = key.split("[ \t]+", 3);
    if (words[0].contains("-cert-v01@")) {
      throw refused(where, "a certificate (expected: the public key it was made from)");
    }
    if (!TYPES.contains(words[0])) {
      throw refused(
          where,
          "not an OpenSSH public key (expected: TYPE BASE64 COMMENT, such as ssh-ed25519 AAAA..."
              + " me)");
    }
    if (words.length < 2 || !holds(words[1], words[0])) {
      throw refused(
          where,
          "a damaged " + words[0] + " key (expected: one whole line, as ssh-keygen wrote it)");
    }
    if (key.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f)) {
      throw refused(where, "control characters in the comment");
    }
  }

  private static CoxException refused(String where, String why) {
    return CoxException.usage("-i " + where + ": " + why, "public key", "");
  }

  // RFC 4253 6.6: the blob is a row of strings, each behind its length; the first is the type
  // again.
  private static boolean holds(String base64, String type) {
    try {
      ByteBuffer blob = ByteBuffer.wrap(Base64.getDecoder().decode(base64));
      int count = 0;
      while (blob.hasRemaining()) {
        int length = blob.remaining() < 4 ? -1 : blob.getInt();
        if (length < 0 || length > blob.remaining()) {
          return false;
        }
        byte[] part = new byte[length];
        blob.get(part);
        if (count++ == 0 && !new String(part, StandardCharsets.US_ASCII).equals(type)) {
          return false;
        }
      }
      return count >= 2;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
