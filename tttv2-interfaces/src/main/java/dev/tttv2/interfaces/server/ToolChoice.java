// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tttv2.interfaces.TokenConstraint;
import java.util.List;
import java.util.Optional;

/**
 * Whether the model may, must or must not call tools.
 *
 * @param kind which
 * @param tools those that it may call; empty with {@link Kind#NONE}
 * @param parallel whether it may call several at once
 */
record ToolChoice(Kind kind, List<Tool> tools, boolean parallel) {
  enum Kind {
    /** It answers with text. */
    NONE,
    /** It decides, and says so in its own format. */
    AUTO,
    /** It calls at least one. */
    REQUIRED,
    /** It calls the one that is there. */
    NAMED
  }

  /**
   * Reads {@code tools}, {@code tool_choice} and {@code parallel_tool_calls}.
   *
   * @throws ApiException if they are malformed or contradict each other
   */
  static ToolChoice of(Fields fields) {
    List<Tool> tools = Tool.of(fields);
    boolean parallel = fields.flag("parallel_tool_calls", true);
    Optional<JsonNode> choice = fields.value("tool_choice");
    Kind kind = kind(fields, choice, tools.isEmpty() ? Kind.NONE : Kind.AUTO);
    if (tools.isEmpty() && kind != Kind.NONE) {
      throw ApiException.invalid("tool_choice", "tool_choice is given, but there are no tools");
    }
    return switch (kind) {
      case NONE -> new ToolChoice(kind, List.of(), parallel);
      case AUTO, REQUIRED -> new ToolChoice(kind, tools, parallel);
      case NAMED -> new ToolChoice(kind, List.of(named(fields, tools)), parallel);
    };
  }

  private static Kind kind(Fields fields, Optional<JsonNode> choice, Kind otherwise) {
    if (choice.isEmpty()) {
      return otherwise;
    }
    if (choice.get().isObject()) {
      return Kind.NAMED;
    }
    return switch (choice.get().asText()) {
      case "none" -> Kind.NONE;
      case "auto" -> Kind.AUTO;
      case "required" -> Kind.REQUIRED;
      default -> throw fields.unexpected("tool_choice", "none, auto, required, or a function");
    };
  }

  private static Tool named(Fields fields, List<Tool> tools) {
    Fields choice = fields.object("tool_choice").orElseThrow();
    Fields function = choice.object("function").orElseThrow(() -> choice.missing("function"));
    String name = function.requiredText("name");
    return tools.stream()
        .filter(tool -> tool.name().equals(name))
        .findFirst()
        .orElseThrow(() -> function.unexpected("name", "one of the tools"));
  }

  /**
   * Returns what forces the model to call: JSON of the arguments of the tool that is named, or of a
   * list of calls; nothing where it decides itself.
   */
  Optional<TokenConstraint> constraint(OutputConstraints constraints) {
    return switch (kind) {
      case NONE, AUTO -> Optional.empty();
      case NAMED -> Optional.of(constraints.json("tools", tools.getFirst().parameters()));
      case REQUIRED -> Optional.of(constraints.json("tools", callsSchema()));
    };
  }

  private ObjectNode callsSchema() {
    ObjectNode schema = Json.object().put("type", "array").put("minItems", 1);
    if (!parallel) {
      schema.put("maxItems", 1);
    }
    ArrayNode calls = schema.putObject("items").putArray("anyOf");
    for (Tool tool : tools) {
      ObjectNode call = calls.addObject().put("type", "object");
      ObjectNode properties = call.putObject("properties");
      properties.putObject("name").put("const", tool.name());
      properties.set("parameters", tool.parameters());
      call.putArray("required").add("name").add("parameters");
      call.put("additionalProperties", false);
    }
    return schema;
  }
}
