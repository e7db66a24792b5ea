// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Reads the fields of a JSON object. Types are those that the API says: a text that looks like a
 * number is none. null is as good as absent. Errors name the field by its whole path and the value.
 */
final class Fields {
  /** Longest part of what a client has sent that is sent back, in characters. */
  private static final int EXCERPT = 100;

  private final ObjectNode object;
  private final String prefix;
  private final Set<String> known = new HashSet<>();

  /**
   * Reads an object.
   *
   * @param path of the object itself; empty: it is the body
   */
  Fields(ObjectNode object, String path) {
    this.object = object;
    this.prefix = path.isEmpty() ? "" : path + ".";
  }

  /** Returns a text that may be long, shortened. */
  static String excerpt(String text) {
    return text.length() <= EXCERPT ? text : text.substring(0, EXCERPT) + "...";
  }

  /** Returns a field's name with the path to it. */
  String path(String name) {
    return prefix + name;
  }

  /** Returns a value that is there and not null. */
  Optional<JsonNode> value(String name) {
    known.add(name);
    JsonNode value = object.get(name);
    return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
  }

  /** Returns a value that must be there. */
  JsonNode required(String name) {
    return value(name).orElseThrow(() -> missing(name));
  }

  ApiException missing(String name) {
    return ApiException.invalid(path(name), "%s is missing".formatted(path(name)));
  }

  private ApiException wrong(String path, JsonNode value, String expected) {
    return ApiException.invalid(
        path, "%s is %s, expected %s".formatted(path, Json.kind(value), expected));
  }

  /** Says that a field's value is none of those it may have. */
  ApiException unexpected(String name, String expected) {
    return wrong(path(name), required(name), expected);
  }

  Optional<String> text(String name) {
    return value(name).map(value -> text(path(name), value));
  }

  private String text(String path, JsonNode value) {
    if (!value.isTextual()) {
      throw wrong(path, value, "a text");
    }
    return value.textValue();
  }

  String requiredText(String name) {
    return text(path(name), required(name));
  }

  boolean flag(String name, boolean otherwise) {
    Optional<JsonNode> value = value(name);
    if (value.isPresent() && !value.get().isBoolean()) {
      throw wrong(path(name), value.get(), "true or false");
    }
    return value.map(JsonNode::booleanValue).orElse(otherwise);
  }

  /** Returns a whole number within a range. */
  OptionalInt integer(String name, int least, int most) {
    OptionalLong number = integer(name, (long) least, most);
    return number.isPresent() ? OptionalInt.of((int) number.getAsLong()) : OptionalInt.empty();
  }

  /** Returns a whole number within a range. */
  OptionalLong integer(String name, long least, long most) {
    Optional<JsonNode> value = value(name);
    return value.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(integer(path(name), value.get(), least, most));
  }

  private long integer(String path, JsonNode value, long least, long most) {
    boolean whole =
        value.isNumber()
            && (value.isIntegralNumber() || value.doubleValue() == Math.rint(value.doubleValue()))
            && value.canConvertToLong();
    if (!whole || value.longValue() < least || value.longValue() > most) {
      throw wrong(
          path,
          value,
          most == Integer.MAX_VALUE || most == Long.MAX_VALUE
              ? "a whole number, at least " + least
              : "a whole number from %d to %d".formatted(least, most));
    }
    return value.longValue();
  }

  /** Returns a number within a range, whose ends belong to it. */
  double number(String name, double least, double most, double otherwise) {
    Optional<JsonNode> value = value(name);
    return value.isEmpty() ? otherwise : number(path(name), value.get(), least, most);
  }

  private double number(String path, JsonNode value, double least, double most) {
    if (!value.isNumber() || !(value.doubleValue() >= least && value.doubleValue() <= most)) {
      throw wrong(
          path,
          value,
          most == Double.MAX_VALUE
              ? "a number, at least " + plain(least)
              : "a number from %s to %s".formatted(plain(least), plain(most)));
    }
    return value.doubleValue();
  }

  /** Returns a number above 0. */
  double positive(String name, double most, double otherwise) {
    double number = number(name, 0, most, otherwise);
    if (number == 0) {
      throw wrong(path(name), required(name), "a number above 0");
    }
    return number;
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  Optional<Fields> object(String name) {
    return value(name).map(value -> fields(path(name), value));
  }

  private Fields fields(String path, JsonNode value) {
    if (!(value instanceof ObjectNode fields)) {
      throw wrong(path, value, "an object");
    }
    return new Fields(fields, path);
  }

  /** Returns the object itself. */
  ObjectNode json() {
    return object;
  }

  /** Returns the members' names. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** Returns a list of objects; empty if it is absent. */
  List<Fields> objects(String name) {
    return list(name, this::fields);
  }

  List<String> texts(String name) {
    return list(name, this::text);
  }

  /** Returns one text, or a list of them. */
  List<String> textOrTexts(String name) {
    Optional<JsonNode> value = value(name);
    if (value.isPresent() && value.get().isTextual()) {
      return List.of(value.get().textValue());
    }
    if (value.isPresent() && !value.get().isArray()) {
      throw wrong(path(name), value.get(), "a text or a list of texts");
    }
    return texts(name);
  }

  /** Returns a list of token ids; empty if it is absent. */
  List<Integer> ids(String name, int vocabSize) {
    return list(name, (path, value) -> (int) integer(path, value, 0, vocabSize - 1));
  }

  /** Returns token ids. */
  int[] ids(String path, JsonNode list, int vocabSize) {
    int[] ids = new int[list.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (int) integer("%s[%d]".formatted(path, i), list.get(i), 0, vocabSize - 1);
    }
    return ids;
  }

  private <T> List<T> list(String name, BiFunction<String, JsonNode, T> reader) {
    Optional<JsonNode> value = value(name);
    if (value.isEmpty()) {
      return List.of();
    }
    if (!value.get().isArray()) {
      throw wrong(path(name), value.get(), "a list");
    }
    List<T> list = new ArrayList<>();
    for (JsonNode item : value.get()) {
      list.add(reader.apply("%s[%d]".formatted(path(name), list.size()), item));
    }
    return list;
  }

  /** Refuses a field, unless it asks for nothing. */
  void refuse(String name, String why) {
    Optional<JsonNode> value = value(name);
    boolean wanted =
        value.isPresent()
            && !(value.get().isBoolean() && !value.get().booleanValue())
            && !(value.get().isContainerNode() && value.get().isEmpty())
            && !(value.get().isTextual() && value.get().textValue().isEmpty());
    if (wanted) {
      throw ApiException.unsupported(path(name), "%s: %s".formatted(path(name), why));
    }
  }

  /** Takes note of fields that have no effect here, whatever their value. */
  void ignore(String... names) {
    known.addAll(List.of(names));
  }

  /** Returns the fields that nobody has asked for. */
  List<String> unknown() {
    List<String> unknown = new ArrayList<>();
    for (String name : names()) {
      if (!known.contains(name)) {
        unknown.add(path(excerpt(name)));
      }
    }
    return unknown;
  }
}
