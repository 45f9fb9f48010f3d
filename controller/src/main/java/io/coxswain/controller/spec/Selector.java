package io.coxswain.controller.spec;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Labels that a machine must have, all of them: {@code rack=a1,gpu=new}. */
public record Selector(Map<String, String> labels) {
  public static final Selector ANY = new Selector(Map.of());

  /** Letters, digits, dots, dashes, underscores and slashes; at most 63 of them. */
  private static final Pattern WORD =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?");

  public Selector {
    labels.forEach(Selector::requireLabel);
    labels = Map.copyOf(labels);
  }

  public static Selector parse(String text) {
    if (text.isBlank()) {
      return ANY;
    }
    Map<String, String> labels = new TreeMap<>();
    for (String part : text.split(",", -1)) {
      int equals = part.indexOf('=');
      if (equals < 1) {
        throw new InvalidSpecException(
            "selector", "selector: '" + part + "' (expected: KEY=VALUE)");
      }
      labels.put(part.substring(0, equals).strip(), part.substring(equals + 1).strip());
    }
    return new Selector(labels);
  }

  public static void requireLabel(String key, String value) {
    if (!WORD.matcher(key).matches() || !(value.isEmpty() || WORD.matcher(value).matches())) {
      throw new InvalidSpecException(
          "labels",
          "label: '"
              + key
              + "="
              + value
              + "' (expected: letters, digits, . _ / and -, at most 63 of each)");
    }
  }

  public boolean matches(Map<String, String> machine) {
    return labels.entrySet().stream()
        .allMatch(wanted -> wanted.getValue().equals(machine.get(wanted.getKey())));
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(labels)
        .forEach(
            (key, value) ->
                text.append(text.isEmpty() ? "" : ",").append(key).append('=').append(value));
    return text.toString();
  }
}
