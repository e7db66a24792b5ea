// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How often a backtracking matcher may have to go back in a text. The tokenizer library's matcher,
 * Oniguruma, gives up a match after ten million times, and the library then ends the process. So a
 * bound is found before, from the pattern alone: what can be done in several ways is counted
 * wherever something behind it may fail, whether or not the ways exclude each other.
 *
 * <p>The bound is a polynomial in the length of the text; repetitions whose content is of variable
 * length have none where something behind them may fail, such as {@code (a+)+$}, and are refused.
 */
final class RegexBacktracking {
  /** Oniguruma's limit is 10^7; some of its loops go back twice where one time is counted. */
  private static final double MAX_RETRIES = 4e6;

  /** Repetitions up to this many count as written out. */
  private static final int FEW = 16;

  private static final int MAX_LENGTH = 1 << 14;
  private static final int MAX_DEPTH = 100;

  private static final Pattern INTERVAL = Pattern.compile("\\{(\\d{0,6})(,?)(\\d{0,6})}");
  private static final double[] ONE = {1};

  private final String pattern;
  private int at;
  private int depth;

  private RegexBacktracking(String pattern) {
    this.pattern = pattern;
  }

  /**
   * Returns the longest text, in characters, in which the pattern is safe.
   *
   * @param max the longest text of interest
   * @throws IllegalArgumentException if there is no bound, or the pattern is not understood
   */
  static int maxChars(String pattern, int max) {
    if (pattern.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "a pattern has %d characters, expected at most %d"
              .formatted(pattern.length(), MAX_LENGTH));
    }
    RegexBacktracking parser = new RegexBacktracking(pattern);
    double[] retries = parser.retries(parser.parse(), false);
    int low = 0;
    int high = max;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (valueAt(retries, middle) <= MAX_RETRIES) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /**
   * Tells whether a pattern may match where there is nothing.
   *
   * @throws IllegalArgumentException if the pattern is not understood
   */
  static boolean mayMatchNothing(String pattern) {
    return mayBeEmpty(new RegexBacktracking(pattern).parse());
  }

  private static boolean mayBeEmpty(Node node) {
    return switch (node) {
      case One one -> false;
      case Assertion assertion -> true;
      case Atomic atomic -> mayBeEmpty(atomic.content);
      case Sequence sequence -> sequence.items.stream().allMatch(RegexBacktracking::mayBeEmpty);
      case Choice choice -> choice.items.stream().anyMatch(RegexBacktracking::mayBeEmpty);
      case Repeat repeat -> repeat.min == 0 || mayBeEmpty(repeat.content);
    };
  }

  private Node parse() {
    Node root = choice();
    if (at < pattern.length()) {
      throw refuse("has a ) without its (");
    }
    return root;
  }

  // --- what a pattern consists of

  private sealed interface Node {}

  /** A character of some kind. */
  private record One() implements Node {}

  /** Something of no length; it holds or fails. */
  private record Assertion(Node content) implements Node {}

  /** Never entered again from behind. */
  private record Atomic(Node content) implements Node {}

  private record Sequence(List<Node> items) implements Node {}

  private record Choice(List<Node> items) implements Node {}

  private record Repeat(Node content, int min, int max) implements Node {}

  private static final Node NOTHING = new Sequence(List.of());

  // --- bounds

  /**
   * Returns the polynomial of the ways to go through a node, lowest coefficient first.
   *
   * @param failsBehind whether what is behind it may fail and enter it again
   */
  private double[] retries(Node node, boolean failsBehind) {
    return switch (node) {
      case One one -> ONE;
      case Assertion assertion -> retries(assertion.content, false);
      case Atomic atomic -> retries(atomic.content, false);
      case Sequence sequence -> {
        // What can no longer fail is gone through once.
        double[] end = {0};
        double[] product = ONE;
        boolean fails = failsBehind;
        for (Node item : sequence.items.reversed()) {
          double[] ways = retries(item, fails);
          fails |= canFail(item);
          if (fails) {
            product = times(product, ways);
          } else {
            end = plus(end, ways);
          }
        }
        yield plus(product, end);
      }
      case Choice choice -> {
        double[] sum = {0};
        for (Node item : choice.items) {
          sum = plus(sum, retries(item, failsBehind));
        }
        yield sum;
      }
      case Repeat repeat -> repeated(repeat, failsBehind);
    };
  }

  private double[] repeated(Repeat repeat, boolean failsBehind) {
    boolean few = repeat.max <= FEW;
    if (isFixed(repeat.content)) {
      double[] within = retries(repeat.content, false);
      double[] once = few ? new double[] {repeat.max} : new double[] {0, 1};
      double[] ways = within.length == 1 && within[0] <= 1 ? ONE : times(within, once);
      return failsBehind && repeat.min < repeat.max ? times(ways, plus(once, ONE)) : ways;
    }
    boolean entered = failsBehind || repeat.min > 1;
    double[] within = retries(repeat.content, entered);
    if (few) {
      double[] power = ONE;
      for (int i = 0; i < repeat.max; i++) {
        power = times(power, plus(within, ONE));
      }
      return power;
    }
    if (entered) {
      throw refuse(
          "repeats what is of variable length, with something behind it that may fail:"
              + " it can take exponentially many steps");
    }
    return within.length == 1 ? within : times(within, new double[] {0, 1});
  }

  /** Tells whether a node can be gone through in one way only. */
  private static boolean isFixed(Node node) {
    return switch (node) {
      case One one -> true;
      case Assertion assertion -> true;
      case Atomic atomic -> true;
      case Sequence sequence -> sequence.items.stream().allMatch(RegexBacktracking::isFixed);
      case Choice choice -> false;
      case Repeat repeat -> repeat.min == repeat.max && isFixed(repeat.content);
    };
  }

  private static boolean canFail(Node node) {
    return switch (node) {
      case One one -> true;
      case Assertion assertion -> true;
      case Atomic atomic -> canFail(atomic.content);
      case Sequence sequence -> sequence.items.stream().anyMatch(RegexBacktracking::canFail);
      case Choice choice -> choice.items.stream().allMatch(RegexBacktracking::canFail);
      case Repeat repeat -> repeat.min > 0 && canFail(repeat.content);
    };
  }

  private double[] times(double[] a, double[] b) {
    double[] product = new double[a.length + b.length - 1];
    if (product.length > MAX_DEPTH) {
      throw refuse("can take too many steps");
    }
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b.length; j++) {
        product[i + j] += a[i] * b[j];
      }
    }
    return product;
  }

  private static double[] plus(double[] a, double[] b) {
    double[] sum = Arrays.copyOf(a, Math.max(a.length, b.length));
    for (int i = 0; i < b.length; i++) {
      sum[i] += b[i];
    }
    return sum;
  }

  private static double valueAt(double[] polynomial, double x) {
    double value = 0;
    for (int i = polynomial.length - 1; i >= 0; i--) {
      value = value * x + polynomial[i];
    }
    return value;
  }

  // --- Oniguruma's syntax, as far as patterns of tokenizers use it

  private Node choice() {
    if (++depth > MAX_DEPTH) {
      throw refuse("is nested more than %d deep".formatted(MAX_DEPTH));
    }
    List<Node> alternatives = new ArrayList<>();
    do {
      alternatives.add(sequence());
    } while (skip("|"));
    depth--;
    return alternatives.size() == 1 ? alternatives.getFirst() : new Choice(alternatives);
  }

  private Node sequence() {
    List<Node> items = new ArrayList<>();
    while (at < pattern.length() && pattern.charAt(at) != '|' && pattern.charAt(at) != ')') {
      items.add(quantified(atom()));
    }
    return items.size() == 1 ? items.getFirst() : new Sequence(items);
  }

  private Node quantified(Node atom) {
    Node node = atom;
    while (at < pattern.length()) {
      int min;
      int max;
      boolean interval = false;
      if (skip("*")) {
        min = 0;
        max = Integer.MAX_VALUE;
      } else if (skip("+")) {
        min = 1;
        max = Integer.MAX_VALUE;
      } else if (skip("?")) {
        min = 0;
        max = 1;
      } else {
        Matcher matcher = INTERVAL.matcher(pattern).region(at, pattern.length());
        if (!matcher.lookingAt() || matcher.group(1).isEmpty() && matcher.group(3).isEmpty()) {
          return node;
        }
        at = matcher.end();
        interval = true;
        min = matcher.group(1).isEmpty() ? 0 : Integer.parseInt(matcher.group(1));
        max =
            matcher.group(2).isEmpty()
                ? min
                : matcher.group(3).isEmpty()
                    ? Integer.MAX_VALUE
                    : Integer.parseInt(matcher.group(3));
      }
      node = new Repeat(node, Math.min(min, max), Math.max(min, max));
      if (!skip("?") && !interval && skip("+")) {
        node = new Atomic(node);
      }
    }
    return node;
  }

  private Node atom() {
    char first = pattern.charAt(at++);
    return switch (first) {
      case '(' -> group();
      case '[' -> {
        skipClass();
        yield new One();
      }
      case '\\' -> escape();
      case '^', '$' -> new Assertion(NOTHING);
      default -> new One();
    };
  }

  private Node group() {
    if (!skip("?")) {
      return closed(choice());
    }
    if (skip("#")) {
      int end = pattern.indexOf(')', at);
      at = end < 0 ? pattern.length() : end;
      return closed(NOTHING);
    }
    if (skip("=") || skip("!") || skip("<=") || skip("<!")) {
      return closed(new Assertion(choice()));
    }
    if (skip(">")) {
      return closed(new Atomic(choice()));
    }
    for (String quotes : List.of("<>", "''")) {
      if (skip(quotes.substring(0, 1))) {
        int end = pattern.indexOf(quotes.charAt(1), at);
        if (end < 0) {
          throw refuse("has a group whose name does not end");
        }
        at = end + 1;
        return closed(choice());
      }
    }
    // Options, of this group or of the rest of the one around it.
    while (at < pattern.length() && "imxWDSPyu-{g}".indexOf(pattern.charAt(at)) >= 0) {
      at++;
    }
    if (skip(":")) {
      return closed(choice());
    }
    if (skip(")")) {
      return choice();
    }
    throw refuse("has a kind of group that is not supported, at %d".formatted(at));
  }

  private Node closed(Node content) {
    if (!skip(")")) {
      throw refuse("has a ( without its )");
    }
    return content;
  }

  private Node escape() {
    if (at == pattern.length()) {
      throw refuse("ends with a \\");
    }
    char kind = pattern.charAt(at++);
    return switch (kind) {
      case 'b', 'B', 'A', 'z', 'Z', 'G', 'y', 'Y', 'K' -> new Assertion(NOTHING);
      case 'k', 'g', '1', '2', '3', '4', '5', '6', '7', '8', '9' ->
          throw refuse("refers to one of its groups, which is not supported");
      case 'p', 'P', 'x', 'o' -> {
        if (at < pattern.length() && pattern.charAt(at) == '{') {
          int end = pattern.indexOf('}', at);
          at = end < 0 ? pattern.length() : end + 1;
        }
        yield new One();
      }
      default -> new One();
    };
  }

  /** Skips a class whose [ has been read; classes may hold classes. */
  private void skipClass() {
    int open = 1;
    boolean first = true;
    skip("^");
    while (open > 0) {
      if (at == pattern.length()) {
        throw refuse("has a [ without its ]");
      }
      char next = pattern.charAt(at++);
      if (next == '\\') {
        at = Math.min(at + 1, pattern.length());
      } else if (next == '[') {
        int end = pattern.startsWith(":", at) ? pattern.indexOf(":]", at + 1) : -1;
        if (end >= 0) {
          at = end + 2;
        } else {
          open++;
          skip("^");
          first = true;
          continue;
        }
      } else if (next == ']' && !first) {
        open--;
      }
      first = false;
    }
  }

  private boolean skip(String text) {
    boolean there = pattern.startsWith(text, at);
    at += there ? text.length() : 0;
    return there;
  }

  private IllegalArgumentException refuse(String what) {
    String shown = pattern.length() <= 200 ? pattern : pattern.substring(0, 200) + "...";
    return new IllegalArgumentException("the pattern %s %s".formatted(shown, what));
  }
}
