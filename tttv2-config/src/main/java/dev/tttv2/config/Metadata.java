// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What a checkpoint says about itself: the fields of a {@code config.json}, or a GGUF's metadata.
 *
 * <p>Every getter checks kind and range, and throws a {@link CheckpointException} that names the
 * file, the field, its value and what was expected. A JSON null counts as absent, as in Hugging
 * Face transformers, and overrides a default. A field that was asked for counts as read; {@link
 * #unread()} lists the others, so that a family can refuse a model with features that it does not
 * know.
 *
 * <p>Reading is safe from several threads.
 */
public final class Metadata {
  private final Path file;
  // Where this object lies in the file, such as "rope_scaling."; only for messages.
  private final String location;
  // Put before every name asked for; part of the keys of `values`.
  private final String prefix;
  private final View view;
  private final Map<String, Object> values;
  private final Set<String> read;
  private final Map<String, Metadata> children;

  /**
   * How fields are looked up.
   *
   * @param visible tells of a name asked for whether there is a field
   * @param defaults the values of names asked for that are not in the file
   * @param spelling other names for those asked for
   * @param aliases names asked for that are looked up as they are if their other name is absent
   */
  private record View(
      Predicate<String> visible,
      Map<String, Object> defaults,
      Map<String, String> spelling,
      Predicate<String> aliases) {
    static final View PLAIN = new View(name -> true, Map.of(), Map.of(), name -> false);
  }

  private Metadata(
      Path file,
      String location,
      String prefix,
      View view,
      Map<String, Object> values,
      Set<String> read,
      Map<String, Metadata> children) {
    this.file = file;
    this.location = location;
    this.prefix = prefix;
    this.view = view;
    this.values = values;
    this.read = read;
    this.children = children;
  }

  /**
   * Wraps values as {@link Json} or {@link GgufFile} produce them.
   *
   * @param values String, Long, BigInteger, Double, Boolean, List, Map, {@link GgufArray} or null
   */
  static Metadata of(Path file, Map<String, Object> values) {
    return of(file, "", values);
  }

  private static Metadata of(Path file, String location, Map<String, Object> values) {
    return new Metadata(
        file,
        location,
        "",
        View.PLAIN,
        values,
        ConcurrentHashMap.newKeySet(),
        new ConcurrentHashMap<>());
  }

  /** Returns the file the fields are in. */
  public Path file() {
    return file;
  }

  /** Returns all field names, in the order of the file. */
  public Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    for (String key : values.keySet()) {
      if (key.startsWith(prefix)) {
        names.add(key.substring(prefix.length()));
      }
    }
    return Collections.unmodifiableSet(names);
  }

  /** Tells whether a field is there and not null. It does not count as read by this. */
  public boolean contains(String name) {
    return value(name) != null;
  }

  /** Tells whether a field is there and null. */
  boolean isNull(String name) {
    return isVisible(name) && values.containsKey(key(name)) && value(name) == null;
  }

  /** Tells whether a field is there and asks for nothing: zero or false. */
  boolean isZero(String name) {
    return switch (value(name)) {
      case Long number -> number == 0;
      case Double number -> number == 0;
      case Boolean truth -> !truth;
      case null, default -> false;
    };
  }

  /** Tells whether a field would be read if it were there. */
  boolean isVisible(String name) {
    return view.visible.test(name);
  }

  /**
   * Returns a view that puts a prefix before every name, such as "llama." in a GGUF. What is read
   * through the view counts as read here.
   */
  public Metadata scope(String namePrefix) {
    return new Metadata(file, location, prefix + namePrefix, view, values, read, children);
  }

  /**
   * Returns a view of the fields that a family has, under their usual names and with its defaults.
   * What is read through the view counts as read here; what the family does not have is absent.
   */
  Metadata of(FamilyFields family) {
    return with(new View(family::has, family.defaults(), family.spelling(), family::isAlias));
  }

  /** Returns the same view without defaults. */
  Metadata withoutDefaults() {
    return with(new View(view.visible, Map.of(), view.spelling, view.aliases));
  }

  /** Returns a view of the fields with some names only. */
  Metadata where(Predicate<String> visible) {
    return with(new View(visible, view.defaults, view.spelling, view.aliases));
  }

  private Metadata with(View other) {
    return new Metadata(file, location, prefix, other, values, read, children);
  }

  /** Counts fields as read whose value does not matter, whether they are there or not. */
  public void ignore(String... names) {
    for (String name : names) {
      read.add(key(name));
    }
  }

  /** Counts all fields as read whose names begin with a prefix, such as "general.". */
  public void ignoreUnder(String namePrefix) {
    for (String key : values.keySet()) {
      if (key.startsWith(prefix + namePrefix)) {
        read.add(key);
      }
    }
  }

  /**
   * Returns the fields nobody asked for, in the order of the file, without those that are null.
   * Fields of nested objects that were asked for appear as {@code rope_scaling.factor}.
   */
  public List<String> unread() {
    List<String> unread = new ArrayList<>();
    values.forEach(
        (key, value) -> {
          if (!key.startsWith(prefix) || value == null) {
            return;
          }
          String name = key.substring(prefix.length());
          Metadata child = children.get(key);
          if (child != null) {
            child.unread().forEach(nested -> unread.add(name + "." + nested));
          } else if (!read.contains(key)) {
            unread.add(name);
          }
        });
    return unread;
  }

  /**
   * Refuses fields nobody asked for: a model that has them may need something that would silently
   * be left out.
   *
   * @throws CheckpointException if {@link #unread()} is not empty; names them
   */
  public void refuseUnread() {
    List<String> unread = unread();
    if (!unread.isEmpty()) {
      throw new CheckpointException(
          file,
          "",
          "%d unknown field%s: %s"
              .formatted(
                  unread.size(),
                  unread.size() == 1 ? "" : "s",
                  String.join(
                      ", ", unread.stream().limit(20).map(CheckpointException::name).toList())));
    }
  }

  /** Makes the exception for a field whose value the caller cannot accept. */
  public CheckpointException refuse(String name, String problem) {
    return new CheckpointException(file, fieldOf(key(name)), problem);
  }

  /** Refuses a number that does not divide another field's. */
  void requireDivisor(String name, int value, String whole, int wholeValue) {
    if (wholeValue % value != 0) {
      throw refuse(
          name, "is %d, which does not divide %s, %d".formatted(value, key(whole), wholeValue));
    }
  }

  /**
   * Returns a whole number.
   *
   * @throws CheckpointException if it is missing, not a whole number or outside {@code [min, max]}
   */
  public int requireInt(String name, int min, int max) {
    Object value = require(name);
    return toInt(name, value, min, max);
  }

  /** Returns a whole number in {@code [min, max]}, or nothing if the field is absent. */
  public OptionalInt optionalInt(String name, int min, int max) {
    Object value = get(name);
    return value == null ? OptionalInt.empty() : OptionalInt.of(toInt(name, value, min, max));
  }

  /** Returns a whole number in {@code [min, max]}, or a default if the field is absent. */
  public int intOr(String name, int absent, int min, int max) {
    return optionalInt(name, min, max).orElse(absent);
  }

  /**
   * Returns a finite number.
   *
   * @throws CheckpointException if it is missing, not a number or outside {@code [min, max]}
   */
  public double requireDouble(String name, double min, double max) {
    return toDouble(name, require(name), min, max);
  }

  /** Returns a finite number in {@code [min, max]}, or nothing if the field is absent. */
  public OptionalDouble optionalDouble(String name, double min, double max) {
    Object value = get(name);
    return value == null
        ? OptionalDouble.empty()
        : OptionalDouble.of(toDouble(name, value, min, max));
  }

  /** Returns a finite number in {@code [min, max]}, or a default if the field is absent. */
  public double doubleOr(String name, double absent, double min, double max) {
    return optionalDouble(name, min, max).orElse(absent);
  }

  /** Returns a truth value, or a default if the field is absent. */
  public boolean booleanOr(String name, boolean absent) {
    Object value = get(name);
    return switch (value) {
      case null -> absent;
      case Boolean b -> b;
      default -> throw refuse(name, "is %s, expected true or false".formatted(describe(value)));
    };
  }

  /**
   * Returns a text.
   *
   * @throws CheckpointException if it is missing or not a text
   */
  public String requireString(String name) {
    return toText(name, require(name));
  }

  /** Returns a text, or nothing if the field is absent. */
  public Optional<String> optionalString(String name) {
    Object value = get(name);
    return value == null ? Optional.empty() : Optional.of(toText(name, value));
  }

  /**
   * Returns one of a few known texts, or a default if the field is absent.
   *
   * @throws CheckpointException if it is another text; names the known ones
   */
  public String oneOf(String name, String absent, Collection<String> known) {
    String text = optionalString(name).orElse(absent);
    if (!known.contains(text)) {
      throw refuse(
          name,
          "is %s, expected one of %s"
              .formatted(CheckpointException.quote(text), known.stream().sorted().toList()));
    }
    return text;
  }

  /** Returns a nested JSON object, or nothing if the field is absent. */
  public Optional<Metadata> object(String name) {
    Object value = get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw refuse(name, "is %s, expected an object".formatted(describe(value)));
    }
    String key = key(name);
    return Optional.of(
        children.computeIfAbsent(
            key,
            k -> {
              @SuppressWarnings("unchecked") // Json makes no other maps
              Map<String, Object> fields = (Map<String, Object>) map;
              return of(file, location + key + ".", fields);
            }));
  }

  /**
   * Returns a list of texts, such as a vocabulary.
   *
   * @throws CheckpointException if it is missing or holds anything else
   */
  public List<String> strings(String name) {
    Object value = require(name);
    if (value instanceof GgufArray array) {
      return array.strings(index -> elementOf(name, index));
    }
    List<?> list = toList(name, value);
    List<String> strings = new ArrayList<>(list.size());
    for (Object element : list) {
      strings.add(toText(elementName(name, strings.size()), element));
    }
    return Collections.unmodifiableList(strings);
  }

  /**
   * Returns a list of whole numbers in {@code [min, max]}.
   *
   * @throws CheckpointException if it is missing or holds anything else
   */
  public int[] ints(String name, int min, int max) {
    Object value = require(name);
    if (value instanceof GgufArray array) {
      int[] ints = new int[array.size()];
      Supplier<Object> elements = array.reader();
      for (int i = 0; i < ints.length; i++) {
        ints[i] = toInt(name, i, elements.get(), min, max);
      }
      return ints;
    }
    List<?> list = toList(name, value);
    int[] ints = new int[list.size()];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = toInt(name, i, list.get(i), min, max);
    }
    return ints;
  }

  /**
   * Returns the whole numbers of a field that may hold one or a list of them, as {@code
   * eos_token_id} does; empty if it is absent.
   */
  public List<Integer> intOrInts(String name, int min, int max) {
    Object value = get(name);
    if (value == null) {
      return List.of();
    }
    if (value instanceof List<?> || value instanceof GgufArray) {
      List<Integer> boxed = new ArrayList<>();
      for (int i : ints(name, min, max)) {
        boxed.add(i);
      }
      return List.copyOf(boxed);
    }
    return List.of(toInt(name, value, min, max));
  }

  /**
   * Returns a list of finite numbers in {@code [min, max]}, rounded to float32.
   *
   * @throws CheckpointException if it is missing or holds anything else
   */
  public float[] floats(String name, double min, double max) {
    Object value = require(name);
    if (value instanceof GgufArray array) {
      float[] floats = new float[array.size()];
      Supplier<Object> elements = array.reader();
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) toDouble(name, i, elements.get(), min, max);
      }
      return floats;
    }
    List<?> list = toList(name, value);
    float[] floats = new float[list.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) toDouble(name, i, list.get(i), min, max);
    }
    return floats;
  }

  /**
   * Returns a list of truth values.
   *
   * @throws CheckpointException if it is missing or holds anything else
   */
  public List<Boolean> booleans(String name) {
    Object value = require(name);
    int size = size(name);
    Supplier<?> elements =
        value instanceof GgufArray array ? array.reader() : toList(name, value).iterator()::next;
    List<Boolean> booleans = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      Object element = elements.get();
      if (!(element instanceof Boolean b)) {
        throw refuse(
            elementName(name, i), "is %s, expected true or false".formatted(describe(element)));
      }
      booleans.add(b);
    }
    return Collections.unmodifiableList(booleans);
  }

  /** Tells whether a field is there and a list. It does not count as read by this. */
  boolean isList(String name) {
    Object value = value(name);
    return value instanceof List<?> || value instanceof GgufArray;
  }

  /** Returns the first of several names of the same field that is there, or else the first. */
  String firstOf(String... names) {
    for (String name : names) {
      if (contains(name)) {
        return name;
      }
    }
    return names[0];
  }

  /**
   * Returns how many elements a list has.
   *
   * @throws CheckpointException if it is missing or not a list
   */
  public int size(String name) {
    Object value = require(name);
    return value instanceof GgufArray array ? array.size() : toList(name, value).size();
  }

  @Override
  public String toString() {
    return "Metadata[%s, %d fields]".formatted(file, names().size());
  }

  private Object get(String name) {
    if (isVisible(name)) {
      read.add(key(name));
    }
    return value(name);
  }

  private Object value(String name) {
    if (!isVisible(name)) {
      return null;
    }
    String key = key(name);
    // A null is there, and overrides the default.
    return values.containsKey(key) ? values.get(key) : view.defaults.get(name);
  }

  private String key(String name) {
    String spelled = view.spelling.get(name);
    boolean asItIs =
        spelled == null
            || values.get(prefix + spelled) == null
                && values.get(prefix + name) != null
                && view.aliases.test(name);
    return prefix + (asItIs ? name : spelled);
  }

  private String fieldOf(String key) {
    return "field " + location + key;
  }

  private Object require(String name) {
    Object value = get(name);
    if (value == null) {
      throw refuse(name, "is missing");
    }
    return value;
  }

  private static String elementName(String name, int index) {
    return name + "[" + index + "]";
  }

  private String elementOf(String name, int index) {
    return fieldOf(elementName(key(name), index));
  }

  // The element's name is made only when there is something to say about it: lists are long.
  private int toInt(String name, int index, Object value, int min, int max) {
    return value instanceof Long number && number >= min && number <= max
        ? number.intValue()
        : toInt(elementName(name, index), value, min, max);
  }

  private int toInt(String name, Object value, int min, int max) {
    if (value instanceof Long number && number >= min && number <= max) {
      return number.intValue();
    }
    throw refuse(
        name, "is %s, expected a whole number in [%d, %d]".formatted(describe(value), min, max));
  }

  private double toDouble(String name, int index, Object value, double min, double max) {
    return value instanceof Double d && d >= min && d <= max && Double.isFinite(d)
        ? d
        : toDouble(elementName(name, index), value, min, max);
  }

  private double toDouble(String name, Object value, double min, double max) {
    double number =
        switch (value) {
          case Double d -> d;
          case Long l -> l;
          case null, default -> Double.NaN;
        };
    // NaN fails both comparisons.
    if (number >= min && number <= max && Double.isFinite(number)) {
      return number;
    }
    throw refuse(name, "is %s, expected a number in [%s, %s]".formatted(describe(value), min, max));
  }

  private String toText(String name, Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw refuse(name, "is %s, expected a text".formatted(describe(value)));
  }

  private List<?> toList(String name, Object value) {
    if (value instanceof List<?> list) {
      return list;
    }
    throw refuse(name, "is %s, expected a list".formatted(describe(value)));
  }

  private static String describe(Object value) {
    return switch (value) {
      case null -> "null";
      case String text -> CheckpointException.quote(text);
      case BigInteger big -> big.toString();
      case List<?> list -> "a list of " + list.size();
      case Map<?, ?> map -> "an object of " + map.size() + " fields";
      case GgufArray array -> "a list of " + array.size();
      default -> value.toString();
    };
  }
}
