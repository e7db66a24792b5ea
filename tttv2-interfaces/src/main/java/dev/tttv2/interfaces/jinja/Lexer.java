// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.jinja;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Cuts a template into tokens, with {@code trim_blocks} and {@code lstrip_blocks} on, as Hugging
 * Face sets them: a block tag takes the blanks before it on its line and the line break after it
 * with it, unless {@code +} says no; {@code -} takes all white space on its side.
 */
final class Lexer {
  private static final String[] OPERATORS = {
    "//", "**", "==", "!=", "<=", ">=", "+", "-", "*", "/", "%", "~", "<", ">", "=", "(", ")", "[",
    "]", "{", "}", ",", ".", ":", "|"
  };

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;
  private boolean lineStarts = true; // whether the previous token ended with a line break

  private Lexer(String source) {
    this.source = source;
  }

  static List<Token> tokens(String source) {
    String text = source.replace("\r\n", "\n").replace('\r', '\n');
    if (text.endsWith("\n")) {
      text = text.substring(0, text.length() - 1);
    }
    Lexer lexer = new Lexer(text);
    lexer.run();
    return lexer.tokens;
  }

  private void run() {
    while (at < source.length()) {
      int tag = nextTag();
      if (tag < 0) {
        text(source.substring(at), source.length());
        break;
      }
      char kind = source.charAt(tag + 1);
      char sign = tag + 2 < source.length() ? source.charAt(tag + 2) : ' ';
      String before = source.substring(at, tag);
      if (sign == '-') {
        before = PythonText.stripRight(before);
      } else if (kind != '{' && sign != '+') {
        before = withoutBlanksBeforeTag(before);
      }
      text(before, tag);
      at = tag + (sign == '-' || (sign == '+' && kind != '{') ? 3 : 2);
      switch (kind) {
        case '#' -> comment();
        case '{' -> tag(Token.Kind.OUTPUT_BEGIN, Token.Kind.OUTPUT_END, "}}");
        default -> {
          if (!raw()) {
            tag(Token.Kind.BLOCK_BEGIN, Token.Kind.BLOCK_END, "%}");
          }
        }
      }
    }
    tokens.add(new Token(Token.Kind.END, "", line));
  }

  private int nextTag() {
    for (int i = source.indexOf('{', at); i >= 0 && i + 1 < source.length(); ) {
      char next = source.charAt(i + 1);
      if (next == '%' || next == '{' || next == '#') {
        return i;
      }
      i = source.indexOf('{', i + 1);
    }
    return -1;
  }

  private String withoutBlanksBeforeTag(String before) {
    int lineStart = before.lastIndexOf('\n') + 1;
    if (lineStart == 0 && !lineStarts) {
      return before;
    }
    return PythonText.strip(before.substring(lineStart)).isEmpty()
        ? before.substring(0, lineStart)
        : before;
  }

  private void text(String text, int end) {
    if (!text.isEmpty()) {
      tokens.add(new Token(Token.Kind.TEXT, text, line));
    }
    advance(end);
  }

  private void advance(int end) {
    for (int i = at; i < end; i++) {
      if (source.charAt(i) == '\n') {
        line++;
      }
    }
    at = end;
  }

  private void comment() {
    int end = source.indexOf("#}", at);
    if (end < 0) {
      throw new TemplateException("comment without an end '#}'", line);
    }
    endTag(end > at ? source.charAt(end - 1) : ' ', end + 2, true);
  }

  /** Moves past a tag's end and the white space that goes with it. */
  private void endTag(char sign, int end, boolean block) {
    int from = at;
    advance(end);
    if (sign == '-') {
      int stop = at;
      while (stop < source.length() && PythonText.isSpace(source.charAt(stop))) {
        stop++;
      }
      advance(stop);
    } else if (block && sign != '+' && at < source.length() && source.charAt(at) == '\n') {
      advance(at + 1);
    }
    lineStarts = at > from && source.charAt(at - 1) == '\n';
  }

  /** {@code {% raw %} ... {% endraw %}}: its content is text whatever it holds. */
  private boolean raw() {
    int name = skipSpace(at);
    if (!source.startsWith("raw", name)) {
      return false;
    }
    int close = skipSpace(name + 3);
    boolean minus = source.startsWith("-%}", close);
    if (!minus && !source.startsWith("%}", close)) {
      return false;
    }
    int opened = line;
    advance(close + (minus ? 3 : 2));
    if (minus) {
      advance(skipSpace(at));
    }
    for (int end = source.indexOf("{%", at); end >= 0; end = source.indexOf("{%", end + 2)) {
      char sign = end + 2 < source.length() ? source.charAt(end + 2) : ' ';
      int word = skipSpace(end + (sign == '-' || sign == '+' ? 3 : 2));
      if (!source.startsWith("endraw", word)) {
        continue;
      }
      int tail = skipSpace(word + 6);
      char endSign = tail < source.length() ? source.charAt(tail) : ' ';
      int stop = endSign == '-' || endSign == '+' ? tail + 1 : tail;
      if (!source.startsWith("%}", stop)) {
        continue;
      }
      String content = source.substring(at, end);
      lineStarts = false;
      if (sign == '-') {
        content = PythonText.stripRight(content);
      } else if (sign != '+') {
        content = withoutBlanksBeforeTag(content);
      }
      text(content, end);
      endTag(endSign, stop + 2, true);
      return true;
    }
    throw new TemplateException("{% raw %} without {% endraw %}", opened);
  }

  private int skipSpace(int from) {
    int i = from;
    while (i < source.length() && PythonText.isSpace(source.charAt(i))) {
      i++;
    }
    return i;
  }

  private void tag(Token.Kind begin, Token.Kind end, String close) {
    tokens.add(new Token(begin, "", line));
    int opened = line;
    Deque<Character> brackets = new ArrayDeque<>();
    while (true) {
      advance(skipSpace(at));
      if (at >= source.length()) {
        throw new TemplateException("tag without its end '" + close + "'", opened);
      }
      char c = source.charAt(at);
      if (brackets.isEmpty()) {
        boolean signed = (c == '-' || (c == '+' && end == Token.Kind.BLOCK_END));
        if (source.startsWith(close, at) || (signed && source.startsWith(close, at + 1))) {
          tokens.add(new Token(end, "", line));
          endTag(signed ? c : ' ', at + (signed ? 3 : 2), end == Token.Kind.BLOCK_END);
          return;
        }
      }
      if (c == '"' || c == '\'') {
        string(c);
      } else if (c >= '0' && c <= '9') {
        number();
      } else if (Character.isUnicodeIdentifierStart(c) || c == '_') {
        int stop = at + 1;
        while (stop < source.length()
            && Character.isUnicodeIdentifierPart(source.charAt(stop))
            && !Character.isIdentifierIgnorable(source.charAt(stop))) {
          stop++;
        }
        add(Token.Kind.NAME, source.substring(at, stop), stop);
      } else {
        operator(brackets);
      }
    }
  }

  private void add(Token.Kind kind, String text, int end) {
    tokens.add(new Token(kind, text, line));
    advance(end);
  }

  private void operator(Deque<Character> brackets) {
    for (String operator : OPERATORS) {
      if (!source.startsWith(operator, at)) {
        continue;
      }
      char c = operator.charAt(0);
      switch (c) {
        case '(' -> brackets.push(')');
        case '[' -> brackets.push(']');
        case '{' -> brackets.push('}');
        case ')', ']', '}' -> {
          if (brackets.isEmpty() || brackets.pop() != c) {
            throw new TemplateException("unexpected '" + c + "'", line);
          }
        }
        default -> {}
      }
      add(Token.Kind.OPERATOR, operator, at + operator.length());
      return;
    }
    throw new TemplateException(
        "unexpected character '" + Character.toString(source.codePointAt(at)) + "'", line);
  }

  private void number() {
    int stop = digits(at);
    boolean real = false;
    if (stop + 1 < source.length()
        && source.charAt(stop) == '.'
        && Character.isDigit(source.charAt(stop + 1))) {
      real = true;
      stop = digits(stop + 1);
    }
    if (stop < source.length() && (source.charAt(stop) | 0x20) == 'e') {
      int exponent = stop + 1;
      if (exponent < source.length() && "+-".indexOf(source.charAt(exponent)) >= 0) {
        exponent++;
      }
      if (exponent < source.length() && Character.isDigit(source.charAt(exponent))) {
        real = true;
        stop = digits(exponent);
      }
    }
    add(
        real ? Token.Kind.FLOAT : Token.Kind.INTEGER,
        source.substring(at, stop).replace("_", ""),
        stop);
  }

  private int digits(int from) {
    int i = from;
    while (i < source.length()
        && ((source.charAt(i) >= '0' && source.charAt(i) <= '9') || source.charAt(i) == '_')) {
      i++;
    }
    return i;
  }

  private void string(char quote) {
    StringBuilder text = new StringBuilder();
    int i = at + 1;
    while (true) {
      if (i >= source.length()) {
        throw new TemplateException("string without its closing " + quote, line);
      }
      char c = source.charAt(i++);
      if (c == quote) {
        break;
      }
      if (c != '\\' || i >= source.length()) {
        text.append(c);
        continue;
      }
      i = escape(source.charAt(i), i + 1, text);
    }
    add(Token.Kind.STRING, text.toString(), i);
  }

  /** Decodes what follows a backslash as Python does; returns where the text goes on. */
  private int escape(char c, int next, StringBuilder text) {
    switch (c) {
      case 'n' -> text.append('\n');
      case 't' -> text.append('\t');
      case 'r' -> text.append('\r');
      case 'b' -> text.append('\b');
      case 'f' -> text.append('\f');
      case 'a' -> text.append('\u0007');
      case 'v' -> text.append('\u000b');
      case '\\', '\'', '"' -> text.append(c);
      case '\n' -> {}
      case 'x' -> {
        return hexadecimal(next, 2, text);
      }
      case 'u' -> {
        return hexadecimal(next, 4, text);
      }
      case 'U' -> {
        return hexadecimal(next, 8, text);
      }
      default -> {
        if (c < '0' || c > '7') {
          text.append('\\').append(c);
          return next;
        }
        int stop = next;
        while (stop < next + 2
            && stop < source.length()
            && source.charAt(stop) >= '0'
            && source.charAt(stop) <= '7') {
          stop++;
        }
        text.append((char) Integer.parseInt(source, next - 1, stop, 8));
        return stop;
      }
    }
    return next;
  }

  private int hexadecimal(int from, int length, StringBuilder text) {
    try {
      text.appendCodePoint(Integer.parseInt(source, from, from + length, 16));
      return from + length;
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new TemplateException(
          "a string escape needs " + length + " hexadecimal digits of a character", line);
    }
  }
}
