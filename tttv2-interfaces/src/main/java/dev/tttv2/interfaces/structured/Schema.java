// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.structured;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import java.math.BigDecimal;
import java.util.Map;

/**
 * A schema as it is written: an object of keywords, true or false. Equal are those at the same
 * place.
 */
final class Schema {
  private static final int MAX_DIGITS = 100;

  private final JsonNode node;
  private final SchemaPath path;

  /**
   * Checks that all its keywords are supported.
   *
   * @throws IllegalArgumentException if it is no schema or has a keyword that is not supported
   */
  Schema(JsonNode node, SchemaPath path) {
    this.node = node;
    this.path = path;
    if (!node.isObject() && !node.isBoolean()) {
      throw path.refuse("is %s, expected a schema: an object, true or false", node);
    }
    if (node.has("$id") && path != SchemaPath.ROOT) {
      throw at("$id").refuse("is not supported within a schema");
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      String keyword = field.getKey();
      boolean asksNothing =
          keyword.equals("uniqueItems") && field.getValue().equals(BooleanNode.FALSE);
      if (!SchemaKeywords.isSupported(keyword) && !asksNothing) {
        throw path.child(keyword).refuse(SchemaKeywords.refusal(keyword));
      }
    }
  }

  JsonNode node() {
    return node;
  }

  SchemaPath path() {
    return path;
  }

  boolean isNever() {
    return node.isBoolean() && !node.booleanValue();
  }

  boolean has(String keyword) {
    return node.has(keyword);
  }

  JsonNode get(String keyword) {
    return node.path(keyword);
  }

  SchemaPath at(String keyword) {
    return path.child(keyword);
  }

  boolean hasAny(Iterable<String> keywords) {
    for (String keyword : keywords) {
      if (has(keyword)) {
        return true;
      }
    }
    return false;
  }

  /** Returns a list that a keyword holds; empty if there is none. */
  JsonNode list(String keyword) {
    JsonNode value = get(keyword);
    if (has(keyword) && !value.isArray()) {
      throw at(keyword).refuse("is %s, expected a list", value);
    }
    return value;
  }

  /** Returns an object that a keyword holds; empty if there is none. */
  JsonNode object(String keyword) {
    JsonNode value = get(keyword);
    if (has(keyword) && !value.isObject()) {
      throw at(keyword).refuse("is %s, expected an object", value);
    }
    return value;
  }

  String text(String keyword) {
    JsonNode value = get(keyword);
    if (!value.isTextual()) {
      throw at(keyword).refuse("is %s, expected a string", value);
    }
    return value.textValue();
  }

  int count(String keyword) {
    JsonNode value = get(keyword);
    if (value.isNumber()) {
      BigDecimal number = number(keyword).stripTrailingZeros();
      if (number.signum() >= 0 && number.scale() <= 0) {
        return number.min(BigDecimal.valueOf(Integer.MAX_VALUE)).intValueExact();
      }
    }
    throw at(keyword).refuse("is %s, expected a whole number, 0 or more", value);
  }

  BigDecimal number(String keyword) {
    JsonNode value = get(keyword);
    if (!value.isNumber()) {
      throw at(keyword).refuse("is %s, expected a number", value);
    }
    BigDecimal number = value.decimalValue();
    if (number.precision() > MAX_DIGITS || Math.abs((long) number.scale()) > MAX_DIGITS) {
      throw at(keyword).refuse("is %s, expected a number of at most %d digits", value, MAX_DIGITS);
    }
    return number;
  }
}
