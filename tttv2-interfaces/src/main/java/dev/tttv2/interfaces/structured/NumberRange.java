// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.structured;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The decimal numerals between two bounds, as automata: no exponents, no leading zeros, at most
 * {@value #DIGITS} digits before and after the point.
 */
final class NumberRange {
  static final int DIGITS = 18;

  private static final Regex POINT = Regex.literal(".");
  private static final Regex DIGIT = digits('0', '9');

  private final boolean whole;
  private final Budget budget;

  private NumberRange(boolean whole, Budget budget) {
    this.whole = whole;
    this.budget = budget;
  }

  /** A bound; exclusive: not the value itself. */
  record Bound(BigDecimal value, boolean exclusive) {
    Bound negated() {
      return new Bound(value.negate(), exclusive);
    }

    /** Tells whether a number is above this bound, or equal to it if that is allowed. */
    boolean isBelow(BigDecimal number) {
      int order = number.compareTo(value);
      return exclusive ? order > 0 : order >= 0;
    }
  }

  /**
   * Returns the numerals without sign that are from min to max, if there are some.
   *
   * @param min null: none
   * @param max null: none
   * @param whole whether there are no fractions
   */
  static Optional<Nfa> positive(Bound min, Bound max, boolean whole, Budget budget) {
    return new NumberRange(whole, budget).between(min, max, false);
  }

  /** Returns what follows the sign of the negative numerals from min to max, if there are some. */
  static Optional<Nfa> negative(Bound min, Bound max, boolean whole, Budget budget) {
    return new NumberRange(whole, budget)
        .between(max == null ? null : max.negated(), min == null ? null : min.negated(), true);
  }

  private Optional<Nfa> between(Bound min, Bound max, boolean aboveZero) {
    if (max != null && (max.value.signum() < 0 || max.value.signum() == 0 && max.exclusive)) {
      return Optional.empty();
    }
    Bound low = min == null || min.value.signum() < 0 ? new Bound(BigDecimal.ZERO, false) : min;
    if (aboveZero && low.value.signum() == 0) {
      low = new Bound(low.value, true);
    }
    Nfa above = Nfa.matching(above(low), "a range of numbers", budget);
    return Optional.of(
        max == null
            ? above
            : above.and(
                Nfa.matching(below(max), "a range of numbers", budget),
                "a range of numbers",
                budget));
  }

  private Regex above(Bound bound) {
    String integer = integer(bound.value);
    String fraction = fraction(bound.value);
    int n = integer.length();
    List<Regex> ways = new ArrayList<>();
    if (n < DIGITS) { // more digits
      ways.add(
          Regex.concat(digits('1', '9'), new Regex.Repeat(DIGIT, n, DIGITS - 1), anyFraction()));
    }
    for (int i = 0; i < n; i++) { // a larger digit
      if (integer.charAt(i) < '9') {
        ways.add(
            Regex.concat(
                Regex.literal(integer.substring(0, i)),
                digits((char) (integer.charAt(i) + 1), '9'),
                new Regex.Repeat(DIGIT, n - i - 1, n - i - 1),
                anyFraction()));
      }
    }
    Regex same = Regex.literal(integer);
    if (whole) {
      if (fraction.isEmpty() && !bound.exclusive) {
        ways.add(same);
      }
      return new Regex.Choice(ways);
    }
    for (int i = 0; i < fraction.length(); i++) { // a larger digit behind the point
      if (fraction.charAt(i) < '9') {
        ways.add(
            Regex.concat(
                same,
                POINT,
                Regex.literal(fraction.substring(0, i)),
                digits((char) (fraction.charAt(i) + 1), '9'),
                new Regex.Repeat(DIGIT, 0, Math.max(0, DIGITS - i - 1))));
      }
    }
    int left = Math.max(0, DIGITS - fraction.length());
    if (!bound.exclusive) {
      ways.add(
          fraction.isEmpty()
              ? Regex.concat(same, anyFraction())
              : Regex.concat(
                  same, POINT, Regex.literal(fraction), new Regex.Repeat(DIGIT, 0, left)));
    } else {
      for (int zeros = 0; zeros < left; zeros++) { // digits more, one of them not zero
        ways.add(
            Regex.concat(
                same,
                POINT,
                Regex.literal(fraction + "0".repeat(zeros)),
                digits('1', '9'),
                new Regex.Repeat(DIGIT, 0, left - zeros - 1)));
      }
    }
    return new Regex.Choice(ways);
  }

  private Regex below(Bound bound) {
    String integer = integer(bound.value);
    String fraction = fraction(bound.value);
    int n = integer.length();
    List<Regex> ways = new ArrayList<>();
    if (n > 1) { // fewer digits
      ways.add(
          Regex.concat(
              new Regex.Choice(
                  List.of(
                      Regex.literal("0"),
                      Regex.concat(
                          digits('1', '9'),
                          new Regex.Repeat(DIGIT, 0, Math.min(n - 2, DIGITS - 1))))),
              anyFraction()));
    }
    for (int i = 0; i < n; i++) { // a smaller digit
      char least = i == 0 && n > 1 ? '1' : '0';
      if (integer.charAt(i) > least) {
        ways.add(
            Regex.concat(
                Regex.literal(integer.substring(0, i)),
                digits(least, (char) (integer.charAt(i) - 1)),
                new Regex.Repeat(DIGIT, n - i - 1, n - i - 1),
                anyFraction()));
      }
    }
    Regex same = Regex.literal(integer);
    boolean sameIsBelow = !fraction.isEmpty();
    if (sameIsBelow || !bound.exclusive) {
      ways.add(same);
    }
    if (whole) {
      return new Regex.Choice(ways);
    }
    for (int i = 0; i < fraction.length(); i++) {
      Regex begun = Regex.concat(same, POINT, Regex.literal(fraction.substring(0, i)));
      if (i > 0) { // fewer digits behind the point
        ways.add(begun);
      }
      if (fraction.charAt(i) > '0') { // a smaller digit behind it
        ways.add(
            Regex.concat(
                begun,
                digits('0', (char) (fraction.charAt(i) - 1)),
                new Regex.Repeat(DIGIT, 0, Math.max(0, DIGITS - i - 1))));
      }
    }
    if (!bound.exclusive) {
      int left = Math.max(0, DIGITS - fraction.length());
      Regex zeros =
          new Regex.Repeat(Regex.literal("0"), fraction.isEmpty() ? Math.min(1, left) : 0, left);
      ways.add(Regex.concat(same, POINT, Regex.literal(fraction), zeros));
    }
    return new Regex.Choice(ways);
  }

  private Regex anyFraction() {
    return whole
        ? Regex.EMPTY
        : Regex.optional(Regex.concat(POINT, new Regex.Repeat(DIGIT, 1, DIGITS)));
  }

  private static Regex digits(char first, char last) {
    return new Regex.One(CodePoints.range(first, last));
  }

  private static String integer(BigDecimal value) {
    return value.toBigInteger().toString();
  }

  /** The digits behind the point, without zeros at their end. */
  private static String fraction(BigDecimal value) {
    String text = value.stripTrailingZeros().toPlainString();
    int point = text.indexOf('.');
    return point < 0 ? "" : text.substring(point + 1);
  }
}
