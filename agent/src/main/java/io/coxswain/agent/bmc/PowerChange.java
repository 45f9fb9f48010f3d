package io.coxswain.agent.bmc;

import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Brings a machine's power to what is wanted and reads it back. Begun again after a crash it finds
 * what it did: it looks before it asks, presses for a shutdown once, and goes on with the half of a
 * cycle that is missing.
 */
public final class PowerChange {
  /** A server with many services and much memory takes minutes to shut down. */
  static final Duration SHUTDOWN = Duration.ofMinutes(10);

  static final Duration CUT = Duration.ofMinutes(1);

  /** Until it says that it is on; the operating system takes longer and speaks for itself. */
  static final Duration START = Duration.ofMinutes(2);

  /** Longer than all of it together. */
  public static final Duration LONGEST = Duration.ofMinutes(20);

  private static final Duration POLL = Duration.ofSeconds(5);
  private static final String STILL_ON = "that it is still on";

  private final Access access;
  private final Bmc bmc;
  private final Time time;
  private final Memory memory;

  /** The clock, and how to wait. */
  public record Time(InstantSource clock, Consumer<Duration> pause) {}

  /** What outlives a crash. */
  public interface Memory {
    /** When a shutdown was asked for; empty when it was not. */
    Optional<Instant> shutDownAt();

    void shutDownAt(Instant at);

    /** Whether the first half of a cycle is done. */
    boolean wasOff();

    void isOff();
  }

  public PowerChange(Access access, Bmc bmc, Time time, Memory memory) {
    this.access = access;
    this.bmc = bmc;
    this.time = time;
    this.memory = memory;
  }

  /** The power as it is read at the end. */
  public Power carryOut(Deed deed, boolean isForced) {
    return switch (deed) {
      case READ -> read();
      case ON -> on();
      case OFF -> off(isForced);
      case AWAIT_OFF -> await(Power.OFF, SHUTDOWN, time.clock().instant(), STILL_ON);
      case CYCLE -> {
        if (!memory.wasOff()) {
          off(isForced);
          memory.isOff();
        }
        yield on();
      }
    };
  }

  private Power read() {
    Power power = bmc.power();
    if (power == Power.UNKNOWN) {
      throw Bmc.failure(Reason.BMC_REFUSED, access, "cannot be read (expected: redfish or ipmi)");
    }
    return power;
  }

  private Power on() {
    Power before = bmc.power();
    if (before == Power.ON) {
      return before;
    }
    bmc.switchOn();
    return before == Power.UNKNOWN
        ? before
        : await(Power.ON, START, time.clock().instant(), "that it is still not on");
  }

  private Power off(boolean isForced) {
    if (bmc.power() == Power.OFF) {
      return Power.OFF;
    }
    Instant now = time.clock().instant();
    if (isForced) {
      bmc.cutOff();
      return await(Power.OFF, CUT, now, STILL_ON);
    }
    Optional<Instant> asked = memory.shutDownAt().filter(at -> now.isBefore(at.plus(SHUTDOWN)));
    if (asked.isEmpty()) {
      // In this order: a crash in between presses once more, which a machine that goes down
      // ignores.
      bmc.shutDown();
      memory.shutDownAt(now);
    }
    return await(
        Power.OFF,
        SHUTDOWN,
        asked.orElse(now),
        STILL_ON
            + ": its operating system was asked to shut down and did not; to cut its power: cox"
            + " machine power "
            + access.machine()
            + " off --force");
  }

  private Power await(Power wanted, Duration patience, Instant since, String trouble) {
    Optional<HostException> last = Optional.empty();
    do {
      try {
        if (bmc.power() == wanted) {
          return wanted;
        }
        last = Optional.empty();
      } catch (HostException e) {
        // Many lose their connection for a moment when their machine changes.
        if (e.reason() == Reason.BMC_REFUSED) {
          throw e;
        }
        last = Optional.of(e);
      }
      time.pause().accept(POLL);
    } while (time.clock().instant().isBefore(since.plus(patience)));
    if (last.isPresent()) {
      throw last.get();
    }
    throw Bmc.failure(
        Reason.BMC_REFUSED, access, "says after " + patience.toSeconds() + " s " + trouble);
  }
}
