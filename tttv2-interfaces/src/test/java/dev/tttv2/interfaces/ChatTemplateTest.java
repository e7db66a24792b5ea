// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tttv2.config.CheckpointException;
import dev.tttv2.interfaces.jinja.TemplateException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
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
  void aFileThatIsNoObjectIsNamed(@TempDir Path directory) throws IOException {
    for (String name : List.of("tokenizer_config.json", "special_tokens_map.json")) {
      Path file = directory.resolve(name);
      for (String content : List.of("", " \n", "[]", "null", "5", "{", "{} {}")) {
        Files.writeString(file, content);
        String message =
            assertThrows(CheckpointException.class, () -> ChatTemplate.ofDirectory(directory))
                .getMessage();
        assertTrue(message.startsWith(file + ": is "), message);
      }
      Files.writeString(file, "{}");
      assertTrue(ChatTemplate.ofDirectory(directory).isEmpty());
    }
  }

  @Test
  void survivesMutatedFiles(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("tokenizer_config.json");
    String common = "{\"bos_token\": \"<s>\", \"eos_token\": {\"content\": \"</s>\"}, ";
    List<String> sources =
        List.of(
            common + "\"chat_template\": \"{{ bos_token }}{{ messages[0].content }}\"}",
            common
                + "\"chat_template\": [{\"name\": \"x\", \"template\": \"a\"},"
                + " {\"name\": \"default\", \"template\": \"{{ eos_token }}\"}]}",
            common + "\"chat_template\": null, \"model_max_length\": 1e30}");
    String[] pieces = {
      "{", "}", "[", "]", "\"", ",", ":", "null", "5", "1e999", "{%", "}}", "\\", "\\ud800",
      "\u0000"
    };
    Random random = new Random(9);
    int accepted = 0;
    int inputs = Fixtures.FULL ? 1_000_000 : 5_000;
    for (int i = 0; i < inputs; i++) {
      StringBuilder text = new StringBuilder(sources.get(random.nextInt(sources.size())));
      for (int edits = 1 + random.nextInt(3); edits > 0 && !text.isEmpty(); edits--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(4)) {
          case 0 -> text.deleteCharAt(at);
          case 1 -> text.insert(at, pieces[random.nextInt(pieces.length)]);
          case 2 -> text.setCharAt(at, (char) random.nextInt(256));
          default -> text.delete(at, at + random.nextInt(text.length() - at + 1));
        }
      }
      // One byte a character: some make no UTF-8.
      Files.write(file, text.toString().getBytes(StandardCharsets.ISO_8859_1));
      try {
        ChatTemplate.ofDirectory(directory)
            .ifPresent(template -> template.render(List.of(ChatMessage.user("Hi")), true));
        accepted++;
      } catch (CheckpointException e) {
        assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
      } catch (TemplateException e) {
        assertTrue(e.line() >= 1);
      }
    }
    assertTrue(accepted > inputs / 10, accepted + " of " + inputs + " files accepted");
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
