// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.structured;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Resolves what schemas say about others that apply to the same value ({@code $ref}, {@code allOf},
 * {@code anyOf}, {@code oneOf}): gives the lists of schemas of which a value must fit all of one.
 */
final class SchemaAlternatives {
  private static final int MAX_WAYS = 1000;
  private static final int MAX_SCHEMAS = 1000;

  private final SchemaReferences references;
  private final Budget budget;

  SchemaAlternatives(SchemaReferences references, Budget budget) {
    this.references = references;
    this.budget = budget;
  }

  /** A schema, the one that led to it, or null, and how many those are. */
  private record Step(Schema schema, Step from, int depth) {}

  private Step step(Step from, Schema next) {
    budget.spend(1 + from.depth);
    for (Step step = from; step != null; step = step.from) {
      if (step.schema == next) {
        throw next.path().refuse("leads back to itself");
      }
    }
    return new Step(next, from, from.depth + 1);
  }

  /** One way so far: schemas looked into, and those still to be looked into. */
  private record Way(List<Schema> applied, Deque<Step> open, Set<Schema> seen) {
    Way with(Step step) {
      Way copy = new Way(new ArrayList<>(applied), new ArrayDeque<>(open), new HashSet<>(seen));
      copy.open.push(step);
      return copy;
    }
  }

  /**
   * Resolves some schemas.
   *
   * @return the ways; none if nothing fits
   * @throws IllegalArgumentException if one leads back to itself, or there are too many
   */
  List<List<Schema>> of(List<Schema> schemas) {
    List<List<Schema>> result = new ArrayList<>();
    Deque<Way> ways = new ArrayDeque<>();
    Deque<Step> open = new ArrayDeque<>();
    schemas.forEach(schema -> open.add(new Step(schema, null, 0)));
    ways.push(new Way(new ArrayList<>(), open, new HashSet<>()));
    while (!ways.isEmpty()) {
      Way way = ways.pop();
      if (!resolve(way, ways)) {
        continue;
      }
      result.add(way.applied);
      if (result.size() > MAX_WAYS) {
        throw schemas.getFirst().path().refuse("has more than %d alternatives", MAX_WAYS);
      }
    }
    return result;
  }

  /** Goes on with a way; false: it ends here, or goes on as several others. */
  private boolean resolve(Way way, Deque<Way> others) {
    while (!way.open.isEmpty()) {
      Step step = way.open.pop();
      budget.spend(1);
      Schema schema = step.schema;
      if (schema.isNever()) {
        return false;
      }
      if (schema.node().isBoolean()) {
        continue;
      }
      if (!way.seen.add(schema)) {
        continue; // applies already
      }
      if (way.applied.size() == MAX_SCHEMAS) {
        throw schema.path().refuse("is one of more than %d schemas for one value", MAX_SCHEMAS);
      }
      way.applied.add(schema);
      List<Schema> all = listed(schema, "allOf");
      for (Schema part : all.reversed()) {
        way.open.push(step(step, part));
      }
      if (schema.has("$ref")) {
        way.open.push(step(step, references.target(schema)));
      }
      boolean any = schema.has("anyOf");
      boolean one = schema.has("oneOf");
      if (any && one) {
        throw schema.at("oneOf").refuse("stands beside anyOf, which is not supported");
      }
      if (any || one) {
        List<Schema> options = listed(schema, any ? "anyOf" : "oneOf");
        for (Schema option : options.reversed()) {
          budget.spend(10 + way.applied.size() + way.open.size());
          others.push(way.with(step(step, option)));
        }
        return false;
      }
    }
    return true;
  }

  private List<Schema> listed(Schema schema, String keyword) {
    List<Schema> result = new ArrayList<>();
    JsonNode list = schema.list(keyword);
    for (int i = 0; i < list.size(); i++) {
      result.add(references.schema(list.get(i), schema.at(keyword).child(i)));
    }
    if (schema.has(keyword) && result.isEmpty()) {
      throw schema.at(keyword).refuse("is empty");
    }
    return result;
  }
}
