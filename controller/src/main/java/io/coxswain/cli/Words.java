package io.coxswain.cli;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Values of options that need more than a string: spans of time and labels. */
final class Words {
  private Words() {}

  /** "90s", "10m", "2h", "30d"; a bare number is refused, since nobody agrees on its unit. */
  static Duration span(String word, String option) {
    int digits = 0;
    while (digits < word.length() && digits < 9 && Character.isDigit(word.charAt(digits))) {
      digits++;
    }
    if (digits > 0 && digits == word.length() - 1) {
      int count = Integer.parseInt(word.substring(0, digits));
      switch (word.charAt(digits)) {
        case 's' -> {
          return Duration.ofSeconds(count);
        }
        case 'm' -> {
          return Duration.ofMinutes(count);
        }
        case 'h' -> {
          return Duration.ofHours(count);
        }
        case 'd' -> {
          return Duration.ofDays(count);
        }
        default -> {
          // Refused below.
        }
      }
    }
    throw CoxException.usage(
        option + ": '" + word + "' (expected: a number with s, m, h or d, as in 10m)", "", "");
  }

  /** "rack=a1" words as a map, in their order. */
  static Map<String, String> labels(List<String> words, String option) {
    Map<String, String> labels = new LinkedHashMap<>();
    for (String word : words) {
      int sign = word.indexOf('=');
      if (sign < 1) {
        throw CoxException.usage(option + ": '" + word + "' (expected: LABEL=VALUE)", "", "");
      }
      labels.put(word.substring(0, sign), word.substring(sign + 1));
    }
    return labels;
  }
}
