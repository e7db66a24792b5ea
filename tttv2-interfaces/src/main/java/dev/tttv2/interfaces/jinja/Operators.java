// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.jinja;

import java.util.ArrayList;
import java.util.List;

/** Python's arithmetic and comparisons. */
final class Operators {
  /** The longest text or list an operator or filter may make. */
  static final int MAX_LENGTH = 1 << 24;

  private Operators() {}

  static double real(Object number) {
    return switch (number) {
      case Double value -> value;
      default -> whole(number);
    };
  }

  static long whole(Object number) {
    return switch (number) {
      case Long value -> value;
      case Boolean value -> value ? 1 : 0;
      case null, default ->
          throw new EvaluationError("expected an int, not " + Values.typeName(number));
    };
  }

  static Object binary(String operator, Object a, Object b) {
    if (operator.equals("~")) {
      return concatenated(PythonText.string(a), PythonText.string(b));
    }
    if (a instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (b instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (Values.isNumber(a) && Values.isNumber(b)) {
      return arithmetic(operator, a, b);
    }
    return switch (operator) {
      case "+" -> {
        if (a instanceof String left && b instanceof String right) {
          yield concatenated(left, right);
        }
        if (a instanceof List<?> left
            && b instanceof List<?> right
            && (a instanceof Tuple) == (b instanceof Tuple)) {
          checkLength((long) left.size() + right.size());
          List<Object> joined = new ArrayList<>(left);
          joined.addAll(right);
          yield a instanceof Tuple ? new Tuple(joined) : joined;
        }
        throw unsupported(operator, a, b);
      }
      case "*" -> {
        if (Values.isNumber(a) && !(a instanceof Double)) {
          yield repeat(b, whole(a), a);
        }
        if (Values.isNumber(b) && !(b instanceof Double)) {
          yield repeat(a, whole(b), b);
        }
        throw unsupported(operator, a, b);
      }
      default -> throw unsupported(operator, a, b);
    };
  }

  private static String concatenated(String left, String right) {
    checkLength((long) left.length() + right.length());
    return left + right;
  }

  private static void checkLength(long length) {
    if (length > MAX_LENGTH) {
      throw new EvaluationError(
          "a result of length %d exceeds the limit of %d".formatted(length, MAX_LENGTH));
    }
  }

  private static Object repeat(Object value, long count, Object other) {
    long times = Math.max(0, count);
    if (!(value instanceof String) && !(value instanceof List<?>)) {
      throw unsupported("*", value, other);
    }
    long length = value instanceof String text ? text.length() : Values.length(value);
    if (length > 0 && times > MAX_LENGTH / length) {
      throw new EvaluationError(
          "repeating %d items %d times exceeds the limit of %d"
              .formatted(length, times, MAX_LENGTH));
    }
    if (length == 0) {
      return value;
    }
    if (value instanceof String text) {
      return text.repeat((int) times);
    }
    List<Object> items = new ArrayList<>();
    for (long i = 0; i < times; i++) {
      items.addAll((List<?>) value);
    }
    return value instanceof Tuple ? new Tuple(items) : items;
  }

  private static Object arithmetic(String operator, Object a, Object b) {
    if (a instanceof Double || b instanceof Double || operator.equals("/")) {
      double x = real(a);
      double y = real(b);
      if (y == 0 && (operator.equals("/") || operator.equals("//") || operator.equals("%"))) {
        throw new EvaluationError("division by zero");
      }
      return switch (operator) {
        case "+" -> x + y;
        case "-" -> x - y;
        case "*" -> x * y;
        case "/" -> x / y;
        case "//" -> Math.floor(x / y);
        case "%" -> x - Math.floor(x / y) * y;
        default -> Math.pow(x, y);
      };
    }
    long x = whole(a);
    long y = whole(b);
    try {
      return switch (operator) {
        case "+" -> Math.addExact(x, y);
        case "-" -> Math.subtractExact(x, y);
        case "*" -> Math.multiplyExact(x, y);
        case "//" -> Math.floorDiv(x, y);
        case "%" -> Math.floorMod(x, y);
        default -> power(x, y);
      };
    } catch (ArithmeticException e) {
      throw new EvaluationError(
          y == 0 ? "division by zero" : x + " " + operator + " " + y + " is out of range");
    }
  }

  private static Object power(long base, long exponent) {
    if (exponent < 0) {
      return Math.pow(base, exponent);
    }
    long result = 1;
    if (base == 0 || base == 1) {
      return exponent == 0 ? 1L : base;
    }
    if (base == -1) {
      return exponent % 2 == 0 ? 1L : -1L;
    }
    for (long i = 0; i < exponent; i++) {
      result = Math.multiplyExact(result, base);
    }
    return result;
  }

  static Object unary(char operator, Object value) {
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (value instanceof Double number) {
      return operator == '-' ? -number : number;
    }
    if (!Values.isNumber(value)) {
      throw new EvaluationError(
          "bad operand type for unary %c: '%s'".formatted(operator, Values.typeName(value)));
    }
    return operator == '-' ? -whole(value) : whole(value);
  }

  static boolean compare(String operator, Object a, Object b) {
    return switch (operator) {
      case "==" -> Values.equal(a, b);
      case "!=" -> !Values.equal(a, b);
      case "in" -> Values.contains(b, a);
      case "not in" -> !Values.contains(b, a);
      case "<" -> order(a, b, operator) < 0;
      case "<=" -> order(a, b, operator) <= 0;
      case ">" -> order(a, b, operator) > 0;
      default -> order(a, b, operator) >= 0;
    };
  }

  /** Orders numbers, texts (by code point) and lists. */
  static int order(Object a, Object b, String operator) {
    if (a instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (b instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (Values.isNumber(a) && Values.isNumber(b)) {
      return a instanceof Double || b instanceof Double
          ? Double.compare(real(a), real(b))
          : Long.compare(whole(a), whole(b));
    }
    if (a instanceof String left && b instanceof String right) {
      return java.util.Arrays.compare(left.codePoints().toArray(), right.codePoints().toArray());
    }
    if (a instanceof List<?> left && b instanceof List<?> right) {
      for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
        if (!Values.equal(left.get(i), right.get(i))) {
          return order(left.get(i), right.get(i), operator);
        }
      }
      return Integer.compare(left.size(), right.size());
    }
    throw new EvaluationError(
        "'%s' not supported between instances of '%s' and '%s'"
            .formatted(operator, Values.typeName(a), Values.typeName(b)));
  }

  private static EvaluationError unsupported(String operator, Object a, Object b) {
    if (operator.equals("%") && a instanceof String) {
      return new EvaluationError("formatting with '%' is not supported");
    }
    String hint =
        operator.equals("+") && a instanceof String
            ? "can only concatenate str (not \"" + Values.typeName(b) + "\") to str"
            : "unsupported operand type(s) for %s: '%s' and '%s'"
                .formatted(operator, Values.typeName(a), Values.typeName(b));
    return new EvaluationError(hint);
  }
}
