package io.coxswain.controller.api.wire;

import com.google.protobuf.Timestamp;
import io.coxswain.controller.spec.InvalidSpecException;
import java.time.DateTimeException;
import java.time.Instant;

/** Moments as the wire has them. */
public final class Times {
  private Times() {}

  public static Timestamp wire(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  /** Refuses what no calendar has, naming the field. */
  public static Instant instant(String field, Timestamp timestamp) {
    try {
      return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
    } catch (DateTimeException | ArithmeticException e) {
      throw new InvalidSpecException(
          field,
          field
              + ": "
              + timestamp.getSeconds()
              + " s (expected: a time between the years 1 and 9999)");
    }
  }
}
