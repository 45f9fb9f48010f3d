package io.coxswain.agent.bmc;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A word that no log, message or {@code toString} may show. */
public final class Password {
  private final byte[] bytes;

  private Password(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Of its letters in UTF-8. */
  public static Password of(byte[] bytes) {
    return new Password(bytes.clone());
  }

  /** For whom it is meant. */
  String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Password that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "(secret)";
  }
}
