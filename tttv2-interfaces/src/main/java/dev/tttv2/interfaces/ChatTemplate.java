// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.CheckpointException;
import dev.tttv2.config.InputFiles;
import dev.tttv2.config.Metadata;
import dev.tttv2.interfaces.jinja.Template;
import dev.tttv2.interfaces.jinja.TemplateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes a conversation as the text that a model was trained on, by the Jinja template that comes
 * with the model. Messages are data: template syntax in them stays text. Immutable, may be used by
 * several threads at once.
 */
public final class ChatTemplate {
  private static final List<String> SPECIAL_TOKENS =
      List.of("bos_token", "eos_token", "unk_token", "pad_token", "sep_token", "cls_token");

  private final Template template;
  private final Map<String, Object> specialTokens;

  private ChatTemplate(Template template, Map<String, Object> specialTokens) {
    this.template = template;
    this.specialTokens = specialTokens;
  }

  /**
   * Parses a template.
   *
   * @param source the Jinja template
   * @param specialTokens special tokens by the name the template knows them by, such as "bos_token"
   * @throws TemplateException if it is not well formed or uses a construct that is not supported
   */
  public static ChatTemplate parse(String source, Map<String, String> specialTokens) {
    return new ChatTemplate(Template.parse(source), Map.copyOf(specialTokens));
  }

  /**
   * Finds the template of a checkpoint: {@code tokenizer.chat_template} of a GGUF; {@code
   * chat_template.jinja}, or {@code chat_template} in {@code tokenizer_config.json}, of a
   * directory. Of several, the one named "default".
   *
   * @return nothing if the checkpoint has no template
   * @throws CheckpointException if a file cannot be read or the template not be parsed; names file,
   *     field and the template's line
   */
  public static Optional<ChatTemplate> of(Checkpoint checkpoint) {
    return Files.isDirectory(checkpoint.path())
        ? ofDirectory(checkpoint.path())
        : ofGguf(checkpoint.metadata());
  }

  private static ChatTemplate parse(
      String source, Map<String, String> specialTokens, Path file, String field) {
    try {
      return parse(source, specialTokens);
    } catch (TemplateException e) {
      throw new CheckpointException(file, field, e.getMessage(), e);
    }
  }

  private static Optional<ChatTemplate> ofGguf(Metadata metadata) {
    Optional<String> source = metadata.optionalString("tokenizer.chat_template");
    if (source.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> special = new HashMap<>();
    Metadata fields = metadata.scope("tokenizer.ggml.");
    List<String> tokens = fields.strings("tokens");
    Map.of(
            "bos_token", "bos_token_id",
            "eos_token", "eos_token_id",
            "unk_token", "unknown_token_id",
            "pad_token", "padding_token_id")
        .forEach(
            (name, field) ->
                fields
                    .optionalInt(field, 0, tokens.size() - 1)
                    .ifPresent(id -> special.put(name, tokens.get(id))));
    return Optional.of(
        parse(source.get(), special, metadata.file(), "field tokenizer.chat_template"));
  }

  static Optional<ChatTemplate> ofDirectory(Path directory) {
    Path configFile = directory.resolve("tokenizer_config.json");
    JsonNode config = readJson(configFile);
    Map<String, String> special = new HashMap<>();
    for (JsonNode source :
        List.of(readJson(directory.resolve("special_tokens_map.json")), config)) {
      for (String name : SPECIAL_TOKENS) {
        JsonNode token = source.path(name);
        token = token.isObject() ? token.path("content") : token;
        if (token.isTextual()) {
          special.put(name, token.textValue());
        }
      }
    }
    Path file = directory.resolve("chat_template.jinja");
    if (Files.exists(file)) {
      InputFiles.check(file);
      try {
        return Optional.of(parse(Files.readString(file), special, file, ""));
      } catch (IOException e) {
        throw InputFiles.refuse(file, e);
      }
    }
    JsonNode template = config.path("chat_template");
    if (template.isArray()) {
      List<String> names = new ArrayList<>();
      for (JsonNode named : template) {
        names.add(named.path("name").asText());
        if (named.path("name").asText().equals("default")) {
          template = named.path("template");
          break;
        }
      }
      if (template.isArray()) {
        throw new CheckpointException(
            configFile,
            "field chat_template",
            "has the templates " + names + ", none is named default");
      }
      if (template.isMissingNode()) {
        throw new CheckpointException(
            configFile, "field chat_template", "its default has no template");
      }
    }
    if (template.isTextual()) {
      return Optional.of(parse(template.textValue(), special, configFile, "field chat_template"));
    }
    if (!template.isMissingNode() && !template.isNull()) {
      throw new CheckpointException(
          configFile, "field chat_template", "is %s, expected a text".formatted(template));
    }
    return Optional.empty();
  }

  private static JsonNode readJson(Path file) {
    ObjectMapper mapper = new ObjectMapper();
    if (!Files.exists(file)) {
      return mapper.createObjectNode();
    }
    InputFiles.check(file);
    JsonNode root;
    try {
      root = mapper.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).readTree(file.toFile());
    } catch (IOException e) {
      throw InputFiles.refuse(file, e);
    }
    if (!root.isObject()) {
      throw new CheckpointException(
          file, "", root.isMissingNode() ? "is empty" : "is not a JSON object");
    }
    return root;
  }

  /**
   * Renders a conversation.
   *
   * @param messages the messages so far
   * @param addGenerationPrompt whether to end with the beginning of the assistant's next message
   * @throws TemplateException if the template refuses the conversation, or fails
   */
  public String render(List<ChatMessage> messages, boolean addGenerationPrompt) {
    List<Map<String, Object>> plain = new ArrayList<>(messages.size());
    for (ChatMessage message : messages) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("role", message.role());
      fields.put("content", message.content());
      plain.add(fields);
    }
    return render(plain, addGenerationPrompt, Map.of());
  }

  /**
   * Renders a conversation whose messages have more fields than role and content.
   *
   * @param messages maps of texts, numbers, booleans, lists, maps and nulls, such as {@code
   *     tool_calls}
   * @param addGenerationPrompt whether to end with the beginning of the assistant's next message
   * @param variables further variables of the template, such as "tools" or "enable_thinking"
   * @throws TemplateException if the template refuses the conversation, or fails
   */
  public String render(
      List<? extends Map<String, ?>> messages,
      boolean addGenerationPrompt,
      Map<String, ?> variables) {
    Map<String, Object> all = new HashMap<>(specialTokens);
    all.put("tools", null);
    all.put("documents", null);
    all.putAll(variables);
    all.put("messages", messages);
    all.put("add_generation_prompt", addGenerationPrompt);
    return template.render(all);
  }
}
