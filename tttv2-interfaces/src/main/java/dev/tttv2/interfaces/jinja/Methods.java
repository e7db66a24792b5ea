// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Python's methods of texts, lists and dicts, without those that change their object: Hugging Face
 * refuses them too.
 */
final class Methods {
  private static final Set<String> TEXT =
      Set.of(
          "strip",
          "lstrip",
          "rstrip",
          "split",
          "rsplit",
          "splitlines",
          "startswith",
          "endswith",
          "upper",
          "lower",
          "casefold",
          "title",
          "capitalize",
          "swapcase",
          "replace",
          "find",
          "rfind",
          "index",
          "count",
          "join",
          "isdigit",
          "isnumeric",
          "isdecimal",
          "isalpha",
          "isalnum",
          "isspace",
          "isupper",
          "islower",
          "removeprefix",
          "removesuffix",
          "partition",
          "rpartition",
          "zfill",
          "ljust",
          "rjust",
          "center",
          "format",
          "encode");
  private static final Set<String> DICT = Set.of("get", "items", "keys", "values", "copy");
  private static final Set<String> LIST = Set.of("index", "count", "copy");
  private static final Set<String> CHANGING =
      Set.of(
          "append",
          "extend",
          "insert",
          "pop",
          "remove",
          "clear",
          "sort",
          "reverse",
          "update",
          "setdefault",
          "popitem");

  private Methods() {}

  /** Finds a method bound to the value; null: it has none of that name. */
  static Object find(Object value, String name) {
    return switch (value) {
      case String text when TEXT.contains(name) ->
          (Callable) arguments -> text(text, name, arguments);
      case Map<?, ?> map when DICT.contains(name) ->
          (Callable) arguments -> dict(map, name, arguments);
      case List<?> list when LIST.contains(name) ->
          (Callable) arguments -> list(list, name, arguments);
      case Map<?, ?> map when CHANGING.contains(name) && !map.containsKey(name) ->
          changing(value, name);
      case List<?> list when CHANGING.contains(name) -> changing(value, name);
      case null, default -> null;
    };
  }

  private static Callable changing(Object value, String name) {
    return arguments -> {
      throw new EvaluationError(
          "%s.%s() would change its object, which templates may not"
              .formatted(Values.typeName(value), name));
    };
  }

  private static Object dict(Map<?, ?> map, String name, Arguments arguments) {
    return switch (name) {
      case "get" -> {
        Object key = arguments.expect("key", "default").get(0, "key");
        yield map.containsKey(key) ? map.get(key) : arguments.get(1, "default", null);
      }
      case "items" -> {
        arguments.expect();
        yield items(map);
      }
      case "keys" -> new ArrayList<Object>(map.keySet());
      case "values" -> new ArrayList<Object>(map.values());
      default -> new LinkedHashMap<Object, Object>(map);
    };
  }

  static List<Object> items(Map<?, ?> map) {
    List<Object> items = new ArrayList<>(map.size());
    map.forEach((key, value) -> items.add(Tuple.of(key, value)));
    return items;
  }

  private static Object list(List<?> list, String name, Arguments arguments) {
    if (name.equals("copy")) {
      return new ArrayList<Object>(list);
    }
    Object wanted = arguments.expect("value").get(0, "value");
    if (name.equals("count")) {
      return list.stream().filter(item -> Values.equal(item, wanted)).count();
    }
    for (int i = 0; i < list.size(); i++) {
      if (Values.equal(list.get(i), wanted)) {
        return (long) i;
      }
    }
    throw new EvaluationError(PythonText.repr(wanted) + " is not in list");
  }

  private static Object text(String text, String name, Arguments arguments) {
    return switch (name) {
      case "strip" -> stripRight(stripLeft(text, arguments), arguments);
      case "lstrip" -> stripLeft(text, arguments);
      case "rstrip" -> stripRight(text, arguments);
      case "split" -> split(text, arguments, false);
      case "rsplit" -> split(text, arguments, true);
      case "splitlines" -> new ArrayList<Object>(PythonText.lines(text));
      case "startswith" -> affix(text, arguments, true);
      case "endswith" -> affix(text, arguments, false);
      case "upper" -> text.toUpperCase(Locale.ROOT);
      case "lower", "casefold" -> text.toLowerCase(Locale.ROOT);
      case "title" -> PythonText.title(text);
      case "capitalize" -> PythonText.capitalize(text);
      case "swapcase" -> swapCase(text);
      case "replace" ->
          replace(
              text,
              arguments.expect("old", "new", "count").text(0, "old"),
              arguments.text(1, "new"),
              arguments.integer(2, "count", -1));
      case "find" -> find(text, text.indexOf(arguments.expect("sub").text(0, "sub")));
      case "rfind" -> find(text, text.lastIndexOf(arguments.expect("sub").text(0, "sub")));
      case "index" -> {
        long index = find(text, text.indexOf(arguments.expect("sub").text(0, "sub")));
        if (index < 0) {
          throw new EvaluationError("substring not found");
        }
        yield index;
      }
      case "count" -> count(text, arguments.expect("sub").text(0, "sub"));
      case "join" -> join(text, Values.items(arguments.expect("items").get(0, "items")));
      case "isdigit", "isnumeric", "isdecimal" -> all(text, Character::isDigit);
      case "isalpha" -> all(text, Character::isLetter);
      case "isalnum" -> all(text, Character::isLetterOrDigit);
      case "isspace" -> all(text, PythonText::isSpace);
      case "isupper" ->
          text.equals(text.toUpperCase(Locale.ROOT)) && !text.equals(text.toLowerCase(Locale.ROOT));
      case "islower" ->
          text.equals(text.toLowerCase(Locale.ROOT)) && !text.equals(text.toUpperCase(Locale.ROOT));
      case "removeprefix" -> {
        String prefix = arguments.text(0, "prefix");
        yield text.startsWith(prefix) ? text.substring(prefix.length()) : text;
      }
      case "removesuffix" -> {
        String suffix = arguments.text(0, "suffix");
        yield text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
      }
      case "partition", "rpartition" ->
          partition(text, separator(arguments), name.charAt(0) == 'r');
      case "zfill", "ljust", "rjust", "center" -> pad(text, name, arguments);
      case "format" -> format(text, arguments);
      default -> throw new EvaluationError("str." + name + "() is not supported");
    };
  }

  private static String stripLeft(String text, Arguments arguments) {
    Object characters = arguments.expect("chars").get(0, "chars", null);
    return characters == null
        ? PythonText.stripLeft(text)
        : PythonText.stripLeft(text, arguments.text(0, "chars"));
  }

  private static String stripRight(String text, Arguments arguments) {
    Object characters = arguments.expect("chars").get(0, "chars", null);
    return characters == null
        ? PythonText.stripRight(text)
        : PythonText.stripRight(text, arguments.text(0, "chars"));
  }

  private static String separator(Arguments arguments) {
    String separator = arguments.text(0, "sep");
    if (separator.isEmpty()) {
      throw new EvaluationError("empty separator");
    }
    return separator;
  }

  private static List<Object> split(String text, Arguments arguments, boolean fromRight) {
    arguments.expect("sep", "maxsplit");
    int limit = arguments.integer(1, "maxsplit", -1);
    boolean blanks = arguments.get(0, "sep", null) == null;
    List<Object> parts = blanks ? words(text) : new ArrayList<>();
    if (blanks) {
      if (limit < 0 || parts.size() <= limit + 1) {
        return parts;
      }
      return fromRight ? wordsFromRight(text, limit) : wordsFromLeft(text, limit);
    }
    String separator = separator(arguments);
    String rest = text;
    while (limit < 0 || parts.size() < limit) {
      int at = fromRight ? rest.lastIndexOf(separator) : rest.indexOf(separator);
      if (at < 0) {
        break;
      }
      if (fromRight) {
        parts.addFirst(rest.substring(at + separator.length()));
        rest = rest.substring(0, at);
      } else {
        parts.add(rest.substring(0, at));
        rest = rest.substring(at + separator.length());
      }
    }
    if (fromRight) {
      parts.addFirst(rest);
    } else {
      parts.add(rest);
    }
    return parts;
  }

  private static List<Object> words(String text) {
    return wordsFromLeft(text, Integer.MAX_VALUE);
  }

  private static List<Object> wordsFromLeft(String text, int limit) {
    List<Object> words = new ArrayList<>();
    String rest = PythonText.stripLeft(text);
    while (!rest.isEmpty()) {
      if (words.size() == limit) {
        words.add(rest);
        break;
      }
      int end = 0;
      while (end < rest.length() && !PythonText.isSpace(rest.charAt(end))) {
        end++;
      }
      words.add(rest.substring(0, end));
      rest = PythonText.stripLeft(rest.substring(end));
    }
    return words;
  }

  private static List<Object> wordsFromRight(String text, int limit) {
    List<Object> words = new ArrayList<>();
    String rest = PythonText.stripRight(text);
    while (!rest.isEmpty()) {
      if (words.size() == limit) {
        words.addFirst(rest);
        break;
      }
      int begin = rest.length();
      while (begin > 0 && !PythonText.isSpace(rest.charAt(begin - 1))) {
        begin--;
      }
      words.addFirst(rest.substring(begin));
      rest = PythonText.stripRight(rest.substring(0, begin));
    }
    return words;
  }

  private static boolean affix(String text, Arguments arguments, boolean start) {
    Object affix = arguments.expect("affix").get(0, "affix");
    List<?> candidates = affix instanceof Tuple tuple ? tuple : List.of(arguments.text(0, "affix"));
    return candidates.stream()
        .map(PythonText::string)
        .anyMatch(candidate -> start ? text.startsWith(candidate) : text.endsWith(candidate));
  }

  static String replace(String text, String old, String replacement, int count) {
    StringBuilder out = new StringBuilder();
    int from = 0;
    for (int done = 0; count < 0 || done < count; done++) {
      int at = old.isEmpty() ? (done == 0 ? 0 : from + 1) : text.indexOf(old, from);
      if (at < 0 || at > text.length()) {
        break;
      }
      out.append(text, from, at).append(replacement);
      from = at + old.length();
      if (out.length() > Operators.MAX_LENGTH) {
        throw new EvaluationError("replace() exceeds the limit of " + Operators.MAX_LENGTH);
      }
    }
    return out.append(text, Math.min(from, text.length()), text.length()).toString();
  }

  static String join(String separator, List<?> items) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < items.size(); i++) {
      if (!(items.get(i) instanceof String item)) {
        throw new EvaluationError(
            "sequence item %d: expected str instance, %s found"
                .formatted(i, Values.typeName(items.get(i))));
      }
      out.append(i == 0 ? "" : separator).append(item);
    }
    return out.toString();
  }

  private static long find(String text, int at) {
    return at < 0 ? -1 : text.codePointCount(0, at);
  }

  private static long count(String text, String part) {
    if (part.isEmpty()) {
      return Values.length(text) + 1;
    }
    long count = 0;
    for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
      count++;
    }
    return count;
  }

  private static boolean all(String text, IntPredicate predicate) {
    return !text.isEmpty() && text.codePoints().allMatch(predicate);
  }

  private static String swapCase(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .forEach(
            c ->
                out.appendCodePoint(
                    Character.isUpperCase(c)
                        ? Character.toLowerCase(c)
                        : Character.toUpperCase(c)));
    return out.toString();
  }

  private static Tuple partition(String text, String separator, boolean last) {
    int at = last ? text.lastIndexOf(separator) : text.indexOf(separator);
    if (at < 0) {
      return last ? Tuple.of("", "", text) : Tuple.of(text, "", "");
    }
    return Tuple.of(text.substring(0, at), separator, text.substring(at + separator.length()));
  }

  /**
   * {@code str.format} with plain fields: <code>{}</code>, <code>{0}</code>, <code>{name}</code>.
   */
  private static String format(String text, Arguments arguments) {
    StringBuilder out = new StringBuilder();
    int automatic = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c == '{' || c == '}') && i + 1 < text.length() && text.charAt(i + 1) == c) {
        out.append(c);
        i++;
      } else if (c == '{') {
        int end = text.indexOf('}', i);
        String field = end < 0 ? "" : text.substring(i + 1, end);
        boolean index = !field.isEmpty() && field.chars().allMatch(d -> d >= '0' && d <= '9');
        if (end < 0 || (!index && !field.isEmpty() && !arguments.named().containsKey(field))) {
          throw new EvaluationError("str.format(): field {" + field + "} is not supported");
        }
        if (field.isEmpty() || index) {
          int at = index ? Integer.parseInt(field) : automatic++;
          if (at >= arguments.positional().size()) {
            throw new EvaluationError("str.format(): there is no argument " + at);
          }
          out.append(PythonText.string(arguments.positional().get(at)));
        } else {
          out.append(PythonText.string(arguments.named().get(field)));
        }
        i = end;
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  private static String pad(String text, String name, Arguments arguments) {
    int width = arguments.integer(0, "width", 0);
    if (width > Operators.MAX_LENGTH) {
      throw new EvaluationError(name + "() exceeds the limit of " + Operators.MAX_LENGTH);
    }
    int missing = (int) Math.max(0, width - Values.length(text));
    if (name.equals("zfill")) {
      boolean signed = text.startsWith("-") || text.startsWith("+");
      return (signed ? text.substring(0, 1) : "")
          + "0".repeat(missing)
          + text.substring(signed ? 1 : 0);
    }
    String fill = arguments.has(1, "fillchar") ? arguments.text(1, "fillchar") : " ";
    int left =
        switch (name) {
          case "ljust" -> 0;
          case "rjust" -> missing;
          default -> missing / 2 + (missing & width & 1);
        };
    return fill.repeat(left) + text + fill.repeat(missing - left);
  }
}
