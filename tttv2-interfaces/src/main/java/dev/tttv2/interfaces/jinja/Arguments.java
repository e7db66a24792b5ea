// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.jinja;

import java.util.List;
import java.util.Map;

/**
 * The evaluated arguments of a call, filter or test.
 *
 * @param function the callee's name, for messages
 * @param positional in order
 * @param named by keyword
 */
record Arguments(String function, List<Object> positional, Map<String, Object> named) {
  static Arguments none(String function) {
    return new Arguments(function, List.of(), Map.of());
  }

  /** Refuses more positional arguments than {@code names}, and keywords outside of them. */
  Arguments expect(String... names) {
    if (positional.size() > names.length) {
      throw new EvaluationError(
          "%s() takes at most %d arguments, got %d"
              .formatted(function, names.length, positional.size()));
    }
    for (String name : named.keySet()) {
      if (!List.of(names).contains(name)) {
        throw new EvaluationError(function + "() has no argument '" + name + "'");
      }
    }
    return this;
  }

  boolean has(int index, String name) {
    return index < positional.size() || named.containsKey(name);
  }

  Object get(int index, String name, Object otherwise) {
    return index < positional.size()
        ? positional.get(index)
        : named.containsKey(name) ? named.get(name) : otherwise;
  }

  Object get(int index, String name) {
    if (!has(index, name)) {
      throw new EvaluationError(function + "() lacks its argument '" + name + "'");
    }
    return get(index, name, null);
  }

  String text(int index, String name) {
    Object value = get(index, name);
    if (value instanceof String text) {
      return text;
    }
    throw new EvaluationError(
        "%s(): argument '%s' is a %s, expected a str"
            .formatted(function, name, Values.typeName(value)));
  }

  int integer(int index, String name, int otherwise) {
    Object value = get(index, name, (long) otherwise);
    if (value instanceof Long number) {
      return Math.clamp(number, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
    throw new EvaluationError(
        "%s(): argument '%s' is a %s, expected an int"
            .formatted(function, name, Values.typeName(value)));
  }

  boolean flag(int index, String name, boolean otherwise) {
    return Values.truth(get(index, name, otherwise));
  }
}
