// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.structured;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tttv2.interfaces.json.JsonProblem;
import dev.tttv2.interfaces.json.JsonReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes the grammar of a JSON schema (draft 2020-12): a rule for each set of schemas that apply to
 * the same value. Where schemas recur, rules call each other.
 */
final class SchemaCompiler {
  private static final int MAX_DEPTH = 200;
  private static final int MAX_RULES = 10_000;

  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private final SchemaReferences references;
  private final Budget budget = new Budget();
  private final Grammar.Builder builder = new Grammar.Builder();
  private final JsonGrammar json = new JsonGrammar(builder);
  private final Map<Set<Schema>, Integer> rules = new HashMap<>();
  private final Deque<Runnable> open = new ArrayDeque<>();

  private SchemaCompiler(SchemaReferences references) {
    this.references = references;
  }

  /**
   * Makes the grammar of a schema.
   *
   * @throws IllegalArgumentException if it is no JSON, no schema, uses what is not supported, is
   *     too large, or nothing fits it; says where
   */
  static Grammar compile(String schema) {
    JsonNode root;
    try {
      root = JsonReader.read(JSON, schema);
    } catch (JsonProblem e) {
      throw new IllegalArgumentException(
          "JSON schema: line %d, column %d: %s".formatted(e.line(), e.column(), e.getMessage()));
    }
    if (root.isMissingNode()) {
      throw new IllegalArgumentException("JSON schema: is empty");
    }
    SchemaReferences references = new SchemaReferences(root);
    SchemaCompiler compiler = new SchemaCompiler(references);
    int rule = compiler.rule(List.of(references.root()));
    while (!compiler.open.isEmpty()) {
      compiler.open.remove().run();
    }
    return compiler.builder.build(rule);
  }

  /** Returns the rule of the values that fit all of some schemas; it may be made later. */
  private int rule(List<Schema> schemas) {
    Set<Schema> key = new HashSet<>(schemas);
    Integer known = rules.get(key);
    if (known != null) {
      return known;
    }
    if (rules.size() == MAX_RULES) {
      throw schemas.getFirst().path().refuse("needs more than %d rules", MAX_RULES);
    }
    int rule = builder.newRule();
    rules.put(key, rule);
    open.add(
        () -> {
          int end = builder.newState();
          builder.accept(end);
          for (List<Schema> way : new SchemaAlternatives(references, budget).of(schemas)) {
            add(new Conjunction(way, budget), builder.start(rule), end);
          }
        });
    return rule;
  }

  /** Adds the values that fit all of some schemas. */
  private void add(Conjunction all, int from, int end) {
    if (all.hasValues()) {
      for (JsonNode value : all.values()) {
        builder.empty(json.literal(from, value), end);
      }
      return;
    }
    for (SchemaType type : all.types()) {
      switch (type) {
        case OBJECT -> object(all, from, end);
        case ARRAY -> array(all, from, end);
        case STRING -> string(all, from, end);
        case NUMBER -> number(all, from, end, false);
        case INTEGER -> {
          if (!all.types().contains(SchemaType.NUMBER)) {
            number(all, from, end, true);
          }
        }
        case BOOLEAN -> {
          builder.empty(builder.text(from, "true"), end);
          builder.empty(builder.text(from, "false"), end);
        }
        case NULL -> builder.empty(builder.text(from, "null"), end);
      }
    }
  }

  // ---- Numbers and strings ----

  private void number(Conjunction all, int from, int end, boolean whole) {
    NumberRange.Bound min = all.minimum();
    NumberRange.Bound max = all.maximum();
    if (min == null && max == null) {
      builder.call(from, whole ? json.anyInteger() : json.anyNumber(), end);
      return;
    }
    NumberRange.positive(min, max, whole, budget)
        .ifPresent(nfa -> builder.automaton(from, nfa, end));
    NumberRange.negative(min, max, whole, budget)
        .ifPresent(nfa -> builder.automaton(json.byteAfter(from, '-'), nfa, end));
  }

  private void string(Conjunction all, int from, int end) {
    int min = all.largest("minLength");
    int max = all.smallest("maxLength");
    List<Nfa> contents = all.contents();
    if (contents.isEmpty()) {
      if (min == 0 && max < 0) {
        builder.call(from, json.anyString(), end);
      } else {
        json.string(from, min, max, end);
      }
      return;
    }
    Nfa content = contents.getFirst();
    String what = all.place() + " (pattern, format, length)";
    for (Nfa further : contents.subList(1, contents.size())) {
      content = content.and(further, what, budget);
    }
    if (min > 0 || max >= 0) {
      Regex length =
          new Regex.Repeat(
              new Regex.One(CodePoints.ALL), min, max < 0 ? Regex.Repeat.UNBOUNDED : max);
      if (max < 0 || min <= max) {
        content = content.and(Nfa.matching(length, what, budget), what, budget);
      } else {
        return; // nothing fits
      }
    }
    json.string(from, content, end);
  }

  // ---- Arrays ----

  private void array(Conjunction all, int from, int end) {
    List<Schema> schemas = all.with(SchemaKeywords.ARRAY);
    if (schemas.isEmpty()) {
      builder.call(from, json.anyArray(), end);
      return;
    }
    int listed = 0;
    boolean hasItems = false;
    for (Schema schema : schemas) {
      listed = Math.max(listed, schema.list("prefixItems").size());
      hasItems |= schema.has("items");
    }
    int min = all.largest("minItems");
    int max = all.smallest("maxItems");
    if (listed > 0 && !hasItems) { // nothing is said of further items: there are none
      max = max < 0 ? listed : Math.min(max, listed);
    }
    int first = json.blanks(json.byteAfter(from, '['));
    if (min == 0) {
      builder.bytes(first, ']', ']', end);
    }
    int itemBegin = builder.newState();
    builder.empty(first, itemBegin);
    for (int count = 0; max < 0 || count < max; count++) {
      int more = builder.newState();
      builder.call(itemBegin, item(schemas, count), more);
      if (count + 1 >= min) {
        builder.bytes(json.blanks(more), ']', ']', end);
      }
      if (max < 0 && count >= listed && count + 1 >= min) {
        builder.empty(json.blanks(json.byteAfter(more, ',')), itemBegin);
        return;
      }
      itemBegin = json.blanks(json.byteAfter(more, ','));
    }
  }

  /** The rule of the item at an index. */
  private int item(List<Schema> schemas, int index) {
    List<Schema> applied = new ArrayList<>();
    for (Schema schema : schemas) {
      JsonNode listed = schema.list("prefixItems");
      if (index < listed.size()) {
        applied.add(references.schema(listed.get(index), schema.at("prefixItems").child(index)));
      } else if (schema.has("items")) {
        applied.add(references.schema(schema.get("items"), schema.at("items")));
      }
    }
    return valueRule(applied);
  }

  private int valueRule(List<Schema> applied) {
    return applied.isEmpty() ? json.anyValue() : rule(applied);
  }

  // ---- Objects ----

  private void object(Conjunction all, int from, int end) {
    List<Schema> schemas = all.with(SchemaKeywords.OBJECT);
    Map<String, List<Schema>> properties = new LinkedHashMap<>();
    Set<String> required = new LinkedHashSet<>();
    boolean saysFurther = false;
    for (Schema schema : schemas) {
      schema.object("properties").propertyStream().forEach(f -> properties.put(f.getKey(), null));
      for (JsonNode name : schema.list("required")) {
        if (!name.isTextual()) {
          throw schema.at("required").refuse("holds %s, expected names", name);
        }
        required.add(name.textValue());
      }
      saysFurther |= schema.has("additionalProperties");
    }
    required.forEach(name -> properties.putIfAbsent(name, null));
    if (properties.isEmpty() && !saysFurther) {
      builder.call(from, json.anyObject(), end);
      return;
    }
    properties.replaceAll((name, none) -> applied(schemas, name));

    int first = json.blanks(json.byteAfter(from, '{')); // no property so far
    int more = builder.newState(); // at least one so far
    for (Map.Entry<String, List<Schema>> property : properties.entrySet()) {
      int begin = builder.newState();
      builder.empty(first, begin);
      builder.empty(json.blanks(json.byteAfter(more, ',')), begin);
      int behind = builder.newState();
      int value = json.colon(json.literal(begin, property.getKey()));
      builder.call(value, valueRule(property.getValue()), behind);
      int none = builder.newState();
      if (!required.contains(property.getKey())) {
        builder.empty(first, none);
        builder.empty(more, behind);
      }
      first = none;
      more = behind;
    }
    if (saysFurther) {
      int key = builder.newState();
      builder.empty(first, key);
      builder.empty(json.blanks(json.byteAfter(more, ',')), key);
      int value = json.colon(json.keyBeside(key, properties.keySet()));
      builder.call(value, valueRule(applied(schemas, null)), more);
    }
    builder.bytes(first, '}', '}', end);
    builder.bytes(json.blanks(more), '}', '}', end);
  }

  /** The schemas that apply to a property; null: to one that none of them names. */
  private List<Schema> applied(List<Schema> schemas, String name) {
    List<Schema> applied = new ArrayList<>();
    for (Schema schema : schemas) {
      JsonNode own = name == null ? null : schema.object("properties").get(name);
      if (own != null) {
        applied.add(references.schema(own, schema.at("properties").child(name)));
      } else if (schema.has("additionalProperties")) {
        applied.add(
            references.schema(
                schema.get("additionalProperties"), schema.at("additionalProperties")));
      }
    }
    return applied;
  }
}
