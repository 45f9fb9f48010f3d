package io.coxswain.controller.spec;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is being done to a machine, and what was.
 *
 * @param repair the one wish that is open or was not taken note of yet
 * @param done what was begun in the last day, the oldest first
 */
public record Care(Optional<Repair> repair, List<Deed> done) {
  public static final Care NONE = new Care(Optional.empty(), List.of());

  private static final Duration REMEMBERED = Duration.ofDays(1);

  public Care {
    done = List.copyOf(done);
  }

  /** A repair that was begun. */
  public record Deed(Repair.Kind kind, String subject, Instant at) {}

  public Care with(Repair wish) {
    return new Care(Optional.of(wish), done);
  }

  public Care withoutRepair() {
    return new Care(Optional.empty(), done);
  }

  /** The same, with the repair begun now; deeds of more than a day ago are forgotten. */
  public Care begun(Repair wish, Instant now) {
    Deed deed = new Deed(wish.work().kind(), wish.work().subject(), now);
    List<Deed> kept =
        Stream.concat(
                done.stream().filter(past -> past.at().isAfter(now.minus(REMEMBERED))),
                Stream.of(deed))
            .toList();
    return new Care(Optional.of(wish.in(Repair.State.UNDER_WAY, "")), kept);
  }
}
