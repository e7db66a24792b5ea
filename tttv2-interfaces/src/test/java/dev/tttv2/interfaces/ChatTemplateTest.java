// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tttv2.config.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatTemplateTest {
  private static ChatTemplate smollm2() {
    return ChatTemplate.parse(
        Fixtures.resource("smollm2-vocabulary.json.gz").get("tokenizer.chat_template").textValue(),
        Map.of("bos_token", "<|im_start|>", "eos_token", "<|im_end|>"));
  }

  @Test
  void rendersTheGoldenConversations() {
    ChatTemplate template = smollm2();
    int conversations = 0;
    try (Tokenizer tokenizer = Tokenizer.fromJson(TokenizerJson.of(Fixtures.smollm2()))) {
      for (JsonNode prompt : Fixtures.golden("smollm2/prompts.json")) {
        String text = prompt.path("text").asText();
        if (prompt.has("messages")) {
          List<ChatMessage> messages = new ArrayList<>();
          for (JsonNode message : prompt.get("messages")) {
            messages.add(
                new ChatMessage(
                    message.get("role").textValue(), message.get("content").textValue()));
          }
          text = template.render(messages, prompt.get("add_generation_prompt").booleanValue());
          assertEquals(prompt.get("rendered").textValue(), text, prompt.get("name").textValue());
          conversations++;
        }
        assertArrayEquals(Fixtures.ints(prompt.get("prompt_ids")), tokenizer.encode(text, false));
      }
    }
    assertEquals(5, conversations);
  }

  @Test
  void addsTheDefaultSystemMessage() {
    String text = smollm2().render(List.of(ChatMessage.user("Hi")), true);
    assertEquals(
        "<|im_start|>system\n"
            + "You are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n"
            + "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n",
        text);
  }

  @Test
  void aTemplateOfAnotherTypeIsNamed(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("tokenizer_config.json");
    for (String[] bad :
        new String[][] {
          {"5", "is 5, expected a text"},
          {"[{\"name\": \"default\", \"template\": 5}]", "is 5, expected a text"},
          {"[{\"name\": \"default\"}]", "its default has no template"},
          {"[{\"name\": \"x\"}]", "has the templates [x], none is named default"}
        }) {
      Files.writeString(file, "{\"chat_template\": " + bad[0] + "}");
      assertEquals(
          file + ": field chat_template: " + bad[1],
          assertThrows(CheckpointException.class, () -> ChatTemplate.ofDirectory(directory))
              .getMessage());
    }
  }

  @Test
  void whatTheUserSaysStaysText() {
    ChatTemplate template =
        ChatTemplate.parse("{% for m in messages %}{{ m.content }}{% endfor %}", Map.of());
    assertEquals(
        "{{ 1 + 1 }}{% if x %}",
        template.render(
            List.of(ChatMessage.user("{{ 1 + 1 }}"), ChatMessage.user("{% if x %}")), false));
  }

  @Test
  void knowsSpecialTokensToolsAndVariables() {
    ChatTemplate template =
        ChatTemplate.parse(
            "{{ bos_token }}{{ tools is none }}{{ documents is none }}{{ flag is defined }}"
                + "{% if add_generation_prompt %}>{% endif %}{{ messages[0].tool_calls[0].name }}",
            Map.of("bos_token", "<s>"));
    List<Map<String, Object>> messages =
        List.of(Map.of("role", "assistant", "tool_calls", List.of(Map.of("name", "f"))));
    assertEquals("<s>TrueTrueFalsef", template.render(messages, false, Map.of()));
    assertEquals(
        "<s>FalseTrueTrue>f",
        template.render(messages, true, Map.of("flag", 1, "tools", List.of("t"))));
  }
}
