package io.coxswain.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes the same trees as YAML in block style. A string that YAML could read as anything else is
 * quoted.
 */
final class YamlText {
  private final StringBuilder text = new StringBuilder();

  private YamlText() {}

  static String of(Object tree) {
    YamlText yaml = new YamlText();
    yaml.block(tree, 0);
    return yaml.text.toString();
  }

  private void block(Object value, int depth) {
    if (value instanceof Map<?, ?> map && !map.isEmpty()) {
      boolean isFirst = true;
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        indent(isFirst ? 0 : depth);
        isFirst = false;
        text.append(scalar(String.valueOf(entry.getKey()))).append(':');
        nested(
            entry.getValue(), depth + 1, entry.getValue() instanceof List<?> ? depth : depth + 1);
      }
    } else if (value instanceof List<?> list && !list.isEmpty()) {
      boolean isFirst = true;
      for (Object item : list) {
        indent(isFirst ? 0 : depth);
        isFirst = false;
        text.append("- ");
        block(item, depth + 1);
      }
    } else {
      text.append(scalar(value)).append('\n');
    }
  }

  private void nested(Object value, int depth, int blockDepth) {
    boolean isBlock =
        (value instanceof Map<?, ?> map && !map.isEmpty())
            || (value instanceof List<?> list && !list.isEmpty());
    if (isBlock) {
      text.append('\n');
      indent(blockDepth);
      block(value, blockDepth);
    } else {
      text.append(' ');
      block(value, depth);
    }
  }

  private void indent(int depth) {
    text.repeat(' ', 2 * depth);
  }

  private static String scalar(Object value) {
    return switch (value) {
      case Map<?, ?> map -> "{}";
      case List<?> list -> "[]";
      case String string -> isPlain(string) ? string : JsonText.quoted(string);
      default -> String.valueOf(value);
    };
  }

  private static boolean isPlain(String string) {
    if (string.isEmpty() || !isLetter(string.charAt(0))) {
      return false;
    }
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      if (!isLetter(c) && !(c >= '0' && c <= '9') && "_-./".indexOf(c) < 0) {
        return false;
      }
    }
    return switch (string.toLowerCase(Locale.ROOT)) {
      case "true", "false", "null", "yes", "no", "on", "off", "y", "n" -> false;
      default -> true;
    };
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
}
