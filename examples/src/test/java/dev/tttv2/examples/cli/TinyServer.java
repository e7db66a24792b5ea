// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tttv2.examples.Golden;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code tttv2 serve} in this process, with a tiny model of 320 tokens. */
final class TinyServer implements AutoCloseable {
  private static final Pattern ADDRESS = Pattern.compile(" is served at (http://[^\\s]+)");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Says what Qwen's template says of tools, in short. */
  private static final String TEMPLATE =
      """
      {%- if tools %}Tools: {% for tool in tools %}{{ tool | tojson }}
      {% endfor %}Call with <tool_call>{"name": ..., "arguments": ...}</tool_call>
      {% endif %}{% for message in messages %}{{ message.role }}: {{ message.content or '' }}
      {% endfor %}{% if add_generation_prompt %}assistant: {% endif %}\
      """;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Console console =
      new Console(
          new PrintStream(out, true, StandardCharsets.UTF_8),
          new PrintStream(err, true, StandardCharsets.UTF_8),
          new ByteArrayInputStream(new byte[0]),
          false);
  private final CompletableFuture<Integer> status;
  private final String address;

  private TinyServer(String... arguments) throws InterruptedException {
    List<String> all = new ArrayList<>(List.of("serve", "--port", "0"));
    all.addAll(List.of(arguments));
    status =
        CompletableFuture.supplyAsync(
            () -> Tttv2.run(console, all.toArray(String[]::new)),
            task -> Thread.ofPlatform().name("serve").start(task));
    address = awaitAddress();
  }

  /** Starts a server and waits until it listens. */
  static TinyServer start(String... arguments) throws InterruptedException {
    return new TinyServer(arguments);
  }

  private String awaitAddress() throws InterruptedException {
    while (true) {
      Matcher matcher = ADDRESS.matcher(out.toString(StandardCharsets.UTF_8));
      if (matcher.find()) {
        return matcher.group(1);
      }
      assertTrue(!status.isDone(), () -> err.toString(StandardCharsets.UTF_8));
      Thread.sleep(10);
    }
  }

  String address() {
    return address;
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** Ends it as a signal does. */
  @Override
  public void close() {
    console.cancel();
    try {
      assertEquals(CommandFailure.INTERRUPTED, status.get(60, TimeUnit.SECONDS), err());
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  /** Makes a model's directory: a golden Llama with a tokenizer and a chat template. */
  static Path model(Path directory) throws IOException {
    Path model = Files.createDirectory(directory.resolve("tiny"));
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(Golden.root().resolve("tiny/llama_gqa").resolve(file), model.resolve(file));
    }
    Files.copy(Path.of("src/it/import/tokenizer.json"), model.resolve("tokenizer.json"));
    ObjectNode config = JSON.createObjectNode().put("chat_template", TEMPLATE);
    Files.writeString(model.resolve("tokenizer_config.json"), config.toString());
    return model;
  }

  /** Makes an encoder's directory: a golden BERT with a tokenizer of a few words. */
  static Path encoder(Path directory) throws IOException {
    Path model = Files.createDirectory(directory.resolve("tiny-bert"));
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(Golden.root().resolve("tiny/bert").resolve(file), model.resolve(file));
    }
    ObjectNode tokenizer =
        (ObjectNode)
            JSON.readTree(
                """
                {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
                 "normalizer": null, "pre_tokenizer": {"type": "BertPreTokenizer"},
                 "post_processor": null, "decoder": {"type": "WordPiece", "prefix": "##",
                   "cleanup": true},
                 "model": {"type": "WordPiece", "unk_token": "[UNK]",
                   "continuing_subword_prefix": "##", "max_input_chars_per_word": 100}}
                """);
    ((ObjectNode) tokenizer.get("model"))
        .set("vocab", JSON.valueToTree(Map.of("[PAD]", 0, "[UNK]", 1, "red", 2, "blue", 3)));
    Files.writeString(model.resolve("tokenizer.json"), tokenizer.toString());
    return model;
  }
}
