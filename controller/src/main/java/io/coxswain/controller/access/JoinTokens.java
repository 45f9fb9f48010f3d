package io.coxswain.controller.access;

import io.coxswain.controller.access.AccessException.Reason;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.store.JoinToken;
import io.coxswain.controller.store.Transaction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * Tokens with which machines join. They are shown once; what is kept is a hash, from which nobody
 * can join.
 */
public final class JoinTokens {
  public static final Duration DEFAULT_LIFE = Duration.ofMinutes(10);
  public static final Duration LONGEST_LIFE = Duration.ofDays(30);
  public static final int MOST_USES = 10_000;

  private static final String PREFIX = "cox1_";
  private static final int BYTES = 32;
  // RFC 1123, lower case: the name becomes a host name again when a lease ends.
  private static final Pattern MACHINE_NAME =
      Pattern.compile("[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?");

  private final RandomGenerator random;
  private final InstantSource clock;

  /** The random numbers must be fit for secrets. */
  public JoinTokens(RandomGenerator random, InstantSource clock) {
    this.random = random;
    this.clock = clock;
  }

  /** What a token allows. Empty name or serial: any. */
  public record Grant(
      Machine.Role role,
      String name,
      String serial,
      int uses,
      Duration life,
      Map<String, String> labels) {}

  /** A new token and its end. Only its hash is written. */
  public Issued issue(Transaction tx, Grant grant) {
    if (!grant.name().isEmpty()) {
      requireMachineName(grant.name());
    }
    byte[] secret = new byte[BYTES];
    random.nextBytes(secret);
    String token = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    Instant expires = clock.instant().plus(grant.life());
    tx.save(
        new JoinToken(
            hash(token),
            grant.role(),
            grant.name(),
            grant.serial(),
            grant.uses(),
            expires,
            grant.labels()));
    return new Issued(token, expires);
  }

  /** Checks the token for the machine and takes one use off it; throws {@link AccessException}. */
  public JoinToken redeem(
      Transaction tx, String token, String name, String systemUuid, String boardSerial) {
    JoinToken known =
        tx.joinToken(hash(token))
            .orElseThrow(
                () ->
                    new AccessException(
                        Reason.TOKEN_UNKNOWN,
                        "join token: not one of ours (expected: one from 'cox machine join-token')"));
    if (!clock.instant().isBefore(known.expiresAt())) {
      throw new AccessException(
          Reason.TOKEN_EXPIRED,
          "join token: expired at " + known.expiresAt() + " (expected: a newer one)");
    }
    if (known.usesLeft() < 1) {
      throw new AccessException(Reason.TOKEN_USED_UP, "join token: used up (expected: a new one)");
    }
    if (!known.name().isEmpty() && !known.name().equals(name)) {
      throw new AccessException(
          Reason.TOKEN_BOUND_TO_OTHER_NAME,
          "join token: bound to another name than '" + name + "'");
    }
    if (!known.serial().isEmpty()
        && !known.serial().equalsIgnoreCase(boardSerial)
        && !known.serial().equalsIgnoreCase(systemUuid)) {
      throw new AccessException(
          Reason.TOKEN_BOUND_TO_OTHER_HARDWARE,
          "join token: bound to other hardware than serial '" + boardSerial + "'");
    }
    requireMachineName(name);
    JoinToken used = known.used();
    tx.save(used);
    return used;
  }

  public static void requireMachineName(String name) {
    if (!MACHINE_NAME.matcher(name).matches() || name.contains("..")) {
      String shown = name.length() > 70 ? name.substring(0, 70) + "…" : name;
      throw new AccessException(
          Reason.NAME_INVALID,
          "machine name: '"
              + shown
              + "' (expected: lower-case letters, digits, dots and dashes, at most 63)");
    }
  }

  static String hash(String token) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** A token as it is shown once. Does not print itself. */
  public record Issued(String token, Instant expiresAt) {
    @Override
    public String toString() {
      return "Issued[expiresAt=" + expiresAt + "]";
    }
  }
}
