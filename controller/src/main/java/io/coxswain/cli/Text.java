package io.coxswain.cli;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * Small values as people read them. No format strings: their parser costs more than the rest of a
 * short command.
 */
final class Text {
  private static final String[] BINARY_UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};

  private Text() {}

  /**
   * The text with control characters replaced, so that nothing from elsewhere moves the cursor of a
   * terminal.
   */
  static String clean(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isControl(text.charAt(i))) {
        return cleaned(text);
      }
    }
    return text;
  }

  private static String cleaned(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n' || c == '\t') {
        clean.append(' ');
      } else {
        clean.append(isControl(c) ? '?' : c);
      }
    }
    return clean.toString();
  }

  private static boolean isControl(char c) {
    return c < ' ' || (c >= 0x7f && c < 0xa0);
  }

  static String orDash(String text) {
    return text.isEmpty() ? "-" : text;
  }

  /**
   * "2.0 TiB": one decimal below ten, none above; "-" for zero, which is a fact that nobody
   * measured.
   */
  static String bytes(long bytes) {
    if (bytes <= 0) {
      return "-";
    }
    int unit = 0;
    long tenths = 0;
    for (long rest = bytes; rest >= 1024 && unit < BINARY_UNITS.length - 1; rest /= 1024) {
      unit++;
    }
    if (unit > 0) {
      long divisor = 1L << (10 * unit);
      tenths = bytes / divisor * 10 + (bytes % divisor * 10 + divisor / 2) / divisor;
    }
    String number =
        tenths < 100 ? tenths / 10 + "." + tenths % 10 : String.valueOf((tenths + 5) / 10);
    return (unit == 0 ? String.valueOf(bytes) : number) + " " + BINARY_UNITS[unit];
  }

  /** "12s", "5m", "3h", "4d": the largest unit alone. */
  static String span(Duration span) {
    long seconds = Math.max(0, span.toSeconds());
    if (seconds < 120) {
      return seconds + "s";
    }
    if (seconds < 2 * 3600) {
      return seconds / 60 + "m";
    }
    return seconds < 2 * 86400 ? seconds / 3600 + "h" : seconds / 86400 + "d";
  }

  /** How long ago; "-" when the moment is not set. */
  static String age(Timestamp moment, Instant now) {
    return isSet(moment) ? span(Duration.between(instant(moment), now)) : "-";
  }

  /** RFC 3339 in UTC, to the second; "-" when the moment is not set. */
  static String moment(Timestamp moment) {
    return isSet(moment) ? instant(moment).truncatedTo(ChronoUnit.SECONDS).toString() : "-";
  }

  static boolean isSet(Timestamp moment) {
    return moment.getSeconds() != 0 || moment.getNanos() != 0;
  }

  static Instant instant(Timestamp moment) {
    return Instant.ofEpochSecond(moment.getSeconds(), moment.getNanos());
  }

  /** "create cluster" from CREATE_CLUSTER. */
  static String words(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** The name of an enum value; "-" for the one that says nothing was set. */
  static String name(Enum<?> value) {
    String name = value.name();
    return name.endsWith("UNSPECIFIED") || name.equals("UNRECOGNIZED") ? "-" : name;
  }

  /** "1 node", "3 nodes". */
  static String count(int count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }
}
