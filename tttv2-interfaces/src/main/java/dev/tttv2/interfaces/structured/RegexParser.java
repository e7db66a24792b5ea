// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.structured;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads regular expressions as Python and ECMAScript write them, as far as their syntaxes agree and
 * describe regular languages. What tells nothing but how a match is sought is read over: laziness,
 * names of groups. {@code \d}, {@code \w} and {@code \s} are ASCII's.
 */
final class RegexParser {
  private static final int MAX_LENGTH = 1 << 16;
  private static final int MAX_DEPTH = 200;
  private static final int MAX_COUNT = 1_000_000;

  private static final CodePoints DIGIT = CodePoints.range('0', '9');
  private static final CodePoints WORD =
      DIGIT.or(CodePoints.range('A', 'Z')).or(CodePoints.range('a', 'z')).or(CodePoints.of('_'));
  private static final CodePoints SPACE = CodePoints.anyOf(" \t\n\r\f\u000b");
  private static final CodePoints NEWLINE =
      CodePoints.anyOf("\n\r").or(CodePoints.range(0x2028, 0x2029));

  private final String pattern;
  private int at;
  private int depth;

  private RegexParser(String pattern) {
    this.pattern = pattern;
  }

  /**
   * Parses a pattern.
   *
   * @throws IllegalArgumentException if it is none, or uses what is not regular (lookaround,
   *     references to groups) or not supported; names the construct and its position
   */
  static Regex parse(String pattern) {
    if (pattern.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "the regular expression has %d characters, expected at most %d"
              .formatted(pattern.length(), MAX_LENGTH));
    }
    RegexParser parser = new RegexParser(pattern);
    Regex regex = parser.choice();
    if (parser.at < pattern.length()) {
      throw parser.refuse(parser.at, "a ) without its (");
    }
    return regex;
  }

  private Regex choice() {
    if (++depth > MAX_DEPTH) {
      throw refuse(at, "groups nested more than %d deep".formatted(MAX_DEPTH));
    }
    List<Regex> items = new ArrayList<>();
    do {
      items.add(concat());
    } while (skip("|"));
    depth--;
    return items.size() == 1 ? items.getFirst() : new Regex.Choice(items);
  }

  private Regex concat() {
    List<Regex> items = new ArrayList<>();
    while (at < pattern.length() && pattern.charAt(at) != '|' && pattern.charAt(at) != ')') {
      items.add(quantified());
    }
    return items.size() == 1 ? items.getFirst() : new Regex.Concat(items);
  }

  private Regex quantified() {
    int begin = at;
    Regex atom = atom();
    int quantifier = at;
    int[] count = quantifier();
    if (count == null) {
      return atom;
    }
    if (atom instanceof Regex.Begin || atom instanceof Regex.End) {
      throw refuse(quantifier, "a repeated anchor");
    }
    if (count[0] > count[1]) {
      throw refuse(quantifier, "a repetition of %d to %d times".formatted(count[0], count[1]));
    }
    if (!skip("?") && skip("+")) {
      throw refuse(quantifier, "a possessive quantifier, which is not supported");
    }
    int next = at;
    if (quantifier() != null) {
      throw refuse(next, "a quantifier after a quantifier");
    }
    assert at > begin;
    return new Regex.Repeat(atom, count[0], count[1]);
  }

  /** Reads a quantifier; null: there is none. */
  private int[] quantifier() {
    if (skip("*")) {
      return new int[] {0, Regex.Repeat.UNBOUNDED};
    }
    if (skip("+")) {
      return new int[] {1, Regex.Repeat.UNBOUNDED};
    }
    if (skip("?")) {
      return new int[] {0, 1};
    }
    int begin = at;
    if (skip("{")) {
      int min = number();
      int max = min;
      if (skip(",")) {
        max = number();
        if ((min >= 0 || max >= 0) && skip("}")) {
          return new int[] {Math.max(min, 0), max < 0 ? Regex.Repeat.UNBOUNDED : max};
        }
      } else if (min >= 0 && skip("}")) {
        return new int[] {min, min};
      }
    }
    at = begin; // a brace that is no quantifier stands for itself
    return null;
  }

  /** Reads a count; -1: there is none. */
  private int number() {
    int begin = at;
    long value = 0;
    while (at < pattern.length() && DIGIT.contains(pattern.charAt(at))) {
      value = value * 10 + pattern.charAt(at++) - '0';
      if (value > MAX_COUNT) {
        throw refuse(begin, "a count above %d".formatted(MAX_COUNT));
      }
    }
    return at == begin ? -1 : (int) value;
  }

  private Regex atom() {
    int begin = at;
    int first = next();
    return switch (first) {
      case '(' -> group(begin);
      case '[' -> new Regex.One(characterClass(begin));
      case '.' -> new Regex.One(NEWLINE.complement());
      case '^' -> new Regex.Begin();
      case '$' -> new Regex.End();
      case '*', '+', '?' -> throw refuse(begin, "a quantifier with nothing to repeat");
      case '\\' -> {
        if (skip("A")) {
          yield new Regex.Begin();
        }
        if (skip("Z") || skip("z")) {
          yield new Regex.End();
        }
        yield new Regex.One(escape(begin, false));
      }
      default -> one(first, begin);
    };
  }

  private Regex one(int codePoint, int begin) {
    return new Regex.One(CodePoints.of(scalar(codePoint, begin)));
  }

  private Regex group(int begin) {
    if (skip("?")) {
      if (skip("=") || skip("!") || skip("<=") || skip("<!")) {
        throw refuse(begin, "lookahead or lookbehind, which is not supported");
      }
      if (skip("P=")) {
        throw refuse(begin, "a reference to a group, which is not supported");
      }
      if (skip(">")) {
        throw refuse(begin, "an atomic group, which is not supported");
      }
      if (skip("#")) {
        int end = pattern.indexOf(')', at);
        if (end < 0) {
          throw refuse(begin, "a comment without its )");
        }
        at = end + 1;
        return Regex.EMPTY;
      }
      if (skip("P<") || skip("<")) {
        int end = pattern.indexOf('>', at);
        if (end <= at) {
          throw refuse(begin, "a group whose name does not end or is empty");
        }
        at = end + 1;
      } else if (!skip(":")) {
        throw refuse(begin, "flags or another kind of group that is not supported");
      }
    }
    Regex content = choice();
    if (!skip(")")) {
      throw refuse(begin, "a ( without its )");
    }
    return content;
  }

  private CodePoints characterClass(int begin) {
    boolean complement = skip("^");
    CodePoints set = CodePoints.NONE;
    boolean isFirst = true;
    while (true) {
      if (at == pattern.length()) {
        throw refuse(begin, "a [ without its ]");
      }
      if (!isFirst && skip("]")) {
        break;
      }
      isFirst = false;
      int itemBegin = at;
      if (pattern.startsWith("[:", at) && pattern.indexOf(":]", at) > 0) {
        throw refuse(at, "a POSIX class, which is not supported");
      }
      CodePoints item = classItem();
      if (pattern.startsWith("-", at) && !pattern.startsWith("-]", at)) {
        at++;
        if (at == pattern.length()) {
          throw refuse(begin, "a [ without its ]");
        }
        int first = single(item);
        int last = single(classItem());
        if (first < 0 || last < 0) {
          throw refuse(itemBegin, "a range from or to what is not one character");
        }
        if (first > last) {
          throw refuse(itemBegin, "a range that ends before it begins");
        }
        item = CodePoints.range(first, last);
      }
      set = set.or(item);
    }
    CodePoints result = complement ? set.complement() : set;
    if (result.isEmpty()) {
      throw refuse(begin, "a class that no character is in");
    }
    return result;
  }

  private CodePoints classItem() {
    int begin = at;
    int first = next();
    return first == '\\' ? escape(begin, true) : CodePoints.of(scalar(first, begin));
  }

  /** Returns the only element of a set; -1: it has none or several. */
  private static int single(CodePoints set) {
    return set.ranges() == 1 && set.first(0) == set.last(0) ? set.first(0) : -1;
  }

  /** Reads what follows a backslash. */
  private CodePoints escape(int begin, boolean inClass) {
    if (at == pattern.length()) {
      throw refuse(begin, "a \\ with nothing behind it");
    }
    int kind = next();
    return switch (kind) {
      case 'd' -> DIGIT;
      case 'D' -> DIGIT.complement();
      case 'w' -> WORD;
      case 'W' -> WORD.complement();
      case 's' -> SPACE;
      case 'S' -> SPACE.complement();
      case 'n' -> CodePoints.of('\n');
      case 'r' -> CodePoints.of('\r');
      case 't' -> CodePoints.of('\t');
      case 'f' -> CodePoints.of('\f');
      case 'v' -> CodePoints.of(0x0b);
      case 'a' -> CodePoints.of(0x07);
      case '0' -> {
        if (at < pattern.length() && DIGIT.contains(pattern.charAt(at))) {
          throw refuse(begin, "an octal escape, which is not supported");
        }
        yield CodePoints.of(0);
      }
      case 'x' -> CodePoints.of(scalar(hex(begin, 2, 2), begin));
      case 'u' -> CodePoints.of(scalar(skip("{") ? braced(begin) : utf16(begin), begin));
      case 'U' -> CodePoints.of(scalar(hex(begin, 8, 8), begin));
      case 'p' -> property(begin);
      case 'P' -> property(begin).complement();
      case 'b' -> {
        if (!inClass) {
          throw refuse(begin, "a word boundary, which is not supported");
        }
        yield CodePoints.of('\b');
      }
      case 'B' -> throw refuse(begin, "a word boundary, which is not supported");
      case 'k', '1', '2', '3', '4', '5', '6', '7', '8', '9' ->
          throw refuse(begin, "a reference to a group, which is not supported");
      default -> {
        if (kind >= 'A' && kind <= 'Z' || kind >= 'a' && kind <= 'z') {
          throw refuse(begin, "the escape \\%c, which is not supported".formatted(kind));
        }
        yield CodePoints.of(scalar(kind, begin));
      }
    };
  }

  private int utf16(int begin) {
    int unit = hex(begin, 4, 4);
    if (Character.isHighSurrogate((char) unit) && pattern.startsWith("\\u", at)) {
      at += 2;
      int low = hex(begin, 4, 4);
      if (Character.isLowSurrogate((char) low)) {
        return Character.toCodePoint((char) unit, (char) low);
      }
    }
    return unit;
  }

  private int braced(int begin) {
    int value = hex(begin, 1, 6);
    if (!skip("}")) {
      throw refuse(begin, "an escape without its }");
    }
    return value;
  }

  private int hex(int begin, int minDigits, int maxDigits) {
    int value = 0;
    int digits = 0;
    while (digits < maxDigits
        && at < pattern.length()
        && pattern.charAt(at) < 0x80
        && Character.digit(pattern.charAt(at), 16) >= 0) {
      value = value << 4 | Character.digit(pattern.charAt(at++), 16);
      digits++;
    }
    if (digits < minDigits) {
      throw refuse(begin, "an escape with %d of %d hex digits".formatted(digits, minDigits));
    }
    return value;
  }

  private CodePoints property(int begin) {
    if (!skip("{")) {
      throw refuse(begin, "a Unicode property without braces");
    }
    int end = pattern.indexOf('}', at);
    if (end < 0) {
      throw refuse(begin, "a Unicode property without its }");
    }
    String name = pattern.substring(at, end);
    at = end + 1;
    return UnicodeProperty.named(name)
        .orElseThrow(
            () -> refuse(begin, "the Unicode property %s, which is not known".formatted(name)));
  }

  /** Refuses what is no character: surrogates, and what lies beyond Unicode. */
  private int scalar(int codePoint, int begin) {
    if (!CodePoints.ALL.contains(codePoint)) {
      throw refuse(begin, "U+%04X, which is no character".formatted(codePoint));
    }
    return codePoint;
  }

  private int next() {
    int codePoint = pattern.codePointAt(at);
    at += Character.charCount(codePoint);
    return codePoint;
  }

  private boolean skip(String text) {
    boolean there = pattern.startsWith(text, at);
    at += there ? text.length() : 0;
    return there;
  }

  private IllegalArgumentException refuse(int position, String what) {
    String shown = pattern.length() <= 200 ? pattern : pattern.substring(0, 200) + "...";
    return new IllegalArgumentException(
        "the regular expression %s has at position %d %s".formatted(shown, position, what));
  }
}
