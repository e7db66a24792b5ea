// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.structured;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Random;

/** A schema made at random, and documents that fit it, made by going through it. */
final class RandomSchema {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String[] LETTERS = {
    "a", "b", "Z", " ", "\"", "\\", "\n", "é", "€", "🙂", "/"
  };

  private final Random random;
  private final ObjectNode schema;

  RandomSchema(Random random) {
    this.random = random;
    this.schema = make(3);
    schema.set("$defs", NODES.objectNode().set("leaf", make(0)));
  }

  ObjectNode schema() {
    return schema;
  }

  private ObjectNode make(int depth) {
    ObjectNode made = NODES.objectNode();
    switch (random.nextInt(depth == 0 ? 5 : 9)) {
      case 0 -> {
        made.put("type", "integer");
        bounds(made, 0);
      }
      case 1 -> {
        made.put("type", "number");
        bounds(made, 2);
      }
      case 2 -> {
        made.put("type", "string");
        int min = random.nextInt(4);
        if (random.nextBoolean()) {
          made.put("minLength", min);
        }
        if (random.nextBoolean()) {
          made.put("maxLength", min + random.nextInt(5));
        }
      }
      case 3 -> {
        ArrayNode values = made.putArray("enum");
        for (int i = random.nextInt(4); i >= 0; i--) {
          values.add(random.nextBoolean() ? NODES.textNode(text(i)) : NODES.numberNode(i));
        }
      }
      case 4 -> made.put("type", random.nextBoolean() ? "boolean" : "null");
      case 5 -> {
        made.put("type", "array");
        made.set("items", make(depth - 1));
        int min = random.nextInt(3);
        if (random.nextBoolean()) {
          made.put("minItems", min);
        }
        if (random.nextBoolean()) {
          made.put("maxItems", min + random.nextInt(3));
        }
        if (random.nextInt(3) == 0) {
          made.putArray("prefixItems").add(make(depth - 1)).add(make(0));
        }
      }
      case 6 -> {
        ArrayNode ways = made.putArray(random.nextBoolean() ? "anyOf" : "allOf");
        ways.add(make(depth - 1));
        if (made.has("anyOf")) {
          ways.add(make(depth - 1));
        }
      }
      case 7 -> made.put("$ref", "#/$defs/leaf");
      default -> {
        made.put("type", "object");
        ObjectNode properties = made.putObject("properties");
        ArrayNode required = made.putArray("required");
        for (int i = random.nextInt(4); i > 0; i--) {
          String name = text(1 + random.nextInt(3)) + i;
          properties.set(name, make(depth - 1));
          if (random.nextBoolean()) {
            required.add(name);
          }
        }
        switch (random.nextInt(3)) {
          case 0 -> made.put("additionalProperties", false);
          case 1 -> made.set("additionalProperties", make(0));
          default -> {}
        }
      }
    }
    return made;
  }

  private void bounds(ObjectNode made, int scale) {
    int low = random.nextInt(4000) - 2000;
    int high = low + 1 + random.nextInt(random.nextBoolean() ? 4 : 3000);
    if (random.nextInt(3) > 0) {
      made.put("minimum", BigDecimal.valueOf(low, scale));
    }
    if (random.nextInt(3) > 0) {
      made.put(
          random.nextBoolean() ? "maximum" : "exclusiveMaximum", BigDecimal.valueOf(high, scale));
    }
  }

  private String text(int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(LETTERS[random.nextInt(LETTERS.length)]);
    }
    return text.toString();
  }

  JsonNode document() {
    return document(schema);
  }

  private JsonNode document(JsonNode from) {
    if (from.has("$ref")) {
      return document(schema.get("$defs").get("leaf"));
    }
    if (from.has("enum")) {
      return from.get("enum").get(random.nextInt(from.get("enum").size()));
    }
    for (String ways : new String[] {"anyOf", "allOf"}) {
      if (from.has(ways)) {
        return document(from.get(ways).get(random.nextInt(from.get(ways).size())));
      }
    }
    return switch (from.get("type").textValue()) {
      case "integer" -> NODES.numberNode(between(from, 0));
      case "number" -> NODES.numberNode(between(from, random.nextInt(2) * 2));
      case "string" -> {
        int min = from.path("minLength").asInt();
        int max = from.path("maxLength").asInt(min + 4);
        yield NODES.textNode(text(min + random.nextInt(max - min + 1)));
      }
      case "boolean" -> NODES.booleanNode(random.nextBoolean());
      case "null" -> NODES.nullNode();
      case "array" -> {
        int min = from.path("minItems").asInt();
        int max = from.path("maxItems").asInt(min + 3);
        ArrayNode items = NODES.arrayNode();
        for (int i = min + random.nextInt(max - min + 1); i > 0; i--) {
          JsonNode own = from.path("prefixItems").path(items.size());
          items.add(document(own.isMissingNode() ? from.get("items") : own));
        }
        yield items;
      }
      default -> {
        ObjectNode object = NODES.objectNode();
        for (Map.Entry<String, JsonNode> property : from.get("properties").properties()) {
          boolean needed = false;
          for (JsonNode name : from.get("required")) {
            needed |= name.textValue().equals(property.getKey());
          }
          if (needed || random.nextBoolean()) {
            object.set(property.getKey(), document(property.getValue()));
          }
        }
        if (from.path("additionalProperties").isObject() && random.nextBoolean()) {
          object.set(text(3), document(from.get("additionalProperties")));
        }
        yield object;
      }
    };
  }

  private BigDecimal between(JsonNode from, int scale) {
    BigDecimal min =
        from.has("minimum") ? from.get("minimum").decimalValue() : BigDecimal.valueOf(-3000);
    JsonNode upper = from.has("maximum") ? from.get("maximum") : from.path("exclusiveMaximum");
    BigDecimal max = upper.isNumber() ? upper.decimalValue() : BigDecimal.valueOf(6000);
    BigDecimal value =
        min.add(max.subtract(min).multiply(BigDecimal.valueOf(random.nextDouble() * 0.999)));
    BigDecimal rounded = value.setScale(scale, java.math.RoundingMode.CEILING);
    boolean fits = rounded.compareTo(max) < 0 || from.has("maximum") && rounded.compareTo(max) == 0;
    return fits ? rounded : min;
  }
}
