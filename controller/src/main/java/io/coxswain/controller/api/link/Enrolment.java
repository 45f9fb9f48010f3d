package io.coxswain.controller.api.link;

import io.coxswain.controller.access.AccessException;
import io.coxswain.controller.access.Attempts;
import io.coxswain.controller.access.CertificateAuthority;
import io.coxswain.controller.access.JoinTokens;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.reconcile.RefusedException;
import io.coxswain.controller.reconcile.RefusedException.Kind;
import io.coxswain.controller.spec.InvalidSpecException;
import io.coxswain.controller.store.Event;
import io.coxswain.controller.store.JoinToken;
import io.coxswain.controller.store.Store;
import io.coxswain.controller.store.Transaction;
import io.coxswain.v1.EnrollRequest;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * How a machine comes in, and how it gets its next certificate. Invariants:
 *
 * <ul>
 *   <li>The token's use, the machine's record and its certificate are one transaction: a join that
 *       fails costs no token.
 *   <li>An id is never given twice. A machine gets its old id back only when hardware and name are
 *       the old ones; where the firmware has no identity, a token bound to the name stands in for
 *       it.
 *   <li>A revoked machine stays out until somebody removes its record.
 * </ul>
 */
public final class Enrolment {
  // Printable: it is shown, and compared with what a token is bound to.
  private static final Pattern HARDWARE = Pattern.compile("[ -~]{0,128}");

  private final Store store;
  private final JoinTokens tokens;
  private final CertificateAuthority authority;
  private final Attempts attempts;
  private final InstantSource clock;
  private final RandomGenerator random;

  public Enrolment(
      Store store,
      JoinTokens tokens,
      CertificateAuthority authority,
      Attempts attempts,
      InstantSource clock,
      RandomGenerator random) {
    this.store = store;
    this.tokens = tokens;
    this.authority = authority;
    this.attempts = attempts;
    this.clock = clock;
    this.random = random;
  }

  /** A machine's id and its certificate, signed just now. */
  record Enrolled(String machineId, X509Certificate certificate) {}

  X509Certificate authority() {
    return authority.certificate();
  }

  /** Lets a machine in; the address is where the call comes from. */
  Enrolled enroll(EnrollRequest request, String address) {
    requireHardware("system_uuid", request.getSystemUuid());
    requireHardware("board_serial", request.getBoardSerial());
    attempts.check(address);
    try {
      Enrolled enrolled = store.write(tx -> enroll(tx, request));
      attempts.succeeded(address);
      return enrolled;
    } catch (AccessException e) {
      if (isGuess(e.reason())) {
        attempts.failed(address);
      }
      throw e;
    }
  }

  /** The next certificate of a machine that still has one. */
  X509Certificate renew(Machine machine, byte[] request) {
    X509Certificate certificate = authority.signAgent(request, machine.id());
    store.write(
        tx -> {
          // Read again: it may have been changed since it was let in.
          tx.machine(machine.id()).ifPresent(newest -> tx.save(certified(newest, certificate)));
          return true;
        });
    return certificate;
  }

  private Enrolled enroll(Transaction tx, EnrollRequest request) {
    JoinToken token =
        tokens.redeem(
            tx,
            request.getToken(),
            request.getName(),
            request.getSystemUuid(),
            request.getBoardSerial());
    Optional<Machine> known = tx.machineByName(request.getName());
    Machine machine =
        known.isPresent() ? again(known.get(), token, request) : first(tx, token, request);
    X509Certificate certificate =
        authority.signAgent(request.getCertificateRequest().toByteArray(), machine.id());
    tx.save(certified(machine, certificate));
    String what = known.isPresent() ? "joined anew" : "joined";
    tx.append(
        Event.of(
            clock.instant(),
            "",
            "",
            machine.name(),
            "ENROLLED",
            what + " as " + machine.role() + " " + machine.id()));
    return new Enrolled(machine.id(), certificate);
  }

  private static Machine again(Machine known, JoinToken token, EnrollRequest request) {
    String name = known.name();
    if (!isSameHardware(known, request)
        && !(hasNoIdentity(known, request) && token.name().equals(name))) {
      throw new RefusedException(
          Kind.TAKEN,
          name,
          "machine name '" + name + "' is taken by other hardware (" + known.id() + ")",
          "join with another --name; or, if "
              + name
              + " is gone for good: cox machine remove "
              + name);
    }
    if (known.isRevoked()) {
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          name,
          "machine " + name + " (" + known.id() + ") was revoked",
          "cox machine remove " + name + ", then join it anew");
    }
    if (known.role() != token.role()) {
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          name,
          "machine " + name + " is a " + known.role() + " and the token is for a " + token.role(),
          "cox machine join-token --role " + known.role().name().toLowerCase(Locale.ROOT));
    }
    Map<String, String> labels = new HashMap<>(known.labels());
    labels.putAll(token.labels());
    return known.withLabels(labels);
  }

  private Machine first(Transaction tx, JoinToken token, EnrollRequest request) {
    for (Machine other : tx.machines()) {
      if (isSameHardware(other, request)) {
        throw new RefusedException(
            Kind.TAKEN,
            other.name(),
            "this hardware is enrolled as '"
                + other.name()
                + "' ("
                + other.id()
                + "), not as '"
                + request.getName()
                + "'",
            "join with --name " + other.name() + "; or: cox machine remove " + other.name());
      }
    }
    Instant now = clock.instant();
    return new Machine(
        newId(tx),
        request.getName(),
        token.role(),
        request.getSystemUuid(),
        request.getBoardSerial(),
        token.labels(),
        now,
        "",
        now,
        false,
        "",
        Optional.empty(),
        0,
        "");
  }

  private String newId(Transaction tx) {
    String id;
    do {
      id = "m-" + HexFormat.of().toHexDigits(random.nextInt());
    } while (tx.machine(id).isPresent());
    return id;
  }

  private static Machine certified(Machine machine, X509Certificate certificate) {
    return machine.withCertificate(
        CertificateAuthority.serial(certificate), certificate.getNotAfter().toInstant());
  }

  // Boards of one chassis may share a serial, so the UUID decides where both have one.
  private static boolean isSameHardware(Machine machine, EnrollRequest request) {
    if (!machine.systemUuid().isEmpty() && !request.getSystemUuid().isEmpty()) {
      return machine.systemUuid().equalsIgnoreCase(request.getSystemUuid());
    }
    return !machine.serial().isEmpty()
        && machine.serial().equalsIgnoreCase(request.getBoardSerial());
  }

  private static boolean hasNoIdentity(Machine machine, EnrollRequest request) {
    return machine.systemUuid().isEmpty()
        && machine.serial().isEmpty()
        && request.getSystemUuid().isEmpty()
        && request.getBoardSerial().isEmpty();
  }

  private static void requireHardware(String field, String value) {
    if (!HARDWARE.matcher(value).matches()) {
      throw new InvalidSpecException(field, field + ": not printable, or longer than 128 letters");
    }
  }

  private static boolean isGuess(AccessException.Reason reason) {
    return switch (reason) {
      case TOKEN_UNKNOWN,
          TOKEN_EXPIRED,
          TOKEN_USED_UP,
          TOKEN_BOUND_TO_OTHER_NAME,
          TOKEN_BOUND_TO_OTHER_HARDWARE ->
          true;
      case TOO_MANY_ATTEMPTS,
          NAME_INVALID,
          NAME_TAKEN,
          CERTIFICATE_REQUEST_INVALID,
          REVOKED,
          NOT_ENROLLED ->
          false;
    };
  }
}
