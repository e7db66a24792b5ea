// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.jinja;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Jinja's tests: what may follow {@code is}. */
final class Tests {
  private Tests() {}

  static boolean check(String name, Object value, Arguments arguments) {
    return switch (name) {
      case "boolean" -> value instanceof Boolean;
      case "callable" -> value instanceof Callable;
      case "defined" -> !(value instanceof Undefined);
      case "undefined" -> value instanceof Undefined;
      case "divisibleby" ->
          Operators.real(Operators.binary("%", value, arguments.expect("num").get(0, "num"))) == 0;
      case "eq", "equalto" -> compare("==", value, arguments);
      case "ne" -> compare("!=", value, arguments);
      case "ge" -> compare(">=", value, arguments);
      case "gt", "greaterthan" -> compare(">", value, arguments);
      case "le" -> compare("<=", value, arguments);
      case "lt", "lessthan" -> compare("<", value, arguments);
      case "in" -> compare("in", value, arguments);
      case "even" -> Math.floorMod(Operators.whole(value), 2) == 0;
      case "odd" -> Math.floorMod(Operators.whole(value), 2) == 1;
      case "false" -> Boolean.FALSE.equals(value);
      case "true" -> Boolean.TRUE.equals(value);
      case "float" -> value instanceof Double;
      case "integer" -> value instanceof Long;
      case "number" -> Values.isNumber(value);
      case "iterable" ->
          value instanceof List<?>
              || value instanceof Map<?, ?>
              || value instanceof String
              || value instanceof Undefined;
      case "sequence" ->
          value instanceof List<?>
              || value instanceof Map<?, ?>
              || value instanceof String
              || value instanceof Undefined;
      case "mapping" -> value instanceof Map<?, ?>;
      case "string" -> value instanceof String;
      case "none" -> value == null;
      case "sameas" -> {
        Object other = arguments.expect("other").get(0, "other");
        yield value == other
            || (value != null
                && !(value instanceof List<?>)
                && !(value instanceof Map<?, ?>)
                && value.equals(other));
      }
      case "lower" -> {
        String text = PythonText.string(value);
        yield text.equals(text.toLowerCase(Locale.ROOT))
            && !text.equals(text.toUpperCase(Locale.ROOT));
      }
      case "upper" -> {
        String text = PythonText.string(value);
        yield text.equals(text.toUpperCase(Locale.ROOT))
            && !text.equals(text.toLowerCase(Locale.ROOT));
      }
      default -> throw new EvaluationError("no test named '" + name + "'");
    };
  }

  private static boolean compare(String operator, Object value, Arguments arguments) {
    return Operators.compare(operator, value, arguments.expect("other").get(0, "other"));
  }
}
