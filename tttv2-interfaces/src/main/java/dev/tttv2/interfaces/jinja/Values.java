// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.jinja;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Python's view of the values a template handles: null (None), Boolean, Long, Double, String, List,
 * Map, {@link Tuple}, {@link Undefined}, {@link Namespace}, {@link Callable}.
 */
final class Values {
  private Values() {}

  /** Converts caller's data (maps, lists, arrays of objects, strings, numbers, booleans, null). */
  static Object of(Object value) {
    return switch (value) {
      case null -> null;
      case String text -> text;
      case Boolean flag -> flag;
      case Long number -> number;
      case Integer number -> (long) number;
      case Short number -> (long) number;
      case Byte number -> (long) number;
      case Double number -> number;
      case Float number -> (double) number;
      case BigInteger number when number.bitLength() < 64 -> number.longValue();
      case CharSequence text -> text.toString();
      case Callable callable -> callable;
      case Map<?, ?> map -> {
        Map<Object, Object> copy = LinkedHashMap.newLinkedHashMap(map.size());
        map.forEach((key, item) -> copy.put(of(key), of(item)));
        yield copy;
      }
      case Iterable<?> items -> {
        List<Object> copy = new ArrayList<>();
        items.forEach(item -> copy.add(of(item)));
        yield copy;
      }
      default ->
          throw new IllegalArgumentException(
              "a template cannot use a value of " + value.getClass());
    };
  }

  static String typeName(Object value) {
    return switch (value) {
      case null -> "NoneType";
      case Boolean flag -> "bool";
      case Long number -> "int";
      case Double number -> "float";
      case String text -> "str";
      case Tuple tuple -> "tuple";
      case List<?> list -> "list";
      case Map<?, ?> map -> "dict";
      case Undefined undefined -> "Undefined";
      case Namespace namespace -> "Namespace";
      default -> "function";
    };
  }

  static boolean truth(Object value) {
    return switch (value) {
      case null -> false;
      case Boolean flag -> flag;
      case Long number -> number != 0;
      case Double number -> number != 0;
      case String text -> !text.isEmpty();
      case List<?> list -> !list.isEmpty();
      case Map<?, ?> map -> !map.isEmpty();
      case Undefined undefined -> false;
      default -> true;
    };
  }

  /** What iterating over the value gives: items, keys of a dict, characters of a text. */
  static List<?> items(Object value) {
    return switch (value) {
      case List<?> list -> list;
      case Map<?, ?> map -> new ArrayList<>(map.keySet());
      case String text ->
          text.codePoints().mapToObj(point -> (Object) Character.toString(point)).toList();
      case Undefined undefined -> List.of();
      case null, default ->
          throw new EvaluationError("'" + typeName(value) + "' object is not iterable");
    };
  }

  static long length(Object value) {
    return switch (value) {
      case String text -> text.codePointCount(0, text.length());
      case List<?> list -> list.size();
      case Map<?, ?> map -> map.size();
      case Undefined undefined -> 0;
      case null, default ->
          throw new EvaluationError("object of type '" + typeName(value) + "' has no length");
    };
  }

  static boolean isNumber(Object value) {
    return value instanceof Long || value instanceof Double || value instanceof Boolean;
  }

  static boolean equal(Object a, Object b) {
    if (isNumber(a) && isNumber(b)) {
      return a instanceof Double || b instanceof Double
          ? Operators.real(a) == Operators.real(b)
          : Operators.whole(a) == Operators.whole(b);
    }
    if (a instanceof Undefined || b instanceof Undefined) {
      return a instanceof Undefined && b instanceof Undefined;
    }
    if (a instanceof List<?> left && b instanceof List<?> right) {
      if (left.size() != right.size() || (a instanceof Tuple) != (b instanceof Tuple)) {
        return false;
      }
      for (int i = 0; i < left.size(); i++) {
        if (!equal(left.get(i), right.get(i))) {
          return false;
        }
      }
      return true;
    }
    if (a instanceof Map<?, ?> left && b instanceof Map<?, ?> right) {
      return left.size() == right.size()
          && left.entrySet().stream()
              .allMatch(
                  entry ->
                      right.containsKey(entry.getKey())
                          && equal(entry.getValue(), right.get(entry.getKey())));
    }
    return a == null ? b == null : a.equals(b);
  }

  static boolean contains(Object container, Object item) {
    return switch (container) {
      case String text when item instanceof String part -> text.contains(part);
      case String text ->
          throw new EvaluationError(
              "'in <string>' requires string as left operand, not " + typeName(item));
      case Map<?, ?> map -> map.containsKey(item);
      case null, default -> items(container).stream().anyMatch(other -> equal(other, item));
    };
  }

  /** {@code value.name}: a method, or for a dict also an item. */
  static Object attribute(Object value, String name) {
    return switch (value) {
      case Undefined undefined -> throw undefined.error();
      case Namespace namespace -> namespace.get(name);
      case Members members -> members.member(name);
      case null, default -> {
        Object method = Methods.find(value, name);
        if (method != null) {
          yield method;
        }
        if (value instanceof Map<?, ?> map && map.containsKey(name)) {
          yield map.get(name);
        }
        yield Undefined.member(value, name);
      }
    };
  }

  /** {@code value[key]}: an item, or failing that an attribute. */
  static Object item(Object value, Object key) {
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (value instanceof Map<?, ?> map && map.containsKey(key)) {
      return map.get(key);
    }
    if (key instanceof Long index && (value instanceof List<?> || value instanceof String)) {
      long length = length(value);
      long at = index < 0 ? index + length : index;
      if (at < 0 || at >= length) {
        return Undefined.member(value, key);
      }
      return value instanceof List<?> list
          ? list.get((int) at)
          : PythonText.slice((String) value, (int) at, (int) at + 1);
    }
    return key instanceof String name
            && !(value instanceof Map<?, ?> && Methods.find(value, name) == null)
        ? attribute(value, name)
        : Undefined.member(value, key);
  }

  /** {@code value[from:to:step]} of a list or text, any of the three may be absent (null). */
  static Object slice(Object value, Object from, Object to, Object step) {
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (!(value instanceof List<?>) && !(value instanceof String)) {
      throw new EvaluationError("'" + typeName(value) + "' object cannot be sliced");
    }
    int length = (int) length(value);
    long by = step == null ? 1 : bound(step);
    if (by == 0) {
      throw new EvaluationError("slice step cannot be zero");
    }
    long low = by > 0 ? 0 : -1;
    long high = by > 0 ? length : length - 1;
    long start = from == null ? (by > 0 ? low : high) : clampIndex(bound(from), length, low, high);
    long end = to == null ? (by > 0 ? high : low) : clampIndex(bound(to), length, low, high);
    if (value instanceof String text && by == 1) {
      return start < end ? PythonText.slice(text, (int) start, (int) end) : "";
    }
    List<?> items = items(value);
    List<Object> result = new ArrayList<>();
    for (long i = start; by > 0 ? i < end : i > end; i += by) {
      result.add(items.get((int) i));
    }
    if (value instanceof String) {
      StringBuilder text = new StringBuilder();
      result.forEach(text::append);
      return text.toString();
    }
    return value instanceof Tuple ? new Tuple(result) : result;
  }

  private static long bound(Object value) {
    if (value instanceof Long number) {
      return Math.clamp(number, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
    throw new EvaluationError("slice indices must be integers, not " + typeName(value));
  }

  private static long clampIndex(long index, int length, long low, long high) {
    return Math.clamp(index < 0 ? index + length : index, low, high);
  }
}
