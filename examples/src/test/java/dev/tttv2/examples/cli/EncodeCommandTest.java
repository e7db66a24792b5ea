// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import static dev.tttv2.examples.cli.CommandLineTest.assertFails;
import static dev.tttv2.examples.cli.CommandLineTest.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tttv2.examples.Golden;
import dev.tttv2.examples.cli.CommandLineTest.Run;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code tttv2 encode} with tiny models: texts, pooling, and what is refused. */
class EncodeCommandTest {
  private static final Path TINY = Golden.root().resolve("tiny");
  private static final Path BERT = TINY.resolve("bert");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temporary;
  private Path inputs;
  private Path out;

  @BeforeEach
  void nameFiles() {
    inputs = temporary.resolve("inputs.safetensors");
    out = temporary.resolve("out.safetensors");
  }

  private Run encode(Path model, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "encode",
                "--model",
                model.toString(),
                "--preset",
                "float32",
                "--out",
                out.toString()));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  /** A value of a tensor: a whole number for I64 and I32, else a float32. */
  private record Entry(String name, String dtype, int[] shape, double... values) {
    static Entry ids(String name, int rows, double... values) {
      return new Entry(name, "I64", new int[] {rows, values.length / rows}, values);
    }
  }

  private void writeInputs(Entry... entries) throws IOException {
    ObjectNode header = JSON.createObjectNode();
    ByteBuffer data = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    for (Entry entry : entries) {
      int begin = data.position();
      for (double value : entry.values) {
        switch (entry.dtype) {
          case "I64" -> data.putLong((long) value);
          case "I32" -> data.putInt((int) value);
          case "F32" -> data.putFloat((float) value);
          default -> throw new IllegalArgumentException(entry.dtype);
        }
      }
      ObjectNode tensor = header.putObject(entry.name).put("dtype", entry.dtype);
      tensor.set("shape", JSON.valueToTree(entry.shape));
      tensor.putArray("data_offsets").add(begin).add(data.position());
    }
    byte[] used = new byte[data.position()];
    data.flip().get(used);
    Golden.write(inputs, header.toString(), used);
  }

  /** A copy of BERT with a tokenizer of four words. */
  private Path bertWithTokenizer() throws IOException {
    Path model = copy(BERT);
    Map<String, Integer> vocabulary =
        Map.of("[PAD]", 0, "[UNK]", 1, "[CLS]", 2, "[SEP]", 3, "red", 4, "##der", 5, "blue", 6);
    ObjectNode tokenizer =
        (ObjectNode)
            JSON.readTree(
                """
                {"version": "1.0",
                 "truncation": {"max_length": 4, "strategy": "LongestFirst", "stride": 0},
                 "padding": {"strategy": {"Fixed": 16}, "direction": "Right",
                   "pad_to_multiple_of": null, "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]"},
                 "added_tokens": [],
                 "normalizer": {"type": "BertNormalizer", "clean_text": true,
                   "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
                 "pre_tokenizer": {"type": "BertPreTokenizer"},
                 "post_processor": {"type": "TemplateProcessing",
                   "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}},
                     {"Sequence": {"id": "A", "type_id": 0}},
                     {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
                   "pair": [{"Sequence": {"id": "A", "type_id": 0}},
                     {"Sequence": {"id": "B", "type_id": 1}}],
                   "special_tokens": {
                     "[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]},
                     "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}},
                 "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
                 "model": {"type": "WordPiece", "unk_token": "[UNK]",
                   "continuing_subword_prefix": "##", "max_input_chars_per_word": 100}}
                """);
    ((ObjectNode) tokenizer.get("model")).set("vocab", JSON.valueToTree(vocabulary));
    Files.writeString(model.resolve("tokenizer.json"), tokenizer.toString());
    return model;
  }

  private Path copy(Path model) throws IOException {
    Path copy = Files.createDirectory(temporary.resolve("model"));
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(model.resolve(file), copy.resolve(file));
    }
    return copy;
  }

  @Test
  void textsGetTheirSpecialTokensAndAMask() throws IOException {
    Path model = bertWithTokenizer();
    Run texts = encode(model, "Red blue redder green", "blue", "--pooling", "mean", "--json");
    assertEquals(0, texts.status(), texts.err());
    JsonNode summary = texts.json().getFirst();
    assertEquals(
        List.of("inputs", "tokens", "outputs", "encode_ms", "peak_rss_mb"),
        summary.properties().stream().map(Map.Entry::getKey).toList());
    assertEquals(2, summary.get("inputs").asInt());
    assertEquals(10, summary.get("tokens").asInt());
    assertEquals(
        "{\"last_hidden_state\":[2,7,96],\"pooler_output\":[2,96],\"embedding\":[2,96]}",
        summary.get("outputs").toString());
    assertTrue(summary.get("encode_ms").asDouble() > 0);
    Golden fromTexts = Golden.read(out);

    // "-" is standard input.
    Run piped =
        CommandLineTest.runWith(
            "Red blue redder green",
            "encode",
            "-",
            "blue",
            "--model",
            model.toString(),
            "--preset",
            "float32",
            "--out",
            out.toString());
    assertEquals(0, piped.status(), piped.err());
    assertArrayEquals(
        fromTexts.floats("last_hidden_state"), Golden.read(out).floats("last_hidden_state"));

    writeInputs(
        Entry.ids("input_ids", 2, 2, 4, 6, 4, 5, 1, 3, 2, 6, 3, 0, 0, 0, 0),
        new Entry(
            "attention_mask",
            "I32",
            new int[] {2, 7},
            new double[] {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0}));
    Run ids = encode(BERT, "--inputs", inputs.toString());
    assertEquals(0, ids.status(), ids.err());
    assertEquals("last_hidden_state  [2, 7, 96]\npooler_output      [2, 96]\n", ids.out());
    assertTrue(ids.err().startsWith("2 texts of 10 tokens in "), ids.err());
    Golden fromIds = Golden.read(out);
    for (String name : List.of("last_hidden_state", "pooler_output")) {
      assertArrayEquals(fromIds.floats(name), fromTexts.floats(name), name);
    }

    float[] hidden = fromIds.floats("last_hidden_state");
    float[] embedding = fromTexts.floats("embedding");
    for (int i = 0; i < 96; i++) {
      double sum = 0;
      for (int row = 0; row < 3; row++) {
        sum += hidden[(7 + row) * 96 + i];
      }
      assertEquals(sum / 3, embedding[96 + i], 1e-5);
      assertEquals(0, hidden[(7 + 3) * 96 + i], "padding");
    }
    try (Stream<Path> files = Files.list(temporary)) {
      assertEquals(3, files.count(), "temporary files are left");
    }
  }

  @Test
  void embeddingsAreNormalised() throws IOException {
    writeInputs(Entry.ids("input_ids", 1, 2, 4, 3));
    Run run = encode(BERT, "--inputs", inputs.toString(), "--pooling", "cls", "--normalize");
    assertEquals(0, run.status(), run.err());
    Golden written = Golden.read(out);
    float[] first = written.floats("last_hidden_state");
    float[] embedding = written.floats("embedding");
    double length = 0;
    for (int i = 0; i < 96; i++) {
      length += first[i] * first[i];
    }
    for (int i = 0; i < 96; i++) {
      assertEquals(first[i] / Math.sqrt(length), embedding[i], 1e-6);
    }
  }

  private Run encodeInputs(Path model, Entry... entries) throws IOException {
    writeInputs(entries);
    return encode(model, "--inputs", inputs.toString());
  }

  @Test
  void namesBadInputs() throws IOException {
    Entry ids = Entry.ids("input_ids", 2, 2, 3, 4, 5);
    String tensor = inputs + ": tensor ";
    assertFails(
        1,
        tensor + "\"input_ids\": has dtype F32, expected I64 or I32 or U8 or BOOL",
        encodeInputs(BERT, new Entry("input_ids", "F32", new int[] {1, 1}, 1)));
    assertFails(
        1,
        tensor + "\"input_ids\": is missing; there are [attention_mask]",
        encodeInputs(BERT, Entry.ids("attention_mask", 1, 1)));
    assertFails(1, tensor + "\"input_ids\": is missing", encodeInputs(BERT));
    assertFails(
        1,
        tensor
            + "\"labels\": is no input, expected [input_ids, attention_mask, token_type_ids,"
            + " pixel_values]",
        encodeInputs(BERT, ids, Entry.ids("labels", 1, 1)));
    assertFails(
        1,
        tensor + "\"input_ids\": has shape [2], expected [B, S]",
        encodeInputs(BERT, new Entry("input_ids", "I64", new int[] {2}, 1, 1)));
    assertFails(
        1,
        inputs + ": attention_mask have 1 rows, input_ids 2",
        encodeInputs(BERT, ids, Entry.ids("attention_mask", 1, 1, 1)));
    assertFails(
        1,
        inputs + ": token_type_ids[0] has 3 values, expected 2",
        encodeInputs(BERT, ids, Entry.ids("token_type_ids", 2, 0, 0, 0, 0, 0, 0)));
    assertFails(
        1,
        inputs + ": attention_mask[1, 0] is 2, expected 0 or 1",
        encodeInputs(BERT, ids, Entry.ids("attention_mask", 2, 1, 1, 2, 1)));
    assertFails(
        1,
        inputs + ": attention_mask[1] is 0 everywhere",
        encodeInputs(BERT, ids, Entry.ids("attention_mask", 2, 1, 1, 0, 0)));
    assertFails(
        1,
        inputs + ": input_ids are empty",
        encodeInputs(BERT, new Entry("input_ids", "I64", new int[] {0, 4})));
    assertFails(
        1,
        "input_ids[1, 0] is 320, the vocabulary has 320",
        encodeInputs(BERT, Entry.ids("input_ids", 2, 2, 3, 320, 5)));
    assertFails(
        1,
        "input_ids[0, 1] is -1, the vocabulary has 320",
        encodeInputs(BERT, Entry.ids("input_ids", 1, 2, -1)));
    assertFails(
        1,
        "token_type_ids[0, 1] is 2, the model has 2",
        encodeInputs(BERT, ids, Entry.ids("token_type_ids", 2, 0, 2, 0, 0)));
    assertFails(
        1,
        "text 0 has 65 tokens, the model has 64 positions",
        encodeInputs(BERT, Entry.ids("input_ids", 1, new double[65])));
    Path clip = TINY.resolve("clip_text");
    assertFails(
        1,
        "token_type_ids were given, but the model tells no segments apart",
        encodeInputs(clip, ids, Entry.ids("token_type_ids", 2, 0, 0, 0, 0)));
    assertFails(
        1,
        "text 1: has no token 319 (eos_token_id)",
        encodeInputs(clip, Entry.ids("input_ids", 2, 0, 319, 0, 7)));
    assertFails(
        1,
        temporary.resolve("none") + ": no such file",
        encode(BERT, "--inputs", temporary.resolve("none").toString()));
    assertTrue(Files.notExists(out));
  }

  private static Entry pixels(int... shape) {
    int volume = 1;
    for (int extent : shape) {
      volume *= extent;
    }
    return new Entry("pixel_values", "F32", shape, new double[volume]);
  }

  @Test
  void namesBadImages() throws IOException {
    Path vit = TINY.resolve("vit");
    assertFails(
        1,
        "pixel_values are [1, 3, 32, 40], expected [B, 3, 32, 32]",
        encodeInputs(vit, pixels(1, 3, 32, 40)));
    assertFails(
        1,
        "pixel_values are [1, 1, 32, 32], expected [B, 3, 32, 32]",
        encodeInputs(vit, pixels(1, 1, 32, 32)));
    assertFails(
        1,
        "\"pixel_values\": has shape [3, 32, 32], expected [B, C, height, width]",
        encodeInputs(vit, pixels(3, 32, 32)));
    assertFails(
        1,
        "\"pixel_values\": has dtype I64, expected F32",
        encodeInputs(vit, new Entry("pixel_values", "I64", new int[] {1, 1, 1, 1}, 1)));
    Entry ids = Entry.ids("input_ids", 1, 2, 3);
    assertFails(
        1,
        "holds [input_ids, pixel_values], expected texts or images",
        encodeInputs(vit, ids, pixels(1, 3, 32, 32)));
    assertFails(1, "the model takes pixel_values, not texts", encodeInputs(vit, ids));
    assertFails(
        1, "the model takes input_ids, not images", encodeInputs(BERT, pixels(1, 3, 32, 32)));
  }

  @Test
  void textNeedsATokenizer() {
    assertFails(1, "tokenizer.json", encode(BERT, "some text"));
  }

  @Test
  void aTextLongerThanTheModelIsRefused() throws IOException {
    Run run = encode(bertWithTokenizer(), "red", "blue ".repeat(63));
    assertFails(1, "text 1 has 65 tokens, the model has 64 positions", run);
  }

  @Test
  void everyKindOfModelHasItsCommands() throws IOException {
    Path llama = TINY.resolve("llama_gqa");
    assertFails(
        1,
        llama
            + ": architecture \"LlamaForCausalLM\" is a decoder, which encodes nothing (family"
            + " llama)",
        encodeInputs(llama, Entry.ids("input_ids", 1, 5)));
    assertFails(
        1,
        BERT + ": architecture \"BertModel\" is an encoder, which continues no text (family bert)",
        run("generate", "--model", BERT.toString(), "--token-ids", "5"));
    Run bert = run("info", "--model", BERT.toString());
    assertTrue(bert.out().contains("bert (BertModel): 2 layers"), bert.out());
    assertTrue(bert.out().contains("at most 64 tokens"), bert.out());
    Run vit = run("info", "--model", TINY.resolve("vit").toString());
    assertTrue(vit.out().contains("32 x 32 pixels, 16 patches"), vit.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bert | BertModel | BertForQuestionAnswering | no model family for architecture"
            + " \"BertForQuestionAnswering\"",
        "bert | BertModel | BertForSequenceClassification | tensor \"classifier.bias\"",
        "bert | \"num_hidden_layers\": 2 | \"num_hidden_layers\": 3 | encoder.layer.2.",
        "bert | \"num_hidden_layers\": 2 | \"num_hidden_layers\": 1 | that a BERT does not have:"
            + " encoder.layer.1.",
        "bert | \"vocab_size\": 320 | \"vocab_size\": 321 | \"embeddings.word_embeddings.weight\":"
            + " has shape [320, 96], expected [321, 96]",
        "bert | \"absolute\" | \"relative_key\" | position_embedding_type",
        "bert | \"use_cache\": true | \"brand_new\": true | brand_new",
        "bert | \"use_cache\": true | \"is_decoder\": true | is_decoder",
        "vit | \"LABEL_9\" | \"LABEL_9\", \"10\": \"x\" | has shape [10, 96], expected [11, 96]",
        "vit | ViTForImageClassification | ViTModel | that a ViT does not have: classifier.",
        "vit | \"patch_size\": 8 | \"patch_size\": 4 | has shape [96, 3, 8, 8], expected"
            + " [96, 3, 4, 4]",
        "clip_text | WithProjection | | that a tower of CLIP does not have: text_projection.weight",
        "clip_text | \"eos_token_id\": 319 | \"eos_token_id\": null | eos_token_id: is null",
        "clip_text | \"projection_dim\": 40 | \"projection_dim\": 41 |"
            + " \"text_projection.weight\": has shape [40, 96], expected [41, 96]",
        "clip_vision | CLIPVisionModelWithProjection | CLIPModel | architecture \"CLIPModel\"",
        "clip_vision | \"image_size\": 32 | \"image_size\": 40 | has shape [17, 96], expected"
            + " [26, 96]"
      })
  void namesWhatDoesNotFit(String model, String from, String to, String message)
      throws IOException {
    Path copy = copy(TINY.resolve(model));
    Path config = copy.resolve("config.json");
    String text = Files.readString(config);
    assertTrue(text.contains(from), text);
    Files.writeString(config, text.replaceFirst(Pattern.quote(from), to == null ? "" : to));
    Golden golden = Golden.read(TINY.resolve(model).resolve("golden.safetensors"));
    golden.copy(List.of("input_ids", "pixel_values"), inputs);
    Run run = encode(copy, "--inputs", inputs.toString());
    assertFails(1, message, run);
    assertTrue(run.err().contains(copy.toString()), run.err());
  }

  @Test
  void aFileThatCannotBeWrittenIsNamed() {
    out = temporary.resolve("none/out.safetensors");
    assertFails(
        1, out + ": cannot be written: " + out.getParent() + " is no directory", encode(BERT, "x"));
  }
}
