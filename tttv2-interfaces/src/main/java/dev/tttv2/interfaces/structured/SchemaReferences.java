// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.structured;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/** The schemas of a document, each made once, and what references within it point to. */
final class SchemaReferences {
  private final JsonNode document;
  private final Map<JsonNode, Schema> objects = new IdentityHashMap<>();
  private final Map<Boolean, Schema> booleans = new HashMap<>();

  SchemaReferences(JsonNode document) {
    this.document = document;
  }

  Schema root() {
    return schema(document, SchemaPath.ROOT);
  }

  /**
   * Returns the schema that stands at a place.
   *
   * @throws IllegalArgumentException as {@link Schema}
   */
  Schema schema(JsonNode node, SchemaPath path) {
    if (node.isBoolean()) {
      return booleans.computeIfAbsent(node.booleanValue(), key -> new Schema(node, path));
    }
    Schema known = objects.get(node);
    if (known == null) {
      known = new Schema(node, path);
      objects.put(node, known);
    }
    return known;
  }

  /**
   * Returns what a schema refers to.
   *
   * @throws IllegalArgumentException if that is not in the document, or no schema
   */
  Schema target(Schema from) {
    String reference = from.text("$ref");
    SchemaPath path = from.at("$ref");
    if (!reference.equals("#") && !reference.startsWith("#/")) {
      throw path.refuse(
          "is %s, expected a JSON pointer within the schema, such as #/$defs/x", reference);
    }
    JsonNode node = document;
    SchemaPath place = SchemaPath.ROOT;
    String[] steps = reference.equals("#") ? new String[0] : reference.substring(2).split("/", -1);
    for (String step : steps) {
      String name = name(step, path);
      JsonNode next = node.isArray() ? item(node, name) : node.get(name);
      if (next == null) {
        throw path.refuse("is %s, which is not in the schema", reference);
      }
      node = next;
      place = place.child(name);
    }
    return schema(node, place);
  }

  private static JsonNode item(JsonNode list, String index) {
    return index.matches("\\d{1,6}") ? list.get(Integer.parseInt(index)) : null;
  }

  private static String name(String step, SchemaPath path) {
    try {
      String decoded = URLDecoder.decode(step.replace("+", "%2B"), StandardCharsets.UTF_8);
      return decoded.replace("~1", "/").replace("~0", "~");
    } catch (IllegalArgumentException e) {
      throw path.refuse("holds %s, which is not percent-encoded", step);
    }
  }
}
