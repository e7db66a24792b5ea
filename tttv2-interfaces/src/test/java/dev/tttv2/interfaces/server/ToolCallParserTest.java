// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls in texts, however tokens cut them. */
class ToolCallParserTest {
  private static final String HERMES = "a prompt that explains <tool_call>";
  private static final String LLAMA = "a prompt that explains JSON";

  private static final ToolChoice TOOLS =
      new ToolChoice(
          ToolChoice.Kind.AUTO,
          List.of(new Tool("f", Json.object(), Map.of()), new Tool("g", Json.object(), Map.of())),
          true);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "plain|plain|",
        "a < b <tool> <tool_cal|a < b <tool> <tool_cal|",
        "<tool_call>{\"name\": \"f\", \"arguments\": {\"x\": 1}}</tool_call>|``|f{\"x\":1}",
        "so: <tool_call>\\n"
            + "{\"name\": \"f\", \"arguments\": {}}\\n"
            + "</tool_call>\\n"
            + "<tool_call>{\"name\": \"g\"}</tool_call>|`so: `|f{} g{}",
        "<tool_call>{\"name\": \"f\", \"arguments\": {}}|``|f{}",
        "<tool_call>no JSON</tool_call> x|<tool_call>no JSON</tool_call> x|",
        "<tool_call>{\"name\": 5}</tool_call>|<tool_call>{\"name\": 5}</tool_call>|",
      })
  void hermes(String text, String content, String calls) {
    check(HERMES, text.replace("\\n", "\n"), content, calls);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "plain|plain|",
        "{\"name\": \"f\", \"parameters\": {\"x\": 1}}|``|f{\"x\":1}",
        "{\"name\": \"f\", \"parameters\": {}}; {\"name\": \"g\", \"parameters\": {}}|``|f{} g{}",
        "{\"name\": \"h\", \"parameters\": {}}|{\"name\": \"h\", \"parameters\": {}}|",
        "{\"name\": \"f\", \"param|{\"name\": \"f\", \"param|",
        "{\"name\": \"f\", \"parameters\": {}} and more|{\"name\": \"f\", \"parameters\": {}} and"
            + " more|",
        "{}|{}|",
      })
  void llama(String text, String content, String calls) {
    check(LLAMA, text, content, calls);
    if (calls != null) {
      check(LLAMA, "<|python_tag|>" + text, content, calls);
    }
  }

  private static void check(String prompt, String text, String content, String calls) {
    for (int cut = 1; cut <= text.length(); cut++) {
      ToolCallParser parser = ToolCallParser.of(TOOLS, prompt);
      StringBuilder plain = new StringBuilder();
      List<String> found = new ArrayList<>();
      for (int i = 0; i < text.length(); i += cut) {
        add(parser.accept(text.substring(i, Math.min(text.length(), i + cut))), plain, found);
      }
      add(parser.end(), plain, found);
      assertEquals(content, plain.toString(), "cut at " + cut);
      assertEquals(calls == null ? "" : calls, String.join(" ", found), "cut at " + cut);
    }
  }

  private static void add(ToolCallParser.Piece piece, StringBuilder plain, List<String> found) {
    plain.append(piece.text());
    piece.calls().forEach(call -> found.add(call.name() + call.arguments()));
  }
}
