// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.structured;

import java.util.List;

/** What a regular expression consists of. */
sealed interface Regex {
  /** The empty text. */
  Regex EMPTY = new Concat(List.of());

  /** Any text. */
  Regex ANYTHING = new Repeat(new One(CodePoints.ALL), 0, Repeat.UNBOUNDED);

  /** One character of a set. */
  record One(CodePoints set) implements Regex {}

  /** One after the other. */
  record Concat(List<Regex> items) implements Regex {}

  /** One of several. */
  record Choice(List<Regex> items) implements Regex {}

  /** Again and again: from min to max times. */
  record Repeat(Regex item, int min, int max) implements Regex {
    static final int UNBOUNDED = Integer.MAX_VALUE;
  }

  /** Holds at the beginning of the text alone. */
  record Begin() implements Regex {}

  /** Holds at the end of the text alone. */
  record End() implements Regex {}

  static Regex literal(String text) {
    return new Concat(text.codePoints().mapToObj(c -> (Regex) new One(CodePoints.of(c))).toList());
  }

  static Regex concat(Regex... items) {
    return new Concat(List.of(items));
  }

  static Regex optional(Regex item) {
    return new Repeat(item, 0, 1);
  }
}
