// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Text as Python sees and prints it: code points, {@code str}, {@code repr}, {@code json.dumps}.
 */
final class PythonText {
  private PythonText() {}

  /** Tells whether Python's {@code str.isspace} holds for the character. */
  static boolean isSpace(int c) {
    return (c >= 9 && c <= 13)
        || (c >= 0x1c && c <= 0x20)
        || c == 0x85
        || c == 0xa0
        || c == 0x1680
        || (c >= 0x2000 && c <= 0x200a)
        || c == 0x2028
        || c == 0x2029
        || c == 0x202f
        || c == 0x205f
        || c == 0x3000;
  }

  static String strip(String text) {
    return stripRight(stripLeft(text));
  }

  static String stripLeft(String text) {
    int from = 0;
    while (from < text.length() && isSpace(text.charAt(from))) {
      from++;
    }
    return text.substring(from);
  }

  static String stripRight(String text) {
    int to = text.length();
    while (to > 0 && isSpace(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(0, to);
  }

  static String stripLeft(String text, String characters) {
    int from = 0;
    while (from < text.length() && characters.indexOf(text.codePointAt(from)) >= 0) {
      from += Character.charCount(text.codePointAt(from));
    }
    return text.substring(from);
  }

  static String stripRight(String text, String characters) {
    int to = text.length();
    while (to > 0 && characters.indexOf(text.codePointBefore(to)) >= 0) {
      to -= Character.charCount(text.codePointBefore(to));
    }
    return text.substring(0, to);
  }

  /** The code points {@code from} to {@code to}, exclusive. */
  static String slice(String text, int from, int to) {
    int begin = text.offsetByCodePoints(0, from);
    return text.substring(begin, text.offsetByCodePoints(begin, to - from));
  }

  /** {@code str.splitlines()}. */
  static List<String> lines(String text) {
    List<String> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c >= 10 && c <= 13)
          || (c >= 0x1c && c <= 0x1e)
          || c == 0x85
          || c == 0x2028
          || c == 0x2029) {
        lines.add(text.substring(start, i));
        if (c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n') {
          i++;
        }
        start = i + 1;
      }
    }
    if (start < text.length()) {
      lines.add(text.substring(start));
    }
    return lines;
  }

  /** First letter of each word upper case, the others lower, as {@code str.title()}. */
  static String title(String text) {
    StringBuilder result = new StringBuilder();
    boolean inWord = false;
    for (int point : text.codePoints().toArray()) {
      result.appendCodePoint(inWord ? Character.toLowerCase(point) : Character.toTitleCase(point));
      inWord = Character.isLetter(point);
    }
    return result.toString();
  }

  static String capitalize(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = Character.charCount(text.codePointAt(0));
    return Character.toString(Character.toTitleCase(text.codePointAt(0)))
        + text.substring(first).toLowerCase(java.util.Locale.ROOT);
  }

  /** {@code str(value)}. */
  static String string(Object value) {
    return value instanceof String text ? text : repr(value);
  }

  /** {@code repr(value)}. */
  static String repr(Object value) {
    StringBuilder out = new StringBuilder();
    repr(value, out);
    return out.toString();
  }

  private static void repr(Object value, StringBuilder out) {
    switch (value) {
      case null -> out.append("None");
      case Boolean flag -> out.append(flag ? "True" : "False");
      case Long number -> out.append(number);
      case Double number -> out.append(real(number));
      case String text -> quote(text, out);
      case Undefined undefined -> {}
      case Tuple tuple -> {
        out.append('(');
        join(tuple, out);
        out.append(tuple.size() == 1 ? ",)" : ")");
      }
      case List<?> list -> {
        out.append('[');
        join(list, out);
        out.append(']');
      }
      case Map<?, ?> map -> {
        out.append('{');
        String separator = "";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          out.append(separator);
          repr(entry.getKey(), out);
          out.append(": ");
          repr(entry.getValue(), out);
          separator = ", ";
        }
        out.append('}');
      }
      default -> out.append('<').append(Values.typeName(value)).append('>');
    }
    limit(out);
  }

  private static void join(List<?> items, StringBuilder out) {
    for (int i = 0; i < items.size(); i++) {
      out.append(i == 0 ? "" : ", ");
      repr(items.get(i), out);
    }
  }

  private static void limit(StringBuilder out) {
    if (out.length() > Operators.MAX_LENGTH) {
      throw new EvaluationError("text exceeds the limit of " + Operators.MAX_LENGTH);
    }
  }

  private static void quote(String text, StringBuilder out) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    out.append(quote);
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\\' -> out.append("\\\\");
                default -> {
                  if (c == quote) {
                    out.append('\\').appendCodePoint(c);
                  } else if (isPrintable(c)) {
                    out.appendCodePoint(c);
                  } else {
                    out.append(
                        c < 0x100
                            ? "\\x%02x".formatted(c)
                            : c < 0x10000 ? "\\u%04x".formatted(c) : "\\U%08x".formatted(c));
                  }
                }
              }
            });
    out.append(quote);
  }

  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }

  /** A float as Python prints it: shortest digits, exponent from 1e16 and below 1e-4. */
  static String real(double number) {
    if (Double.isNaN(number)) {
      return "nan";
    }
    if (Double.isInfinite(number)) {
      return number > 0 ? "inf" : "-inf";
    }
    if (number == 0) {
      return 1 / number < 0 ? "-0.0" : "0.0";
    }
    java.math.BigDecimal value =
        new java.math.BigDecimal(Double.toString(number)).stripTrailingZeros();
    int exponent = value.precision() - value.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      String plain = value.toPlainString();
      return plain.indexOf('.') < 0 ? plain + ".0" : plain;
    }
    String digits = value.unscaledValue().abs().toString();
    return (number < 0 ? "-" : "")
        + digits.charAt(0)
        + (digits.length() > 1 ? "." + digits.substring(1) : "")
        + (exponent < 0 ? "e-" : "e+")
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }

  /**
   * {@code json.dumps(value)}.
   *
   * @param indent what one level is indented by; null: all on one line
   */
  static String json(
      Object value,
      String indent,
      String itemSeparator,
      String keySeparator,
      boolean sortKeys,
      boolean asciiOnly) {
    StringBuilder out = new StringBuilder();
    new JsonWriter(out, indent, itemSeparator, keySeparator, sortKeys, asciiOnly).write(value, 0);
    return out.toString();
  }

  private record JsonWriter(
      StringBuilder out,
      String indent,
      String itemSeparator,
      String keySeparator,
      boolean sortKeys,
      boolean asciiOnly) {
    void write(Object value, int depth) {
      switch (value) {
        case null -> out.append("null");
        case Boolean flag -> out.append(flag);
        case Long number -> out.append(number);
        case Double number ->
            out.append(
                number.isNaN()
                    ? "NaN"
                    : number.isInfinite() ? (number > 0 ? "Infinity" : "-Infinity") : real(number));
        case String text -> string(text);
        case List<?> list -> {
          out.append('[');
          Iterator<?> items = list.iterator();
          while (items.hasNext()) {
            line(depth + 1);
            write(items.next(), depth + 1);
            out.append(items.hasNext() ? itemSeparator : "");
          }
          if (!list.isEmpty()) {
            line(depth);
          }
          out.append(']');
        }
        case Map<?, ?> map -> {
          out.append('{');
          Map<String, Object> entries =
              sortKeys ? new TreeMap<>() : new java.util.LinkedHashMap<>();
          map.forEach((key, item) -> entries.put(key(key), item));
          Iterator<Map.Entry<String, Object>> items = entries.entrySet().iterator();
          while (items.hasNext()) {
            Map.Entry<String, Object> entry = items.next();
            line(depth + 1);
            string(entry.getKey());
            out.append(keySeparator);
            write(entry.getValue(), depth + 1);
            out.append(items.hasNext() ? itemSeparator : "");
          }
          if (!map.isEmpty()) {
            line(depth);
          }
          out.append('}');
        }
        default ->
            throw new EvaluationError(
                "Object of type " + Values.typeName(value) + " is not JSON serializable");
      }
      limit(out);
    }

    private static String key(Object key) {
      return switch (key) {
        case null -> "null";
        case Boolean flag -> flag.toString();
        default -> PythonText.string(key);
      };
    }

    private void line(int depth) {
      if (indent != null) {
        out.append('\n').repeat(indent, depth);
      }
    }

    private void string(String text) {
      out.append('"');
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        switch (c) {
          case '"' -> out.append("\\\"");
          case '\\' -> out.append("\\\\");
          case '\n' -> out.append("\\n");
          case '\r' -> out.append("\\r");
          case '\t' -> out.append("\\t");
          case '\f' -> out.append("\\f");
          case '\b' -> out.append("\\b");
          default -> {
            if (c < 0x20 || (asciiOnly && c > 0x7e)) {
              out.append("\\u%04x".formatted((int) c));
            } else {
              out.append(c);
            }
          }
        }
      }
      out.append('"');
    }
  }
}
