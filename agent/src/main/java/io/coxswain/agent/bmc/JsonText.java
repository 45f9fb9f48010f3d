package io.coxswain.agent.bmc;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON (RFC 8259), as strict as it is written: what a firmware cut short or wrote wrongly is
 * told with its place, and never half taken.
 */
final class JsonText {
  private static final int DEEPEST = 32;

  private final String text;
  private int at;

  private JsonText(String text) {
    this.text = text;
  }

  /** Not JSON; says where. */
  static final class Malformed extends RuntimeException {
    Malformed(String message) {
      super(message);
    }
  }

  /** What is read; what is not there is a value too, so that one can ask on. */
  sealed interface Value {
    /** The member of an object; {@link Absent} where there is none. */
    default Value at(String name) {
      return this instanceof Members(Map<String, Value> members)
          ? members.getOrDefault(name, ABSENT)
          : ABSENT;
    }

    /** The elements of a list; none where it is no list. */
    default List<Value> items() {
      return this instanceof Items(List<Value> items) ? items : List.of();
    }

    /** The letters of a string; empty where it is none. */
    default String text() {
      return this instanceof Letters(String letters) ? letters : "";
    }
  }

  record Members(Map<String, Value> members) implements Value {}

  record Items(List<Value> list) implements Value {}

  record Letters(String letters) implements Value {}

  /** A number, true, false or null, as it is written. */
  record Plain(String word) implements Value {}

  record Absent() implements Value {}

  static final Value ABSENT = new Absent();

  static Value parse(String text) {
    JsonText reader = new JsonText(text);
    Value value = reader.value(0);
    reader.blanks();
    if (reader.at < text.length()) {
      throw reader.malformed("more text after the end");
    }
    return value;
  }

  /** The text as JSON's string, quotes and all. */
  static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    text.chars()
        .forEach(
            c -> {
              if (c == '"' || c == '\\') {
                out.append('\\').append((char) c);
              } else if (c < 0x20) {
                out.append("\\u%04x".formatted(c));
              } else {
                out.append((char) c);
              }
            });
    return out.append('"').toString();
  }

  private Value value(int depth) {
    if (depth > DEEPEST) {
      throw malformed("deeper than " + DEEPEST);
    }
    blanks();
    return switch (peek()) {
      case '{' -> members(depth);
      case '[' -> items(depth);
      case '"' -> new Letters(string());
      default -> plain();
    };
  }

  private Value members(int depth) {
    Map<String, Value> members = new LinkedHashMap<>();
    take('{');
    blanks();
    if (peek() == '}') {
      at++;
      return new Members(members);
    }
    while (true) {
      blanks();
      String name = string();
      blanks();
      take(':');
      members.put(name, value(depth + 1));
      blanks();
      if (peek() == '}') {
        at++;
        return new Members(members);
      }
      take(',');
    }
  }

  private Value items(int depth) {
    List<Value> items = new ArrayList<>();
    take('[');
    blanks();
    if (peek() == ']') {
      at++;
      return new Items(items);
    }
    while (true) {
      items.add(value(depth + 1));
      blanks();
      if (peek() == ']') {
        at++;
        return new Items(items);
      }
      take(',');
    }
  }

  private String string() {
    take('"');
    StringBuilder letters = new StringBuilder();
    while (true) {
      char c = next();
      if (c == '"') {
        return letters.toString();
      }
      if (c < 0x20) {
        throw malformed("a control character inside a string");
      }
      letters.append(c == '\\' ? escaped() : c);
    }
  }

  private char escaped() {
    char c = next();
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unit();
      default -> throw malformed("an unknown escape");
    };
  }

  private char unit() {
    if (at + 4 > text.length() || !text.substring(at, at + 4).matches("[0-9A-Fa-f]{4}")) {
      throw malformed("an escape that is no four hexadecimal digits");
    }
    at += 4;
    return (char) Integer.parseInt(text.substring(at - 4, at), 16);
  }

  private Value plain() {
    int start = at;
    while (at < text.length() && "+-.0123456789Eaeflnrstu".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    String word = text.substring(start, at);
    boolean isNumber = word.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
    if (!isNumber && !List.of("true", "false", "null").contains(word)) {
      at = start;
      throw malformed("no value");
    }
    return new Plain(word);
  }

  private void blanks() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() {
    if (at >= text.length()) {
      throw malformed("the end comes too soon");
    }
    return text.charAt(at);
  }

  private char next() {
    char c = peek();
    at++;
    return c;
  }

  private void take(char expected) {
    if (peek() != expected) {
      throw malformed("no '" + expected + "'");
    }
    at++;
  }

  private Malformed malformed(String what) {
    return new Malformed("no JSON at letter " + (at + 1) + " of " + text.length() + ": " + what);
  }
}
