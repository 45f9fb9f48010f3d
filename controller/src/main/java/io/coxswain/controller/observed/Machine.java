package io.coxswain.controller.observed;

import io.coxswain.controller.spec.Care;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A server that was enrolled.
 *
 * @param id made by the controller, the subject of the machine's certificate; never reused
 * @param name the host name it had when it joined, given back to it when a lease ends
 * @param serial board serial; empty where the firmware gives none
 * @param certificateSerial of the newest certificate, hexadecimal
 * @param quarantine why it is kept out of the pool; empty when it is not
 * @param cleanedAt when a lease last ended and the machine was proven clean
 * @param generation of the newest assignment made for it; 0 when none ever was
 * @param assignmentDigest hash of that assignment's content, so that only a change makes a new
 *     generation
 * @param care what is being done to it
 */
public record Machine(
    String id,
    String name,
    Role role,
    String systemUuid,
    String serial,
    Map<String, String> labels,
    Instant enrolledAt,
    String certificateSerial,
    Instant certificateExpiresAt,
    boolean isRevoked,
    String quarantine,
    Optional<Instant> cleanedAt,
    long generation,
    String assignmentDigest,
    Care care) {

  public Machine {
    labels = Map.copyOf(labels);
  }

  /** One that nothing is done to. */
  public Machine(
      String id,
      String name,
      Role role,
      String systemUuid,
      String serial,
      Map<String, String> labels,
      Instant enrolledAt,
      String certificateSerial,
      Instant certificateExpiresAt,
      boolean isRevoked,
      String quarantine,
      Optional<Instant> cleanedAt,
      long generation,
      String assignmentDigest) {
    this(
        id,
        name,
        role,
        systemUuid,
        serial,
        labels,
        enrolledAt,
        certificateSerial,
        certificateExpiresAt,
        isRevoked,
        quarantine,
        cleanedAt,
        generation,
        assignmentDigest,
        Care.NONE);
  }

  /** What a machine is there for; decided by its join token. */
  public enum Role {
    /** Leased to clusters as a node. */
    WORKER,
    /** Runs the slurmctlds of clusters and is where users log in. */
    JUMPHOST
  }

  public boolean isQuarantined() {
    return !quarantine.isEmpty();
  }

  public Machine withLabels(Map<String, String> labels) {
    return new Machine(
        id,
        name,
        role,
        systemUuid,
        serial,
        labels,
        enrolledAt,
        certificateSerial,
        certificateExpiresAt,
        isRevoked,
        quarantine,
        cleanedAt,
        generation,
        assignmentDigest,
        care);
  }

  public Machine withCertificate(String certificateSerial, Instant certificateExpiresAt) {
    return new Machine(
        id,
        name,
        role,
        systemUuid,
        serial,
        labels,
        enrolledAt,
        certificateSerial,
        certificateExpiresAt,
        isRevoked,
        quarantine,
        cleanedAt,
        generation,
        assignmentDigest,
        care);
  }

  public Machine revoked() {
    return new Machine(
        id,
        name,
        role,
        systemUuid,
        serial,
        labels,
        enrolledAt,
        certificateSerial,
        certificateExpiresAt,
        true,
        quarantine,
        cleanedAt,
        generation,
        assignmentDigest,
        care);
  }

  public Machine quarantined(String why) {
    return new Machine(
        id,
        name,
        role,
        systemUuid,
        serial,
        labels,
        enrolledAt,
        certificateSerial,
        certificateExpiresAt,
        isRevoked,
        why,
        cleanedAt,
        generation,
        assignmentDigest,
        care);
  }

  public Machine cleaned(Instant at) {
    return new Machine(
        id,
        name,
        role,
        systemUuid,
        serial,
        labels,
        enrolledAt,
        certificateSerial,
        certificateExpiresAt,
        isRevoked,
        "",
        Optional.of(at),
        generation,
        assignmentDigest,
        care);
  }

  public Machine assigned(long generation, String assignmentDigest) {
    return new Machine(
        id,
        name,
        role,
        systemUuid,
        serial,
        labels,
        enrolledAt,
        certificateSerial,
        certificateExpiresAt,
        isRevoked,
        quarantine,
        cleanedAt,
        generation,
        assignmentDigest,
        care);
  }

  public Machine with(Care care) {
    return new Machine(
        id,
        name,
        role,
        systemUuid,
        serial,
        labels,
        enrolledAt,
        certificateSerial,
        certificateExpiresAt,
        isRevoked,
        quarantine,
        cleanedAt,
        generation,
        assignmentDigest,
        care);
  }
}
