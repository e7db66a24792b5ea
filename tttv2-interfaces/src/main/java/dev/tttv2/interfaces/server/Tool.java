// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A function that the model may call.
 *
 * @param name the function's
 * @param parameters the schema of its arguments
 * @param description the whole entry, as templates want it
 */
record Tool(String name, JsonNode parameters, Map<String, Object> description) {
  /**
   * Reads {@code tools}.
   *
   * @throws ApiException if one is malformed; names it
   */
  static List<Tool> of(Fields fields) {
    List<Tool> tools = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Fields tool : fields.objects("tools")) {
      if (!tool.requiredText("type").equals("function")) {
        throw tool.unexpected("type", "function");
      }
      Fields function = tool.object("function").orElseThrow(() -> tool.missing("function"));
      String name = function.requiredText("name");
      if (name.isEmpty() || !names.add(name)) {
        throw function.unexpected("name", "a name that no other tool has");
      }
      JsonNode parameters =
          function
              .object("parameters")
              .map(schema -> (JsonNode) schema.json())
              .orElseGet(() -> Json.object().put("type", "object"));
      tools.add(new Tool(name, parameters, Json.map(tool.json())));
    }
    return tools;
  }
}
