// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.structured;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What another implementation of JSON Schema says, formats included. */
final class JsonValidator {
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Schema schema;

  JsonValidator(String schema) {
    this.schema = REGISTRY.getSchema(schema, InputFormat.JSON);
  }

  /** The problems of a document; empty if it is valid. */
  String problems(String document) {
    try {
      JsonNode parsed = JSON.readTree(document);
      if (parsed.isMissingNode()) {
        return "is empty";
      }
    } catch (IOException e) {
      return e.getMessage();
    }
    return String.join(
        "; ",
        schema
            .validate(
                document,
                InputFormat.JSON,
                context -> context.executionConfig(c -> c.formatAssertionsEnabled(true)))
            .stream()
            .map(Object::toString)
            .toList());
  }

  static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String write(JsonNode value, boolean pretty) {
    try {
      return pretty
          ? JSON.writerWithDefaultPrettyPrinter().writeValueAsString(value)
          : JSON.writeValueAsString(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
