// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.structured;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Schemas that apply to the same value, all of them: what they say together. */
final class Conjunction {
  private final List<Schema> schemas;
  private final Budget budget;
  private final Set<SchemaType> types;
  private List<JsonNode> values; // null: not listed

  /**
   * Takes the schemas.
   *
   * @throws IllegalArgumentException if a keyword's value is wrong, or listed values stand beside
   *     other limits
   */
  Conjunction(List<Schema> schemas, Budget budget) {
    this.schemas = schemas;
    this.budget = budget;
    this.types = EnumSet.allOf(SchemaType.class);
    boolean typed = false;
    for (Schema schema : schemas) {
      if (schema.has("type")) {
        types.retainAll(SchemaType.allowed(schema.get("type"), schema.at("type")));
        typed = true;
      }
      if (schema.has("const")) {
        restrict(List.of(schema.get("const")));
      }
      if (schema.has("enum")) {
        List<JsonNode> listed = new ArrayList<>();
        schema.list("enum").forEach(listed::add);
        restrict(listed);
      }
    }
    if (values != null) {
      values.removeIf(value -> !SchemaType.isOneOf(types, value));
      values.removeIf(value -> !fits(value));
    } else if (!typed) {
      types.retainAll(inferred());
    }
  }

  private void restrict(List<JsonNode> listed) {
    if (values == null) {
      values = new ArrayList<>(listed);
    } else {
      values.removeIf(value -> listed.stream().noneMatch(other -> equal(value, other)));
    }
  }

  private static boolean equal(JsonNode a, JsonNode b) {
    return a.isNumber() && b.isNumber()
        ? a.decimalValue().compareTo(b.decimalValue()) == 0
        : a.equals(b);
  }

  /** Tells whether a listed value keeps the other limits. */
  private boolean fits(JsonNode value) {
    if (value.isTextual()) {
      String text = value.textValue();
      int length = text.codePointCount(0, text.length());
      int max = smallest("maxLength");
      return length >= largest("minLength")
          && (max < 0 || length <= max)
          && contents().stream().allMatch(content -> content.matches(text));
    }
    if (value.isNumber()) {
      NumberRange.Bound min = minimum();
      NumberRange.Bound max = maximum();
      return (min == null || min.isBelow(value.decimalValue()))
          && (max == null || max.negated().isBelow(value.decimalValue().negate()));
    }
    Set<String> keywords = value.isObject() ? SchemaKeywords.OBJECT : SchemaKeywords.ARRAY;
    for (Schema schema : value.isContainerNode() ? with(keywords) : List.<Schema>of()) {
      for (String keyword : keywords) {
        if (schema.has(keyword)) {
          throw schema
              .at(keyword)
              .refuse("stands beside listed objects or arrays, which is not supported");
        }
      }
    }
    return true;
  }

  /** The types that keywords are about, where none is named; all, if no keyword is about one. */
  private Set<SchemaType> inferred() {
    Set<SchemaType> result = EnumSet.noneOf(SchemaType.class);
    for (Schema schema : schemas) {
      if (schema.hasAny(SchemaKeywords.NUMBER)) {
        result.add(SchemaType.NUMBER);
        result.add(SchemaType.INTEGER);
      }
      if (schema.hasAny(SchemaKeywords.STRING)) {
        result.add(SchemaType.STRING);
      }
      if (schema.hasAny(SchemaKeywords.OBJECT)) {
        result.add(SchemaType.OBJECT);
      }
      if (schema.hasAny(SchemaKeywords.ARRAY)) {
        result.add(SchemaType.ARRAY);
      }
    }
    return result.isEmpty() ? EnumSet.allOf(SchemaType.class) : result;
  }

  /** The place that stands for all in messages. */
  String place() {
    return schemas.isEmpty() ? SchemaPath.ROOT.text() : schemas.getFirst().path().text();
  }

  Set<SchemaType> types() {
    return types;
  }

  /** Tells whether the values are listed. */
  boolean hasValues() {
    return values != null;
  }

  /** The values listed that fit. */
  Collection<JsonNode> values() {
    return values;
  }

  /** The schemas that have one of some keywords. */
  List<Schema> with(Set<String> keywords) {
    return schemas.stream().filter(schema -> schema.hasAny(keywords)).toList();
  }

  private Stream<Schema> with(String keyword) {
    return schemas.stream().filter(schema -> schema.has(keyword));
  }

  /** The largest count of a keyword; 0 if there is none. */
  int largest(String keyword) {
    return with(keyword).mapToInt(schema -> schema.count(keyword)).max().orElse(0);
  }

  /** The smallest count of a keyword; -1 if there is none. */
  int smallest(String keyword) {
    return with(keyword).mapToInt(schema -> schema.count(keyword)).min().orElse(-1);
  }

  /** The lower bound of numbers; null: none. */
  NumberRange.Bound minimum() {
    return tightest("minimum", "exclusiveMinimum", 1);
  }

  /** The upper bound of numbers; null: none. */
  NumberRange.Bound maximum() {
    return tightest("maximum", "exclusiveMaximum", -1);
  }

  private NumberRange.Bound tightest(String inclusive, String exclusive, int sign) {
    NumberRange.Bound result = null;
    for (String keyword : List.of(inclusive, exclusive)) {
      for (Schema schema : schemas) {
        if (schema.has(keyword)) {
          BigDecimal value = schema.number(keyword);
          boolean isExclusive = keyword.equals(exclusive);
          int order = result == null ? 1 : sign * value.compareTo(result.value());
          if (order > 0 || order == 0 && isExclusive) {
            result = new NumberRange.Bound(value, isExclusive);
          }
        }
      }
    }
    return result;
  }

  /** The automata of which a string's content must fit all: patterns and formats. */
  List<Nfa> contents() {
    List<Nfa> result = new ArrayList<>();
    with("pattern")
        .forEach(
            schema -> {
              SchemaPath path = schema.at("pattern");
              try {
                Regex regex = RegexParser.parse(schema.text("pattern"));
                result.add(Nfa.containing(regex, "the pattern", budget));
              } catch (IllegalArgumentException e) {
                throw path.refuse("is refused: %s", e.getMessage());
              }
            });
    with("format")
        .forEach(
            schema -> {
              String name = schema.text("format");
              Regex regex =
                  StringFormat.named(name)
                      .orElseThrow(
                          () ->
                              schema
                                  .at("format")
                                  .refuse(
                                      "is %s, which is not supported; known are %s",
                                      name, StringFormat.names()));
              result.add(Nfa.matching(regex, "the format " + name, budget));
            });
    return result;
  }
}
