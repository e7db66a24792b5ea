// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.structured;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The types of JSON values; whole numbers are of both types of numbers. */
enum SchemaType {
  OBJECT,
  ARRAY,
  STRING,
  NUMBER,
  INTEGER,
  BOOLEAN,
  NULL;

  /** Returns the types that the keyword {@code type} allows. */
  static Set<SchemaType> allowed(JsonNode names, SchemaPath path) {
    Set<SchemaType> types = EnumSet.noneOf(SchemaType.class);
    if (names.isTextual()) {
      types.add(named(names, path));
    } else if (names.isArray() && !names.isEmpty()) {
      names.forEach(name -> types.add(named(name, path)));
    } else {
      throw path.refuse("is %s, expected a type or a list of types", names);
    }
    if (types.contains(NUMBER)) {
      types.add(INTEGER);
    }
    return types;
  }

  private static SchemaType named(JsonNode name, SchemaPath path) {
    for (SchemaType type : values()) {
      if (type.toString().equals(name.textValue())) {
        return type;
      }
    }
    throw path.refuse(
        "is %s, expected %s",
        name, Arrays.stream(values()).map(SchemaType::toString).collect(Collectors.joining(", ")));
  }

  /** Tells whether a value is of one of some types. */
  static boolean isOneOf(Set<SchemaType> types, JsonNode value) {
    return types.contains(
        switch (value.getNodeType()) {
          case OBJECT -> OBJECT;
          case ARRAY -> ARRAY;
          case STRING -> STRING;
          case NUMBER -> value.decimalValue().stripTrailingZeros().scale() <= 0 ? INTEGER : NUMBER;
          case BOOLEAN -> BOOLEAN;
          default -> NULL;
        });
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
