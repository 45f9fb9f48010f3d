package io.coxswain.controller.store;

import java.time.Instant;

/**
 * Something that happened, for people.
 *
 * @param cluster id; empty when it concerns none. Likewise instance and machine names.
 * @param kind a word for programs: MACHINE_LEASED
 */
public record Event(
    long number,
    Instant at,
    String cluster,
    String instance,
    String machine,
    String kind,
    String message) {
  @SuppressWarnings("ParameterNumber") // As many as the record has, but the number.
  public static Event of(
      Instant at, String cluster, String instance, String machine, String kind, String message) {
    return new Event(0, at, cluster, instance, machine, kind, message);
  }
}
