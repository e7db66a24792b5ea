// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.core.BufferType;
import dev.tttv2.core.Device;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** An engine with {@link MarkovModel}, a tokenizer of characters and a chat template. */
@SuppressWarnings("exports") // of no concern to clients
public final class ServedTable implements AutoCloseable {
  /** Its longest context. */
  public static final int CONTEXT = MarkovModel.CONTEXT;

  /** Its end-of-text token. */
  public static final int EOS = MarkovModel.EOS;

  /** The tokens of the characters; "\u00c3" and "\u00a9" are the bytes of one. */
  private static final String CHARACTERS =
      "abcdefghijklmnopqrstuvwxyz0123456789{}\":,[]<>/_-.?!'()=+*\u0120\u010a\u00c3\u00a9#&";

  private static final String TEMPLATE =
      """
      {%- if tools %}{% for tool in tools %}{{ tool.function.name }} {% endfor %}<tool_call>
      {% endif %}{% for message in messages %}{{ message.role }}: {{ message.content or '' }}
      {% if message.tool_calls %}{{ message.tool_calls[0].function.arguments.city }}
      {% endif %}{% endfor %}{% if add_generation_prompt %}assistant: {% endif %}\
      """;

  private final Device device;
  private final int tensorsBefore;
  private final MarkovModel model;
  private final Tokenizer tokenizer;
  private final VLLMGenerator engine;

  /** Starts an engine. */
  public ServedTable(EngineConfig config) {
    device = Device.open();
    tensorsBefore = liveTensors();
    model = new MarkovModel(device);
    List<String> tokens =
        new ArrayList<>(CHARACTERS.chars().mapToObj(Character::toString).toList());
    tokens.add("<end>");
    int[] types = new int[tokens.size()];
    Arrays.fill(types, GgufVocabulary.NORMAL);
    types[EOS] = GgufVocabulary.CONTROL;
    tokenizer =
        Tokenizer.fromJson(
            TokenizerJson.of(
                new GgufVocabulary(
                    "gpt2",
                    "gpt-2",
                    tokens,
                    types,
                    new float[0],
                    List.of(),
                    -1,
                    List.of(),
                    List.of(),
                    false)));
    engine = new VLLMGenerator(model, tokenizer, ChatTemplate.parse(TEMPLATE, Map.of()), config);
  }

  /** The engine. */
  public VLLMGenerator engine() {
    return engine;
  }

  /** The text that greedy choice makes of a prompt. */
  public String continuation(String prompt, int tokens) {
    int[] ids = tokenizer.encode(prompt, false);
    int[] next =
        Stream.iterate(MarkovModel.next(ids[ids.length - 1]), MarkovModel::next)
            .limit(tokens)
            .mapToInt(id -> id)
            .toArray();
    return tokenizer.decode(next, true);
  }

  /** The id of a character. */
  public int token(String character) {
    return tokenizer.encode(character, false)[0];
  }

  /** Tensors on the device beyond those from before. */
  public int liveTensors() {
    return device.memory(BufferType.DRAM).liveTensors() - tensorsBefore;
  }

  @Override
  public void close() {
    engine.close();
    model.close();
    tokenizer.close();
    int left = liveTensors();
    device.close();
    if (left != 0) {
      throw new AssertionError(left + " tensors are left");
    }
  }
}
