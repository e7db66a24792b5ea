// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.structured;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The parts of JSON as rules of a grammar, each made when it is first asked for.
 *
 * <p>Blanks are bounded, so that no model can go on with them: after {@code [ { ,} and before
 * {@code ] }} there may be a space, or a line break with at most {@value #MAX_INDENT} spaces or 8
 * tabs; after a colon there may be a space; elsewhere there are none. Numbers are bounded to what
 * fits a double: 18 digits before and after the point, exponents of 289 at most.
 */
final class JsonGrammar {
  static final int MAX_INDENT = 32;
  private static final int MAX_TABS = 8;

  private static final CodePoints ESCAPED = CodePoints.range(0, 0x1f).or(CodePoints.anyOf("\"\\"));
  private static final String SHORT = "\"\\\b\f\n\r\t"; // and how they are written:
  private static final String LETTERS = "\"\\bfnrt";

  private static final String INTEGER = "-?(0|[1-9]\\d{0,17})";
  private static final String NUMBER =
      INTEGER + "(\\.\\d{1,18})?([eE][+-]?(\\d{1,2}|1\\d\\d|2[0-8]\\d))?";

  private final Grammar.Builder builder;
  private final Map<String, Integer> rules = new HashMap<>();

  JsonGrammar(Grammar.Builder builder) {
    this.builder = builder;
  }

  /** A rule and where in it one is. */
  private interface Body {
    void add(int from, int end);
  }

  private int rule(String name, Body body) {
    Integer known = rules.get(name);
    if (known == null) {
      known = builder.newRule();
      rules.put(name, known); // before its body, which may call it
      int end = builder.newState();
      builder.accept(end);
      body.add(builder.start(known), end);
    }
    return known;
  }

  // ---- Values of any kind ----

  int anyValue() {
    return rule(
        "value",
        (from, end) -> {
          builder.call(from, anyObject(), end);
          builder.call(from, anyArray(), end);
          builder.call(from, anyString(), end);
          builder.call(from, anyNumber(), end);
          for (String literal : new String[] {"true", "false", "null"}) {
            builder.empty(builder.text(from, literal), end);
          }
        });
  }

  int anyObject() {
    return rule(
        "object",
        (from, end) -> {
          int first = blanks(byteAfter(from, '{'));
          int key = builder.newState();
          int more = builder.newState();
          builder.bytes(first, '}', '}', end);
          builder.empty(first, key);
          int value = builder.newState();
          builder.call(key, anyString(), value);
          builder.call(colon(value), anyValue(), more);
          builder.empty(blanks(byteAfter(more, ',')), key);
          builder.bytes(blanks(more), '}', '}', end);
        });
  }

  int anyArray() {
    return rule(
        "array",
        (from, end) -> {
          int first = blanks(byteAfter(from, '['));
          int item = builder.newState();
          int more = builder.newState();
          builder.bytes(first, ']', ']', end);
          builder.empty(first, item);
          builder.call(item, anyValue(), more);
          builder.empty(blanks(byteAfter(more, ',')), item);
          builder.bytes(blanks(more), ']', ']', end);
        });
  }

  int anyString() {
    return rule(
        "string",
        (from, end) -> {
          int within = byteAfter(from, '"');
          anyCharacter(within, within);
          builder.bytes(within, '"', '"', end);
        });
  }

  int anyNumber() {
    return rule("number", (from, end) -> matching(from, RegexParser.parse(NUMBER), end));
  }

  int anyInteger() {
    return rule("integer", (from, end) -> matching(from, RegexParser.parse(INTEGER), end));
  }

  // ---- Blanks and signs ----

  int byteAfter(int from, char value) {
    int to = builder.newState();
    builder.bytes(from, value, value, to);
    return to;
  }

  /** Returns a state behind optional blanks. */
  int blanks(int from) {
    int to = builder.newState();
    builder.empty(from, to);
    builder.call(from, someBlanks(), to);
    return to;
  }

  private int someBlanks() {
    return rule(
        "blanks",
        (from, end) -> {
          builder.bytes(from, ' ', ' ', end);
          int line = byteAfter(from, '\n');
          builder.empty(line, end);
          indent(line, ' ', MAX_INDENT, end);
          indent(line, '\t', MAX_TABS, end);
        });
  }

  private void indent(int line, char blank, int max, int end) {
    int at = line;
    for (int i = 0; i < max; i++) {
      at = byteAfter(at, blank);
      builder.empty(at, end);
    }
  }

  /** Returns a state behind a colon and an optional space. */
  int colon(int from) {
    int colon = byteAfter(from, ':');
    int to = builder.newState();
    builder.empty(colon, to);
    builder.bytes(colon, ' ', ' ', to);
    return to;
  }

  // ---- Strings ----

  /** Adds a step by any character of a string, in any of its spellings. */
  void anyCharacter(int from, int to) {
    builder.characters(from, ESCAPED.complement(), to);
    builder.call(from, anyEscape(), to);
  }

  private int anyEscape() {
    return rule(
        "escape",
        (from, end) -> {
          int escape = byteAfter(from, '\\');
          builder.characters(escape, CodePoints.anyOf("\"\\/bfnrt"), end);
          // Code units: all but surrogates, and surrogates in pairs.
          matching(
              byteAfter(escape, 'u'),
              RegexParser.parse(
                  "[0-9a-cefA-CEF][0-9a-fA-F]{3}|[dD][0-7][0-9a-fA-F]{2}"
                      + "|[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2}"),
              end);
        });
  }

  /** Adds a step by one of some characters of a string, escaped only where JSON demands it. */
  void characters(int from, CodePoints set, int to) {
    builder.characters(from, set.minus(ESCAPED), to);
    CodePoints escaped = set.and(ESCAPED);
    if (escaped.isEmpty()) {
      return;
    }
    int escape = byteAfter(from, '\\');
    for (int i = 0; i < escaped.ranges(); i++) {
      for (int c = escaped.first(i); c <= escaped.last(i); c++) {
        int kind = SHORT.indexOf(c);
        if (kind >= 0) {
          builder.bytes(escape, LETTERS.charAt(kind), LETTERS.charAt(kind), to);
        } else {
          int digit = builder.text(escape, "u00" + (c >> 4));
          builder.characters(digit, CodePoints.anyOf("%x%<X".formatted(c & 15)), to);
        }
      }
    }
  }

  /** Adds a string with the content of an automaton. */
  void string(int from, Nfa content, int end) {
    int[] states = new int[content.states()];
    for (int i = 0; i < states.length; i++) {
      states[i] = i == 0 ? byteAfter(from, '"') : builder.newState();
    }
    for (int i = 0; i < states.length; i++) {
      for (Nfa.Edge edge : content.edges(i)) {
        characters(states[i], edge.set(), states[edge.target()]);
      }
      if (content.isAccepting(i)) {
        builder.bytes(states[i], '"', '"', end);
      }
    }
  }

  /** Adds a string of min to max characters; max {@code < 0}: without limit. */
  void string(int from, int min, int max, int end) {
    int at = byteAfter(from, '"');
    for (int length = 0; max < 0 || length <= max; length++) {
      if (length >= min) {
        builder.bytes(at, '"', '"', end);
        if (max < 0) {
          anyCharacter(at, at);
          return;
        }
      }
      int next = builder.newState();
      anyCharacter(at, next);
      at = next;
    }
  }

  /** Adds a string, escaped only where JSON demands it; returns the state behind it. */
  int literal(int from, String text) {
    int at = byteAfter(from, '"');
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int to = builder.newState();
      characters(at, CodePoints.of(text.codePointAt(i)), to);
      at = to;
    }
    return byteAfter(at, '"');
  }

  /** Adds a string that is none of some names; returns the state behind it. */
  int keyBeside(int from, Set<String> names) {
    record Step(int from, int codePoint) {}
    int end = builder.newState();
    int other = builder.newState(); // no name begins so
    characters(other, CodePoints.ALL, other);
    builder.bytes(other, '"', '"', end);
    int begin = byteAfter(from, '"');
    Map<Step, Integer> tree = new HashMap<>();
    Map<Integer, CodePoints> followed = new LinkedHashMap<>();
    Set<Integer> whole = new HashSet<>(); // where a name ends
    followed.put(begin, CodePoints.NONE);
    for (String name : names) {
      int state = begin;
      for (int codePoint : name.codePoints().toArray()) {
        Step step = new Step(state, codePoint);
        Integer to = tree.get(step);
        if (to == null) {
          to = builder.newState();
          tree.put(step, to);
          characters(state, CodePoints.of(codePoint), to);
          followed.merge(state, CodePoints.of(codePoint), CodePoints::or);
          followed.put(to, CodePoints.NONE);
        }
        state = to;
      }
      whole.add(state);
    }
    followed.forEach(
        (state, set) -> {
          characters(state, set.complement(), other);
          if (!whole.contains(state)) {
            builder.bytes(state, '"', '"', end);
          }
        });
    return end;
  }

  /** Adds a value as it is, without blanks; returns the state behind it. */
  int literal(int from, JsonNode value) {
    if (value.isTextual()) {
      return literal(from, value.textValue());
    }
    if (value.isArray()) {
      int at = byteAfter(from, '[');
      for (int i = 0; i < value.size(); i++) {
        at = literal(i == 0 ? at : byteAfter(at, ','), value.get(i));
      }
      return byteAfter(at, ']');
    }
    if (value.isObject()) {
      int at = byteAfter(from, '{');
      boolean first = true;
      for (Map.Entry<String, JsonNode> field : value.properties()) {
        at = literal(first ? at : byteAfter(at, ','), field.getKey());
        at = literal(byteAfter(at, ':'), field.getValue());
        first = false;
      }
      return byteAfter(at, '}');
    }
    return builder.text(from, value.toString());
  }

  private void matching(int from, Regex regex, int end) {
    builder.automaton(from, Nfa.matching(regex, "a part of JSON", new Budget()), end);
  }
}
