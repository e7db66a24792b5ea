// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Jinja's filters, {@code tojson} as Hugging Face redefines it. */
final class Filters {
  private Filters() {}

  static Object apply(String name, Object value, Arguments arguments) {
    return switch (name) {
      case "abs" -> {
        Object number = number(value, name);
        yield number instanceof Double real
            ? (Object) Math.abs(real)
            : Math.abs(Operators.whole(number));
      }
      case "attr" -> {
        String attribute = arguments.expect("name").text(0, "name");
        Object method = Methods.find(value, attribute);
        yield method != null
            ? method
            : value instanceof Map<?, ?>
                ? Undefined.member(value, attribute)
                : Values.attribute(value, attribute);
      }
      case "batch" -> batch(Values.items(value), arguments.expect("linecount", "fill_with"));
      case "capitalize" -> PythonText.capitalize(PythonText.string(value));
      case "count", "length" -> Values.length(value);
      case "default", "d" -> {
        arguments.expect("default_value", "boolean");
        boolean missing =
            value instanceof Undefined
                || (arguments.flag(1, "boolean", false) && !Values.truth(value));
        yield missing ? arguments.get(0, "default_value", "") : value;
      }
      case "dictsort" -> dictSort(value, arguments);
      case "escape", "e", "forceescape" -> escape(PythonText.string(value));
      case "first" -> {
        List<?> items = Values.items(value);
        yield items.isEmpty()
            ? new Undefined("no first item, sequence was empty")
            : items.getFirst();
      }
      case "last" -> {
        List<?> items = Values.items(value);
        yield items.isEmpty() ? new Undefined("no last item, sequence was empty") : items.getLast();
      }
      case "float" -> toFloat(value, arguments.expect("default"));
      case "int" -> toInt(value, arguments.expect("default", "base"));
      case "groupby" -> groupBy(value, arguments);
      case "indent" -> indent(PythonText.string(value), arguments);
      case "items" -> items(value);
      case "join" -> join(value, arguments);
      case "list" -> new ArrayList<Object>(Values.items(value));
      case "lower" -> PythonText.string(value).toLowerCase(Locale.ROOT);
      case "upper" -> PythonText.string(value).toUpperCase(Locale.ROOT);
      case "map" -> map(itemsIfAny(value), arguments);
      case "max" -> extreme(value, arguments, 1);
      case "min" -> extreme(value, arguments, -1);
      case "reject" -> select(itemsIfAny(value), arguments, false, false);
      case "rejectattr" -> select(itemsIfAny(value), arguments, true, false);
      case "select" -> select(itemsIfAny(value), arguments, false, true);
      case "selectattr" -> select(itemsIfAny(value), arguments, true, true);
      case "replace" ->
          Methods.replace(
              PythonText.string(value),
              PythonText.string(arguments.expect("old", "new", "count").get(0, "old")),
              PythonText.string(arguments.get(1, "new")),
              arguments.get(2, "count", null) == null ? -1 : arguments.integer(2, "count", -1));
      case "reverse" -> {
        List<Object> items = new ArrayList<>(Values.items(value));
        Collections.reverse(items);
        yield value instanceof String ? Methods.join("", items) : items;
      }
      case "round" -> round(value, arguments.expect("precision", "method"));
      case "safe", "string" -> PythonText.string(value);
      case "sort" -> sort(value, arguments);
      case "sum" -> {
        Object sum = arguments.expect("attribute", "start").get(1, "start", 0L);
        for (Object item : Values.items(value)) {
          sum = Operators.binary("+", sum, attribute(item, arguments.get(0, "attribute", null)));
        }
        yield sum;
      }
      case "title" -> title(PythonText.string(value));
      case "tojson" -> toJson(value, arguments);
      case "trim" -> {
        String text = PythonText.string(value);
        yield arguments.expect("chars").get(0, "chars", null) == null
            ? PythonText.strip(text)
            : PythonText.stripRight(
                PythonText.stripLeft(text, arguments.text(0, "chars")), arguments.text(0, "chars"));
      }
      case "unique" -> unique(value, arguments);
      case "wordcount" ->
          (long)
              ((List<?>)
                      ((Callable) Methods.find(PythonText.string(value), "split"))
                          .call(Arguments.none("split")))
                  .size();
      default -> throw new EvaluationError("no filter named '" + name + "'");
    };
  }

  /** The items of a value; none if it is false, as Jinja's selections do for None. */
  private static List<?> itemsIfAny(Object value) {
    return Values.truth(value) ? Values.items(value) : List.of();
  }

  private static Object number(Object value, String filter) {
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (!Values.isNumber(value)) {
      throw new EvaluationError(filter + " needs a number, not " + Values.typeName(value));
    }
    return value;
  }

  /** Looks up "a.b.0" from an item; null: the item itself. */
  private static Object attribute(Object item, Object path) {
    return switch (path) {
      case null -> item;
      case Long index -> Values.item(item, index);
      default -> {
        Object result = item;
        for (String part : PythonText.string(path).split("\\.")) {
          boolean index = !part.isEmpty() && part.chars().allMatch(Character::isDigit);
          result = Values.item(result, index ? (Object) Long.parseLong(part) : part);
        }
        yield result;
      }
    };
  }

  private static List<Object> batch(List<?> items, Arguments arguments) {
    int size = arguments.integer(0, "linecount", 1);
    if (size < 1) {
      throw new EvaluationError("batch size is " + size + ", expected at least 1");
    }
    List<Object> rows = new ArrayList<>();
    for (int i = 0; i < items.size(); i += size) {
      List<Object> row = new ArrayList<>(items.subList(i, Math.min(items.size(), i + size)));
      while (arguments.get(1, "fill_with", null) != null && row.size() < size) {
        row.add(arguments.get(1, "fill_with"));
      }
      rows.add(row);
    }
    return rows;
  }

  private static List<Object> items(Object value) {
    return switch (value) {
      case Undefined undefined -> new ArrayList<>();
      case Map<?, ?> map -> Methods.items(map);
      case null, default -> throw new EvaluationError("Can only get item pairs from a mapping.");
    };
  }

  private static List<Object> dictSort(Object value, Arguments arguments) {
    arguments.expect("case_sensitive", "by", "reverse");
    long by = arguments.get(1, "by", "key").equals("value") ? 1 : 0;
    List<Object> items = items(value);
    items.sort(
        order(arguments.flag(0, "case_sensitive", false), by, arguments.flag(2, "reverse", false)));
    return items;
  }

  private static Comparator<Object> order(boolean caseSensitive, Object path, boolean reverse) {
    Comparator<Object> order =
        (a, b) ->
            Operators.order(
                folded(attribute(a, path), caseSensitive),
                folded(attribute(b, path), caseSensitive),
                "<");
    return reverse ? order.reversed() : order;
  }

  private static Object folded(Object value, boolean caseSensitive) {
    return value instanceof String text && !caseSensitive ? text.toLowerCase(Locale.ROOT) : value;
  }

  private static List<Object> sort(Object value, Arguments arguments) {
    arguments.expect("reverse", "case_sensitive", "attribute");
    List<Object> items = new ArrayList<>(Values.items(value));
    items.sort(
        order(
            arguments.flag(1, "case_sensitive", false),
            arguments.get(2, "attribute", null),
            arguments.flag(0, "reverse", false)));
    return items;
  }

  private static Object extreme(Object value, Arguments arguments, int sign) {
    arguments.expect("case_sensitive", "attribute");
    Comparator<Object> order =
        order(
            arguments.flag(0, "case_sensitive", false), arguments.get(1, "attribute", null), false);
    Optional<Object> best = Optional.empty();
    for (Object item : Values.items(value)) {
      if (best.isEmpty() || order.compare(item, best.get()) * sign > 0) {
        best = Optional.of(item);
      }
    }
    return best.orElse(new Undefined("No aggregated item, sequence was empty."));
  }

  private static List<Object> unique(Object value, Arguments arguments) {
    arguments.expect("case_sensitive", "attribute");
    List<Object> seen = new ArrayList<>();
    List<Object> result = new ArrayList<>();
    for (Object item : Values.items(value)) {
      Object key =
          folded(
              attribute(item, arguments.get(1, "attribute", null)),
              arguments.flag(0, "case_sensitive", false));
      if (!Values.contains(seen, key)) {
        seen.add(key);
        result.add(item);
      }
    }
    return result;
  }

  private static List<Object> groupBy(Object value, Arguments arguments) {
    Object path = arguments.expect("attribute").get(0, "attribute");
    List<Object> items = new ArrayList<>(Values.items(value));
    items.sort(order(false, path, false));
    Map<Object, List<Object>> groups = new LinkedHashMap<>();
    Map<Object, Object> names = new LinkedHashMap<>();
    for (Object item : items) {
      Object name = attribute(item, path);
      Object key = folded(name, false);
      names.putIfAbsent(key, name);
      groups.computeIfAbsent(key, k -> new ArrayList<>()).add(item);
    }
    List<Object> result = new ArrayList<>();
    groups.forEach((key, group) -> result.add(Tuple.of(names.get(key), group)));
    return result;
  }

  private static List<Object> map(List<?> items, Arguments arguments) {
    List<Object> result = new ArrayList<>(items.size());
    if (arguments.positional().isEmpty()) {
      Object path = arguments.expect("attribute", "default").get(0, "attribute");
      for (Object item : items) {
        Object found = attribute(item, path);
        result.add(found instanceof Undefined ? arguments.get(1, "default", found) : found);
      }
      return result;
    }
    String filter = PythonText.string(arguments.positional().getFirst());
    Arguments rest =
        new Arguments(
            filter,
            arguments.positional().subList(1, arguments.positional().size()),
            arguments.named());
    for (Object item : items) {
      result.add(apply(filter, item, rest));
    }
    return result;
  }

  private static List<Object> select(
      List<?> items, Arguments arguments, boolean byAttribute, boolean wanted) {
    List<Object> positional = arguments.positional();
    int used = 0;
    Object path = null;
    if (byAttribute) {
      if (positional.isEmpty()) {
        throw new EvaluationError(arguments.function() + " needs the name of an attribute");
      }
      path = positional.get(used++);
    }
    boolean plain = positional.size() == used;
    String test = plain ? "" : PythonText.string(positional.get(used++));
    Arguments rest =
        new Arguments(test, positional.subList(used, positional.size()), arguments.named());
    List<Object> result = new ArrayList<>();
    for (Object item : items) {
      Object subject = attribute(item, path);
      boolean holds = plain ? Values.truth(subject) : Tests.check(test, subject, rest);
      if (holds == wanted) {
        result.add(item);
      }
    }
    return result;
  }

  private static String join(Object value, Arguments arguments) {
    arguments.expect("d", "attribute");
    List<String> parts = new ArrayList<>();
    for (Object item : Values.items(value)) {
      parts.add(PythonText.string(attribute(item, arguments.get(1, "attribute", null))));
    }
    return String.join(PythonText.string(arguments.get(0, "d", "")), parts);
  }

  private static String indent(String text, Arguments arguments) {
    arguments.expect("width", "first", "blank");
    Object width = arguments.get(0, "width", 4L);
    String blanks = width instanceof String given ? given : " ".repeat(spaces(arguments));
    boolean blankToo = arguments.flag(2, "blank", false);
    List<String> lines = PythonText.lines(text + "\n");
    StringBuilder out = new StringBuilder(arguments.flag(1, "first", false) ? blanks : "");
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (i > 0) {
        out.append('\n').append(line.isEmpty() && !blankToo ? "" : blanks);
      }
      out.append(line);
    }
    return out.toString();
  }

  private static int spaces(Arguments arguments) {
    int width = arguments.integer(0, "width", 4);
    if (width > 1000) {
      throw new EvaluationError("indent width is " + width + ", expected at most 1000");
    }
    return Math.max(0, width);
  }

  private static Object toFloat(Object value, Arguments arguments) {
    if (Values.isNumber(value)) {
      return Operators.real(value);
    }
    try {
      return Double.parseDouble(PythonText.strip(PythonText.string(value)));
    } catch (NumberFormatException e) {
      return arguments.get(0, "default", 0.0);
    }
  }

  private static Object toInt(Object value, Arguments arguments) {
    if (value instanceof Double real) {
      return real.isNaN() || real.isInfinite()
          ? arguments.get(0, "default", 0L)
          : (Object) real.longValue();
    }
    if (Values.isNumber(value)) {
      return Operators.whole(value);
    }
    String text = PythonText.strip(PythonText.string(value));
    try {
      return Long.parseLong(text, arguments.integer(1, "base", 10));
    } catch (NumberFormatException notWhole) {
      try {
        return (long) Double.parseDouble(text);
      } catch (NumberFormatException e) {
        return arguments.get(0, "default", 0L);
      }
    }
  }

  private static Object round(Object value, Arguments arguments) {
    double number = Operators.real(number(value, "round"));
    int precision = arguments.integer(0, "precision", 0);
    Object method = arguments.get(1, "method", "common");
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      return number;
    }
    java.math.RoundingMode mode =
        switch (PythonText.string(method)) {
          case "common" -> java.math.RoundingMode.HALF_EVEN;
          case "ceil" -> java.math.RoundingMode.CEILING;
          case "floor" -> java.math.RoundingMode.FLOOR;
          default ->
              throw new EvaluationError(
                  "round: method must be common, ceil or floor, not " + PythonText.repr(method));
        };
    return new java.math.BigDecimal(number)
        .setScale(Math.clamp(precision, -300, 300), mode)
        .doubleValue();
  }

  /** Jinja's own: words begin after blanks, hyphens and opening brackets. */
  private static String title(String text) {
    StringBuilder out = new StringBuilder();
    boolean begins = true;
    for (int point : text.codePoints().toArray()) {
      out.appendCodePoint(begins ? Character.toUpperCase(point) : Character.toLowerCase(point));
      begins = PythonText.isSpace(point) || "-({[<".indexOf(point) >= 0;
    }
    return out.toString();
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("'", "&#39;")
        .replace("\"", "&#34;");
  }

  private static String toJson(Object value, Arguments arguments) {
    arguments.expect("ensure_ascii", "indent", "separators", "sort_keys");
    Object indent = arguments.get(1, "indent", null);
    String blanks =
        switch (indent) {
          case null -> null;
          case String given -> given;
          case Long width -> " ".repeat(Math.clamp(width, 0, 1000));
          default -> throw new EvaluationError("tojson: indent must be a number or a text");
        };
    String itemSeparator = blanks == null ? ", " : ",";
    String keySeparator = ": ";
    if (arguments.get(2, "separators", null) instanceof List<?> separators) {
      if (separators.size() != 2) {
        throw new EvaluationError(
            "tojson: separators are %d texts, expected 2".formatted(separators.size()));
      }
      itemSeparator = PythonText.string(separators.get(0));
      keySeparator = PythonText.string(separators.get(1));
    }
    return PythonText.json(
        value,
        blanks,
        itemSeparator,
        keySeparator,
        arguments.flag(3, "sort_keys", false),
        arguments.flag(0, "ensure_ascii", false));
  }
}
