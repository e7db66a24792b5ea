// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.structured;

import java.util.Map;
import java.util.Set;

/** The keywords of JSON Schema: what they are about, and which are not supported. */
final class SchemaKeywords {
  static final Set<String> NUMBER =
      Set.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum");
  static final Set<String> STRING = Set.of("minLength", "maxLength", "pattern", "format");
  static final Set<String> OBJECT = Set.of("properties", "required", "additionalProperties");
  static final Set<String> ARRAY = Set.of("prefixItems", "items", "minItems", "maxItems");

  /** Those that say what else applies, or are about values of any type. */
  private static final Set<String> GENERAL =
      Set.of("type", "enum", "const", "allOf", "anyOf", "oneOf", "$ref");

  /** Those that tell people something and limit nothing. */
  private static final Set<String> ANNOTATIONS =
      Set.of(
          "$schema",
          "$id",
          "$anchor",
          "$comment",
          "$defs",
          "definitions",
          "title",
          "description",
          "default",
          "example",
          "examples",
          "deprecated",
          "readOnly",
          "writeOnly",
          "contentEncoding",
          "contentMediaType",
          "contentSchema",
          "discriminator");

  /** What to write instead, or why not. */
  private static final Map<String, String> HINTS =
      Map.of(
          "additionalItems",
              "since draft 2020-12 it is written items, and lists of items prefixItems",
          "dependencies", "objects of other properties can be written as anyOf",
          "if", "alternatives can be written as anyOf",
          "not", "alternatives can be written as anyOf",
          "nullable", "JSON Schema writes \"type\": [\"string\", \"null\"]");

  private SchemaKeywords() {}

  static boolean isSupported(String keyword) {
    return GENERAL.contains(keyword)
        || ANNOTATIONS.contains(keyword)
        || NUMBER.contains(keyword)
        || STRING.contains(keyword)
        || OBJECT.contains(keyword)
        || ARRAY.contains(keyword)
        || keyword.startsWith("x-");
  }

  /** Returns what to say of a keyword that is not supported. */
  static String refusal(String keyword) {
    String hint = HINTS.get(keyword);
    return "is not supported" + (hint == null ? "" : "; " + hint);
  }
}
