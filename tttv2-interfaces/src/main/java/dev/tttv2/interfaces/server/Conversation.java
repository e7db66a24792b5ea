// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tttv2.interfaces.ChatTemplate;
import dev.tttv2.interfaces.jinja.TemplateException;
import dev.tttv2.interfaces.json.JsonProblem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The messages of a chat, as templates know them, and what else the template is told. */
final class Conversation {
  /** Stands where a message ends that is to be continued. No template changes it. */
  private static final String END = "\uE000\uE001end\uE001\uE000";

  private static final Set<String> ROLES =
      Set.of("system", "developer", "user", "assistant", "tool", "function");

  private final List<Map<String, Object>> messages = new ArrayList<>();
  private final Map<String, Object> variables = new LinkedHashMap<>();
  private final boolean generationPrompt;
  private final boolean continues;

  /**
   * Reads the messages of a request.
   *
   * @param tools what the template is told of tools; empty: nothing
   * @throws ApiException if one is malformed; names it
   */
  Conversation(Fields fields, List<Tool> tools) {
    fields.required("messages");
    for (Fields message : fields.objects("messages")) {
      messages.add(message(message));
    }
    if (messages.isEmpty()) {
      throw fields.unexpected("messages", "at least one message");
    }
    continues = fields.flag("continue_final_message", false);
    generationPrompt = fields.flag("add_generation_prompt", !continues);
    if (continues && generationPrompt) {
      throw ApiException.invalid(
          "continue_final_message",
          "continue_final_message and add_generation_prompt are both true, expected one of them");
    }
    if (!tools.isEmpty()) {
      variables.put("tools", tools.stream().map(Tool::description).toList());
    }
    fields
        .value("documents")
        .ifPresent(
            ignored ->
                variables.put(
                    "documents",
                    fields.objects("documents").stream()
                        .map(each -> Json.map(each.json()))
                        .toList()));
    fields
        .object("chat_template_kwargs")
        .ifPresent(members -> variables.putAll(Json.map(members.json())));
    fields.refuse("chat_template", "a request cannot bring its own template");
  }

  private static Map<String, Object> message(Fields message) {
    Map<String, Object> plain = new LinkedHashMap<>();
    String role = message.requiredText("role");
    if (!ROLES.contains(role)) {
      throw message.unexpected("role", "system, developer, user, assistant or tool");
    }
    // Newer models of OpenAI's call system messages so; no template here knows the name.
    plain.put("role", role.equals("developer") ? "system" : role);
    List<Object> calls = new ArrayList<>();
    for (Fields call : message.objects("tool_calls")) {
      calls.add(toolCall(call));
    }
    Optional<String> content = content(message);
    if (content.isEmpty() && calls.isEmpty()) {
      throw message.missing("content");
    }
    plain.put("content", content.orElse(null));
    if (!calls.isEmpty()) {
      plain.put("tool_calls", calls);
    }
    for (String name : List.of("name", "tool_call_id", "reasoning_content")) {
      message.text(name).ifPresent(value -> plain.put(name, value));
    }
    return plain;
  }

  /** Returns a text, or the texts of a list's parts, one a line as in vLLM. */
  private static Optional<String> content(Fields message) {
    Optional<JsonNode> content = message.value("content");
    if (content.isEmpty()) {
      return Optional.empty();
    }
    if (content.get().isTextual()) {
      return Optional.of(content.get().textValue());
    }
    if (!content.get().isArray()) {
      throw message.unexpected("content", "a text or a list of parts");
    }
    List<String> texts = new ArrayList<>();
    for (Fields part : message.objects("content")) {
      if (!part.requiredText("type").equals("text")) {
        throw part.unexpected("type", "text: the model reads nothing else");
      }
      texts.add(part.requiredText("text"));
    }
    return Optional.of(String.join("\n", texts));
  }

  private static Map<String, Object> toolCall(Fields call) {
    Fields function = call.object("function").orElseThrow(() -> call.missing("function"));
    Map<String, Object> plain = new LinkedHashMap<>();
    call.text("id").ifPresent(id -> plain.put("id", id));
    plain.put("type", "function");
    plain.put(
        "function",
        Map.of(
            "name", function.requiredText("name"),
            "arguments", arguments(function)));
    return plain;
  }

  /** Returns arguments as templates want them, which the API writes as a text of JSON. */
  private static Map<String, Object> arguments(Fields function) {
    String text = function.text("arguments").orElse("");
    try {
      JsonNode json = Json.read(text.isBlank() ? "{}" : text);
      if (json.isObject()) {
        return Json.map(json);
      }
    } catch (JsonProblem e) {
      // Said below.
    }
    throw function.unexpected("arguments", "an object, written as a text of JSON");
  }

  /**
   * Renders the conversation.
   *
   * @throws ApiException if the template refuses it
   */
  String render(ChatTemplate template) {
    List<Map<String, Object>> rendered = new ArrayList<>(messages);
    if (continues) {
      Map<String, Object> last = new LinkedHashMap<>(messages.getLast());
      last.put("content", (last.get("content") == null ? "" : last.get("content")) + END);
      rendered.set(rendered.size() - 1, last);
    }
    String text;
    try {
      text = template.render(rendered, generationPrompt, variables);
    } catch (TemplateException e) {
      throw ApiException.invalid(
          "messages", "the model's chat template refuses the messages: " + e.getMessage());
    }
    if (!continues) {
      return text;
    }
    int end = text.lastIndexOf(END);
    if (end < 0) {
      throw ApiException.invalid(
          "continue_final_message", "the model's chat template leaves out the last message");
    }
    return text.substring(0, end);
  }
}
