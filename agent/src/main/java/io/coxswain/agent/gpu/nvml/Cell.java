package io.coxswain.agent.gpu.nvml;

import io.coxswain.agent.report.FailureReason;
import io.coxswain.agent.report.Reading;
import java.io.DataInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One answer on the pipe, as the agent gets it; {@link Answer} writes it. */
sealed interface Cell {
  /** What follows on the pipe. */
  enum Kind {
    END,
    NUMBER,
    TEXT,
    REFUSED,
    ABSENT,
    NO_LIBRARY
  }

  /** The call succeeded and gave a number; 1 where there is nothing to give. */
  record Amount(long value) implements Cell {}

  record Text(String value) implements Cell {}

  /**
   * The library refused.
   *
   * @param field the field id that was asked for; -1 for functions of their own
   * @param words the driver's own
   */
  record Refused(NvmlFunction function, int field, int code, String words) implements Cell {
    FailureReason reason() {
      return switch (code) {
        case 4, 17 -> FailureReason.NOT_PERMITTED;
        case 8, 11, 14 -> FailureReason.GPU_FAULTY;
        case 9 -> FailureReason.DRIVER_NOT_LOADED;
        case NvmlLibrary.GPU_IS_LOST -> FailureReason.GPU_LOST;
        case 16 -> FailureReason.GPU_NEEDS_RESET;
        case 18 -> FailureReason.DRIVER_MISMATCH;
        case 21 -> FailureReason.NO_VALUE_YET;
        default -> FailureReason.DRIVER_ERROR;
      };
    }

    String message() {
      if (code == NvmlLibrary.OVERRUN) {
        return function.symbol()
            + " wrote more than it was given room for (expected: structures as this agent knows"
            + " them; this driver is newer or broken)";
      }
      if (code == NvmlLibrary.MISSING) {
        return function.symbol() + " is missing in this driver's library";
      }
      return function.symbol()
          + " gave "
          + code
          + " ("
          + words
          + ")"
          + (field < 0 ? "" : " for field " + field);
    }
  }

  /** This GPU or this driver has no such thing: not supported, or the function is missing. */
  record Absent(NvmlFunction function, int code) implements Cell {
    String why() {
      return code == NvmlLibrary.MISSING
          ? function.symbol() + " is missing in this driver's library"
          : function.symbol() + " says that this GPU has no such thing";
    }
  }

  /** The library itself could not be loaded; the loader's own words. */
  record NoLibrary(String words) implements Cell {}

  static Cell read(Kind kind, DataInputStream in) throws IOException {
    return switch (kind) {
      case NUMBER -> new Amount(in.readLong());
      case TEXT -> new Text(in.readUTF());
      case REFUSED -> new Refused(function(in), in.readShort(), in.readInt(), in.readUTF());
      case ABSENT -> new Absent(function(in), in.readByte());
      case NO_LIBRARY -> new NoLibrary(in.readUTF());
      case END -> throw new IOException("an end (expected: an answer)");
    };
  }

  static Kind kind(DataInputStream in) throws IOException {
    return WireCode.at(Kind.values(), in.readUnsignedByte());
  }

  default Reading<Long> number(Instant at) {
    return reading(at, cell -> cell instanceof Amount(long value) ? value : null);
  }

  default Reading<String> text(Instant at) {
    return reading(at, cell -> cell instanceof Text(String value) ? value : null);
  }

  private <T> Reading<T> reading(Instant at, Function<Cell, @Nullable T> of) {
    T value = of.apply(this);
    if (value != null) {
      return new Reading.Known<>(value, at);
    }
    return switch (this) {
      case Absent absent -> new Reading.Unsupported<>(absent.why());
      case Refused refused -> new Reading.Failed<>(refused.reason(), refused.message());
      case NoLibrary(String words) -> new Reading.Failed<>(FailureReason.LIBRARY_UNUSABLE, words);
      case Amount _, Text _ ->
          new Reading.Failed<>(FailureReason.UNEXPECTED_OUTPUT, "answered with " + this);
    };
  }

  private static NvmlFunction function(DataInputStream in) throws IOException {
    return WireCode.at(NvmlFunction.values(), in.readUnsignedByte());
  }
}
