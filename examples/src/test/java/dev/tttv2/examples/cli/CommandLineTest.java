// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tttv2.examples.Golden;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line, called in this process, with a tiny model. */
class CommandLineTest {
  private static final Path TINY = Golden.root().resolve("tiny/llama_gqa");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temporary;

  record Run(int status, String out, String err) {
    List<JsonNode> json() throws IOException {
      List<JsonNode> objects = new ArrayList<>();
      for (String line : out.lines().toList()) {
        objects.add(JSON.readTree(line));
      }
      return objects;
    }
  }

  static Run run(String... arguments) {
    return runWith("", arguments);
  }

  static Run runWith(String input, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        Tttv2.run(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            arguments);
    return new Run(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** Expects a failure that is told in one line. */
  static void assertFails(int status, String message, Run run) {
    assertEquals(status, run.status(), run.err());
    assertTrue(run.err().startsWith("tttv2: "), run.err());
    assertTrue(run.err().contains(message), run.err());
    assertEquals(status == 2 ? 2 : 1, run.err().lines().count(), run.err());
  }

  private static String join(int[] ids) {
    return Arrays.stream(ids).mapToObj(Integer::toString).collect(Collectors.joining(","));
  }

  private static int[] ints(JsonNode list) {
    return IntStream.range(0, list.size()).map(i -> list.get(i).asInt()).toArray();
  }

  private static void copyModel(Path to) throws IOException {
    for (String file : List.of("config.json", "generation_config.json", "model.safetensors")) {
      Files.copy(TINY.resolve(file), to.resolve(file));
    }
  }

  private void copyModelWithTokenizer() throws IOException {
    copyModel(temporary);
    Files.copy(Path.of("src/it/import/tokenizer.json"), temporary.resolve("tokenizer.json"));
  }

  @Test
  void generatesTheReferencesTokens() throws IOException {
    Golden golden = Golden.read(TINY.resolve("golden_ragged.safetensors"));
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "generate",
                "--model",
                TINY.toString(),
                "--preset",
                "float32",
                "--json",
                "--ignore-eos",
                "--max-tokens",
                "16"));
    for (int i = 0; i < 3; i++) {
      arguments.add("--token-ids");
      arguments.add(join(golden.ints("prompt." + i)));
    }
    Run run = run(arguments.toArray(String[]::new));
    assertEquals(0, run.status(), run.err());
    List<JsonNode> objects = run.json();
    assertEquals(3, objects.size());
    for (int i = 0; i < 3; i++) {
      JsonNode object = objects.get(i);
      assertEquals(
          List.of(
              "prompt_tokens",
              "tokens",
              "text",
              "finish_reason",
              "ttft_ms",
              "prefill_tokens_per_s",
              "decode_tokens_per_s",
              "peak_rss_mb"),
          object.properties().stream().map(java.util.Map.Entry::getKey).toList());
      assertEquals(join(golden.ints("prompt." + i)), join(ints(object.get("prompt_tokens"))));
      assertEquals(join(golden.ints("greedy.tokens." + i)), join(ints(object.get("tokens"))));
      assertTrue(object.get("text").isNull());
      assertEquals("length", object.get("finish_reason").asText());
      for (String number :
          List.of("ttft_ms", "prefill_tokens_per_s", "decode_tokens_per_s", "peak_rss_mb")) {
        assertTrue(object.get(number).asDouble() > 0, number + " of " + object);
      }
    }
  }

  @Test
  void textsWithoutEndAreRefused() throws IOException {
    copyModelWithTokenizer();
    String model = temporary.toString();
    String message = "has more than 12582912 bytes; a text has at most 4194304 characters";
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 'a';
          }
        };
    PrintStream none = new PrintStream(OutputStream.nullOutputStream());
    int status =
        Tttv2.run(none, new PrintStream(err, true), endless, "generate", "-", "--model", model);
    assertEquals(1, status);
    assertEquals("tttv2: standard input: " + message + "\n", err.toString());
    assertFails(1, "/dev/zero: " + message, run("score", "/dev/zero", "--model", model));

    Path text = Files.writeString(temporary.resolve("long.txt"), "ab ".repeat(1 << 20));
    assertFails(
        1,
        text + ": text has 3145728 characters, expected at most",
        run("score", text.toString(), "--model", model));
    Path latin = Files.write(temporary.resolve("latin.txt"), new byte[] {'a', (byte) 0xe9});
    assertFails(1, latin + ": is not UTF-8", run("score", latin.toString(), "--model", model));
  }

  @Test
  void stopsAtEndOfText() throws IOException {
    Golden golden = Golden.read(TINY.resolve("golden.safetensors"));
    int[] prompt = Arrays.copyOf(golden.ints("input_ids"), golden.shape("input_ids")[1]);
    int[] expected = Arrays.copyOf(golden.ints("greedy.tokens"), 16);
    copyModel(temporary);
    for (String file : List.of("config.json", "generation_config.json")) {
      Path path = temporary.resolve(file);
      String text = Files.readString(path);
      assertTrue(text.contains("\"eos_token_id\": 2"));
      Files.writeString(
          path, text.replace("\"eos_token_id\": 2", "\"eos_token_id\": " + expected[2]));
    }
    Run run =
        run(
            "generate",
            "--model",
            temporary.toString(),
            "--preset",
            "float32",
            "--json",
            "--token-ids",
            join(prompt));
    JsonNode object = run.json().getFirst();
    // The token that stopped it is among the tokens.
    assertEquals(join(Arrays.copyOf(expected, 3)), join(ints(object.get("tokens"))));
    assertEquals("stop", object.get("finish_reason").asText());
  }

  @Test
  void storesTheFirstPromptsLogits() throws IOException {
    Golden golden = Golden.read(TINY.resolve("golden.safetensors"));
    int length = golden.shape("input_ids")[1];
    int[] ids = golden.ints("input_ids");
    Path file = temporary.resolve("logits.safetensors");
    Run run =
        run(
            "generate",
            "--model",
            TINY.toString(),
            "--preset",
            "float32",
            "--json",
            "--ignore-eos",
            "--max-tokens",
            "16",
            "--dump-logits",
            file.toString(),
            "--token-ids",
            join(Arrays.copyOf(ids, length)),
            "--token-ids",
            join(Arrays.copyOfRange(ids, length, 2 * length)));
    assertEquals(0, run.status(), run.err());
    Golden dumped = Golden.read(file);
    int vocabulary = golden.shape("logits")[2];
    assertEquals(List.of(length + 15, vocabulary), boxed(dumped.shape("logits")));
    float[] actual = dumped.floats("logits");
    float[] prompt = golden.floats("logits");
    float[] steps = golden.floats("greedy.logits");
    for (int i = 0; i < length * vocabulary; i++) {
      assertEquals(prompt[i], actual[i], 5e-4, "value " + i);
    }
    for (int i = 0; i < 16 * vocabulary; i++) {
      assertEquals(steps[i], actual[(length - 1) * vocabulary + i], 5e-4, "value " + i);
    }
    try (var files = Files.list(temporary)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  private static List<Integer> boxed(int[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  @Test
  void streamsTextAndSaysHowFast() throws IOException {
    copyModelWithTokenizer();
    Run json = run("generate", "ab", "--model", temporary.toString(), "--json");
    assertEquals(0, json.status(), json.err());
    Run run = run("generate", "ab", "--model", temporary.toString());
    assertEquals(0, run.status(), run.err());
    assertEquals(json.json().getFirst().get("text").asText() + "\n", run.out());
    assertTrue(run.err().contains("tokens/s"), run.err());

    Run piped = runWith("ab", "generate", "-", "--model", temporary.toString());
    assertEquals(run.out(), piped.out());
  }

  @Test
  void labelsSeveralPrompts() throws IOException {
    copyModelWithTokenizer();
    Run run = run("generate", "ab", "cd", "--model", temporary.toString(), "--max-tokens", "3");
    assertEquals(0, run.status(), run.err());
    assertTrue(run.out().startsWith("=== prompt 0: ab\n"), run.out());
    assertTrue(run.out().contains("\n=== prompt 1: cd\n"), run.out());
  }

  @Test
  void generatesWhatIsAskedFor() throws IOException {
    copyModelWithTokenizer();
    String model = temporary.toString();
    Run choice =
        run("generate", "ab", "--model", model, "--choice", "left", "--choice", "right", "--json");
    assertEquals(0, choice.status(), choice.err());
    String chosen = choice.json().getFirst().get("text").textValue();
    assertTrue(List.of("left", "right").contains(chosen), chosen);
    assertEquals("stop", choice.json().getFirst().get("finish_reason").textValue());

    Run regex = run("generate", "ab", "--model", model, "--regex", "[0-9]{3}-[a-f]{2}");
    assertEquals(0, regex.status(), regex.err());
    assertTrue(regex.out().matches("[0-9]{3}-[a-f]{2}\n"), regex.out());

    String schema =
        """
        {"type": "object", "properties": {"age": {"type": "integer", "minimum": 20, "maximum": 99}},
         "required": ["age"]}
        """;
    Path file = Files.writeString(temporary.resolve("schema.json"), schema);
    for (String given : List.of(schema, file.toString())) {
      Run run = run("generate", "ab", "--model", model, "--json-schema", given);
      assertEquals(0, run.status(), run.err());
      int age = JSON.readTree(run.out()).get("age").intValue();
      assertTrue(age >= 20 && age <= 99, run.out());
    }

    assertFails(
        2,
        "--json-schema: JSON schema: $.not is not supported",
        run("generate", "ab", "--model", model, "--json-schema", "{\"not\": {}}"));
    assertFails(
        2,
        "--regex: the regular expression a(?=b) has at position 1 lookahead",
        run("generate", "ab", "--model", model, "--regex", "a(?=b)"));
    assertFails(
        1,
        "does-not-exist",
        run("generate", "ab", "--model", model, "--json-schema", "does-not-exist"));
    assertFails(
        1,
        "tokenizer.json",
        run("generate", "--token-ids", "1", "--model", TINY.toString(), "--choice", "x"));
  }

  @Test
  void chatUsesTheTemplate() throws IOException {
    copyModelWithTokenizer();
    Files.writeString(
        temporary.resolve("chat_template.jinja"),
        "{% for m in messages %}{{ m.role }}:{{ m.content }};{% endfor %}");
    Run chat =
        run(
            "generate",
            "ab",
            "--chat",
            "--system",
            "cd",
            "--model",
            temporary.toString(),
            "--json");
    assertEquals(0, chat.status(), chat.err());
    Run tokenized =
        run("tokenize", "system:cd;user:ab;", "--model", temporary.toString(), "--json");
    assertEquals(
        tokenized.json().getFirst().get("tokens"), chat.json().getFirst().get("prompt_tokens"));
  }

  @Test
  void seedMakesTheChoiceRepeatable() throws IOException {
    String[] arguments = {
      "generate",
      "--model",
      TINY.toString(),
      "--token-ids",
      "5,6,7",
      "--temperature",
      "2",
      "--top-k",
      "50",
      "--top-p",
      "0.95",
      "--min-p",
      "0.001",
      "--json",
      "--ignore-eos",
      "--seed",
      "7"
    };
    JsonNode first = run(arguments).json().getFirst().get("tokens");
    assertEquals(first, run(arguments).json().getFirst().get("tokens"));
    arguments[arguments.length - 1] = "8";
    assertFalse(first.equals(run(arguments).json().getFirst().get("tokens")));
  }

  @Test
  void samplesAndTheirLogprobs() throws IOException {
    String[] arguments = {
      "--token-ids",
      "5,6,7",
      "--json",
      "--n",
      "2",
      "--best-of",
      "4",
      "--seed",
      "1",
      "--max-tokens",
      "6",
      "--logprobs",
      "2",
      "--prompt-logprobs",
      "1",
      "--typical-p",
      "0.9",
      "--min-tokens",
      "2",
      "--no-repeat-ngram",
      "2",
      "--logit-bias",
      "9=3",
      "--logit-bias",
      "8=-5"
    };
    Run run = generate(TINY, arguments);
    assertEquals(0, run.status(), run.err());
    List<JsonNode> objects = run.json();
    assertEquals(2, objects.size());
    for (JsonNode object : objects) {
      assertEquals(0, object.get("prompt").asInt());
      assertEquals(object.get("tokens").size(), object.get("logprobs").size());
      double sum = 0;
      for (int i = 0; i < object.get("tokens").size(); i++) {
        JsonNode token = object.get("logprobs").get(i);
        assertEquals(object.get("tokens").get(i), token.get("token"));
        assertEquals(2, token.get("top").size());
        assertEquals(1, token.get("top").get(0).get("rank").asInt());
        sum += token.get("logprob").asDouble();
      }
      assertEquals(sum, object.get("cumulative_logprob").asDouble(), 1e-4);
      assertEquals(2, object.get("prompt_logprobs").size());
      assertEquals(6, object.get("prompt_logprobs").get(0).get("token").asInt());
    }
    assertTrue(
        objects.get(0).get("cumulative_logprob").asDouble()
            >= objects.get(1).get("cumulative_logprob").asDouble());
    String plain = generate(TINY, "--token-ids", "5,6", "--n", "2", "--seed", "1").out();
    assertTrue(plain.startsWith("=== prompt 0.0: 5,6\n"), plain);
    assertTrue(plain.contains("\n=== prompt 0.1: 5,6\n"), plain);
  }

  @Test
  void beamsAndGuesses() throws IOException {
    String[] beams = {"--token-ids", "5,6,7", "--beams", "3", "--max-tokens", "7"};
    Run one = generate(TINY, beams);
    assertEquals(0, one.status(), one.err());
    assertEquals(7, one.out().strip().split(" ").length, one.out());
    List<String> several = new ArrayList<>(List.of(beams));
    several.addAll(List.of("--n", "3", "--json", "--length-penalty", "0.5"));
    several.addAll(List.of("--early-stopping", "never"));
    Run run = generate(TINY, several.toArray(String[]::new));
    assertEquals(0, run.status(), run.err());
    assertEquals(3, run.json().size());
    assertEquals(2, run.json().get(2).get("sample").asInt());
    String[] greedy = {"--token-ids", "5,6,5,6", "--max-tokens", "40", "--ignore-eos"};
    List<String> guessing = new ArrayList<>(List.of(greedy));
    guessing.addAll(List.of("--prompt-lookup", "4"));
    Run guessed = generate(TINY, guessing.toArray(String[]::new));
    assertEquals(generate(TINY, greedy).out(), guessed.out());
    assertTrue(guessed.err().contains(" guesses right; "), guessed.err());
    assertFails(
        1,
        "logitBias names token 400, the vocabulary has 320",
        generate(TINY, "--token-ids", "5", "--logit-bias", "400=1"));
    assertFails(
        1,
        "no token may follow after 319 new ones: ",
        generate(
            TINY,
            "--token-ids",
            "5",
            "--ignore-eos",
            "--no-repeat-ngram",
            "1",
            "--max-tokens",
            "400"));
  }

  @Test
  void tokenizes() throws IOException {
    copyModelWithTokenizer();
    Run json = run("tokenize", "ab", "</s>", "", "--model", temporary.toString(), "--json");
    assertEquals(0, json.status(), json.err());
    assertEquals(3, json.json().size());
    assertEquals("{\"tokens\":[2]}", json.out().lines().toList().get(1));
    assertEquals("{\"tokens\":[]}", json.out().lines().toList().get(2));
    Run plain = run("tokenize", "</s>", "--model", temporary.toString());
    assertEquals("2\n", plain.out());
  }

  @Test
  void scoresAgainstAReference() throws IOException {
    Golden golden = Golden.read(TINY.resolve("golden.safetensors"));
    int length = golden.shape("input_ids")[1];
    int vocabulary = golden.shape("logits")[2];
    int[] ids = Arrays.copyOf(golden.ints("input_ids"), length);
    float[] logits = golden.floats("logits");
    StringBuilder choices = new StringBuilder();
    double nll = 0;
    for (int position = 0; position < length; position++) {
      int offset = position * vocabulary;
      int[] best =
          IntStream.range(0, vocabulary)
              .boxed()
              .sorted((a, b) -> Float.compare(logits[offset + b], logits[offset + a]))
              .limit(5)
              .mapToInt(i -> i)
              .toArray();
      if (position == 0) {
        int first = best[0];
        best[0] = best[1];
        best[1] = first;
      }
      choices.append(position == 0 ? "[" : ",[").append(join(best)).append(']');
      if (position + 1 < length) {
        double sum = 0;
        for (int i = 0; i < vocabulary; i++) {
          sum += Math.exp(logits[offset + i]);
        }
        nll += Math.log(sum) - logits[offset + ids[position + 1]];
      }
    }
    Path reference = temporary.resolve("reference.json");
    Files.writeString(
        reference, "{\"ids\": [%s], \"top5_ids\": [%s]}".formatted(join(ids), choices));
    Run run =
        run(
            "score",
            "--model",
            TINY.toString(),
            "--preset",
            "float32",
            "--json",
            "--reference",
            reference.toString());
    assertEquals(0, run.status(), run.err());
    JsonNode score = run.json().getFirst();
    assertEquals(length, score.get("tokens").asInt());
    double perplexity = Math.exp(nll / (length - 1));
    assertEquals(perplexity, score.get("perplexity").asDouble(), 1e-4 * perplexity);
    assertEquals((length - 1.0) / length, score.get("top1").asDouble(), 1e-6);
    assertEquals(1, score.get("top5").asDouble());
  }

  @Test
  void scoresAText() throws IOException {
    copyModelWithTokenizer();
    Path text = Files.writeString(temporary.resolve("text.txt"), "some text");
    Run run = run("score", text.toString(), "--model", temporary.toString(), "--json");
    assertEquals(0, run.status(), run.err());
    JsonNode score = run.json().getFirst();
    assertEquals(2, score.size());
    assertTrue(score.get("perplexity").asDouble() > 1);
    Files.writeString(text, "a");
    assertFails(
        1,
        text + ": has 1 tokens, expected at least 2",
        run("score", text.toString(), "--model", temporary.toString()));
  }

  @Test
  void describesModelAndDevice() {
    Run run = run("info", "--model", TINY.toString(), "--preset", "performance");
    assertEquals(0, run.status(), run.err());
    for (String part :
        List.of("backend", "device", "DRAM memory", "2 layers", "ff1_3 BFLOAT4_B", "context")) {
      assertTrue(run.out().contains(part), run.out());
    }
  }

  @Test
  void infoSaysHowAModelFitsOnHardware() {
    Run run =
        run(
            "info",
            "--model",
            TINY.toString(),
            "--hardware",
            "N300",
            "--batch",
            "4",
            "--context",
            "64");
    assertEquals(0, run.status(), run.err());
    assertTrue(run.out().contains("n300, 2 x 1 chip: fits, "), run.out());
    assertTrue(run.out().contains("n300, 1 x 2 chips: "), run.out());
    assertTrue(run.out().contains("decode limited by "), run.out());
    assertTrue(run.out().contains("hardware      n300: mesh of 1 x 2, "), run.out());
    assertTrue(run.out().contains("links: tt-transformers 02290fbb, tt_ccl.py"), run.out());
    Run galaxy = run("info", "--model", TINY.toString(), "--hardware", "galaxy");
    assertTrue(galaxy.out().contains("galaxy, 4 x 8 chips (2 x 4): "), galaxy.out());
    assertFails(
        1, "no hardware \"gpu\" is known; there are [n150,", run("info", "--hardware", "gpu"));
    assertFails(2, "--batch", run("info", "--hardware", "n150", "--batch", "0"));
  }

  @Test
  void scoresWithWeightsCalibratedByAText() throws IOException {
    copyModelWithTokenizer();
    Path text = temporary.resolve("text.txt");
    Files.writeString(text, "a few words ".repeat(200));
    Path other = temporary.resolve("other.txt");
    Files.writeString(other, "one two three");
    String model = temporary.toString();
    String[] command = {
      "score", other.toString(), "--model", model, "--preset", "performance", "--json"
    };
    double plain = run(command).json().getFirst().get("perplexity").asDouble();
    String[] calibrated = Arrays.copyOf(command, command.length + 2);
    calibrated[command.length] = "--calibration";
    calibrated[command.length + 1] = text.toString();
    Run first = run(calibrated);
    assertEquals(0, first.status(), first.err());
    double perplexity = first.json().getFirst().get("perplexity").asDouble();
    assertTrue(perplexity != plain, "calibration changes nothing");
    assertEquals(perplexity, run(calibrated).json().getFirst().get("perplexity").asDouble());

    Files.writeString(text, "");
    assertFails(1, "calibration text has 0 tokens, expected at least 512", run(calibrated));
    Files.writeString(text, "a few words");
    assertFails(1, "tokens, expected at least 512, a chunk", run(calibrated));
    Files.delete(text);
    assertFails(1, text.toString(), run(calibrated));
    calibrated[5] = "accuracy";
    Files.writeString(text, "a few words ".repeat(200));
    assertFails(1, "no weight is in [BFLOAT4_B] with accuracy", run(calibrated));
    assertFails(
        2,
        "Unknown option: '--calibration'",
        run("encode", "a text", "--out", "out.safetensors", "--calibration", text.toString()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tttv2",
        "generate",
        "score",
        "encode",
        "tokenize",
        "serve",
        "batch",
        "info",
        "doctor"
      })
  void helpIsWhatTheLauncherShows(String command) throws IOException {
    Run run = command.equals("tttv2") ? run("--help") : run(command, "--help");
    assertEquals(0, run.status());
    Path file = Path.of("launcher/help/" + command + ".txt");
    if (Boolean.getBoolean("tttv2.help.update")) {
      Files.writeString(file, run.out());
    }
    assertEquals(
        Files.readString(file),
        run.out(),
        "the help has changed: run with -Dtttv2.help.update=true");
    assertTrue(run.out().lines().allMatch(line -> line.length() <= 100), run.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "generate --bogus x | Unknown option: '--bogus'",
        "nonsense | unknown command \"nonsense\"; there are generate, score, encode, tokenize,"
            + " serve, batch, info, doctor, fetch, jshell",
        "generate --model m | no prompt",
        "generate --model m x --system y | --system needs --chat",
        "generate --model m x --regex a --beams 2 | --json-schema, --regex and --choice are not",
        "generate --model m x --regex a --choice b | give one of --json-schema, --regex and"
            + " --choice",
        "generate --model m x --preset int8 | --preset is \"int8\", expected one of float32,"
            + " accuracy, performance",
        "generate --model m x --backend cuda | --backend is \"cuda\", expected host or ttnn",
        "generate --model m x --max-tokens 0 | --max-tokens is 0, expected 1 or more",
        "generate --model m x --max-tokens many | \"many\" is not a whole number from"
            + " -2147483648 to 2147483647",
        "generate --model m x --temperature -1 | --temperature is -1, expected 0 or more",
        "generate --model m x --top-p 1.5 | --top-p is 1.5, expected above 0, at most 1",
        "generate --model m x --min-tokens 9 --max-tokens 5 | --min-tokens is 9, expected from 0 to"
            + " --max-tokens, which is 5",
        "generate --model m x --n 0 | --n is 0, expected at least 1",
        "generate --model m x --n 2 --temperature 0 | --n is 2, expected 1: with temperature 0",
        "generate --model m x --n 3 --best-of 2 | --best-of is 2, expected at least n, which is 3",
        "generate --model m x --typical-p 0 | --typical-p is 0, expected above 0, at most 1",
        "generate --model m x --logit-bias 5:1 | --logit-bias: \"5:1\" is not ID=VALUE",
        "generate --model m x --logit-bias 5=x | --logit-bias: \"5=x\" is not ID=VALUE",
        "generate --model m x --logprobs 2 | --logprobs and --prompt-logprobs need --json",
        "generate --model m x --beams 0 | beam search: --beams is 0, expected 1 to 32",
        "generate --model m x --beams 2 --n 3 | --n is 3, expected 1 to beams, which is 2",
        "generate --model m x --beams 2 --best-of 3 | --best-of does not go together with --beams",
        "generate --model m x --beams 2 --temperature 0.7 | beam search does not go together with a"
            + " temperature",
        "generate --model m x --beams 2 --json --prompt-logprobs 1 | beam search does not go"
            + " together with --prompt-logprobs",
        "generate --model m x --temperature warm | \"warm\" is not a number",
        "generate --model m x --seed 1.5 | \"1.5\" is not a whole number from",
        "generate --model m x --regex a( | --regex: ",
        "generate --model m x --length-penalty 2 | --length-penalty needs --beams",
        "generate --model m x --early-stopping never | --early-stopping needs --beams",
        "generate --model m x --early-stopping soon --beams 2 | 'soon'",
        "generate --model m x --prompt-lookup 32 | prompt lookup: --prompt-lookup is 32, expected 1"
            + " to 31",
        "generate --model m x --n 2 --dump-logits f | --dump-logits is for one text of a prompt",
        "generate --model m --token-ids 1,,2 | --token-ids: \"\" is not a token id",
        "generate --model m x --threads 0 | --threads is 0, expected 1 or more",
        "generate --model m x --threads 1025 | --threads is 1025, expected at most 1024",
        "generate --model m x --override wqkv=fp8 | override: \"wqkv=fp8\": \"fp8\" is"
            + " no precision",
        "generate --model m x --override programs=fast | is no choice of program configs; there are"
            + " [automatic, tuned]",
        "generate --model m x --devices 0 | --devices is 0, expected 1 or more",
        "generate --model m x --devices 65 | --devices is 65, expected at most 64",
        "generate --model m x --devices 9x8 | --devices is 9x8, expected at most 64",
        "generate --model m x --devices 2x0 | --devices is 2x0, expected 1 or more",
        "generate --model m x --devices 2x | --devices is \"2x\", expected a number or rows x"
            + " columns, such as 8 or 2x4",
        "score --model m | give one of FILE.txt and --reference",
        "tokenize --model m | Missing required parameter: 'TEXT'",
        "generate x | no model: give one with --model",
        "encode x --model m | Missing required option: '--out=FILE.safetensors'",
        "encode --model m --out o | give one of TEXT and --inputs FILE.safetensors",
        "encode x --inputs i --model m --out o | give one of TEXT and --inputs FILE.safetensors",
        "encode x --model m --out o --pooling max | --pooling is \"max\", expected one of mean,"
            + " cls, none",
        "encode x --model m --out o --normalize | --normalize needs --pooling",
        "encode x --model m --out o --preset int8 | --preset is \"int8\"",
        "encode x --model m --out o --context 9 | Unknown option: '--context'",
        "encode x --out o | no model: give one with --model DIR"
      })
  void refusesWrongUsage(String arguments, String message) {
    assertFails(2, message, run(arguments.split(" ")));
  }

  @Test
  void aMissingCommandIsWrongUsage() {
    assertFails(2, "a command is missing; there are generate, score, ", run());
  }

  @Test
  void namesAMissingModel() {
    Path missing = temporary.resolve("none.gguf");
    assertFails(1, missing.toString(), generate(missing, "--token-ids", "1"));
  }

  private static Run generate(Path model, String... more) {
    List<String> arguments = new ArrayList<>(List.of("generate", "--model", model.toString()));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  @Test
  void namesATruncatedFile() throws IOException {
    copyModel(temporary);
    Path weights = temporary.resolve("model.safetensors");
    try (RandomAccessFile file = new RandomAccessFile(weights.toFile(), "rw")) {
      file.setLength(file.length() / 2);
    }
    assertFails(1, weights.toString(), generate(temporary, "--token-ids", "1"));
  }

  @Test
  void namesAFileThatIsNoModel() throws IOException {
    Path file = Files.writeString(temporary.resolve("model.gguf"), "this is not a model");
    assertFails(1, file.toString(), generate(file, "--token-ids", "1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"hidden_size\": 144 | \"hidden_size\": -144 | hidden_size: is -144",
        "\"hidden_size\": 144 | \"hidden_size\": \"144\" | hidden_size: is \"144\"",
        "\"vocab_size\": 320 | \"vocabulary\": 320 | vocab_size: is missing",
        "\"vocab_size\": 320 | \"vocab_size\": 321 | has shape [320, 144], expected [321, 144]",
        "\"num_key_value_heads\": 3 | \"num_key_value_heads\": 4 | num_key_value_heads: is 4, which"
            + " does not divide num_attention_heads, 9",
        "\"hidden_act\": \"silu\" | \"hidden_act\": \"mish\" | hidden_act: is \"mish\"",
        "\"rope_scaling\": null | \"rope_scaling\": {\"rope_type\": \"ntk\"} | rope_type:"
            + " \"ntk\" is not supported",
        "\"rope_scaling\": null | \"rope_scaling\": {\"rope_type\": \"linear\"} | factor: is"
            + " missing",
        "\"rope_scaling\": null | \"quantization_config\": {\"bits\": 4} | 1 unknown field:"
            + " quantization_config",
        "\"rope_scaling\": null | \"num_local_experts\": 4, \"num_experts_per_tok\": 2 |"
            + " 2 unknown fields: num_local_experts, num_experts_per_tok",
        "\"num_hidden_layers\": 2 | \"num_hidden_layers\": 3 | model.layers.2.",
        "\"num_hidden_layers\": 2 | \"num_hidden_layers\": 1 | that a Llama does not have",
        "\"attention_bias\": false | \"attention_bias\": true | q_proj.bias",
        "LlamaForCausalLM | BrandNewForCausalLM | BrandNewForCausalLM",
        "\"vocab_size\": 320 | \"vocab_size\": 320,, | config.json"
      })
  void namesABadField(String from, String to, String message) throws IOException {
    copyModel(temporary);
    Path config = temporary.resolve("config.json");
    String text = Files.readString(config);
    assertTrue(text.contains(from));
    Files.writeString(config, text.replace(from, to));
    Run run = generate(temporary, "--token-ids", "1");
    assertFails(1, message, run);
    assertTrue(run.err().contains(temporary.toString()), run.err());
  }

  @Test
  void refusesAPromptLongerThanTheContext() {
    String ids = IntStream.range(0, 64).mapToObj(i -> "5").collect(Collectors.joining(","));
    assertFails(
        1,
        "prompt 0 has 64 tokens, context is 64: no room",
        generate(TINY, "--token-ids", ids, "--context", "64"));
    assertFails(
        1,
        "--context is 513, the model has at most 512",
        generate(TINY, "--token-ids", "5", "--context", "513"));
  }

  @Test
  void refusesATokenOutsideOfTheVocabulary() {
    assertFails(
        1, "token 1 is 320, the vocabulary has 320", generate(TINY, "--token-ids", "319,320"));
    assertFails(1, "token 0 is -1", generate(TINY, "--token-ids", "-1"));
  }

  @Test
  void textNeedsATokenizer() {
    assertFails(1, "tokenizer.json", generate(TINY, "some text"));
    assertFails(1, "tokenizer.json", generate(TINY, "--token-ids", "1", "--stop", "x"));
    assertFails(1, "tokenizer.json", run("tokenize", "x", "--model", TINY.toString()));
  }

  @Test
  void chatNeedsATemplate() throws IOException {
    copyModelWithTokenizer();
    assertFails(1, "it has no chat template", generate(temporary, "--chat", "x"));

    Path file = Files.writeString(temporary.resolve("chat_template.jinja"), "a\n{% if %}");
    assertFails(1, file + ": template line 2: ", generate(temporary, "--chat", "x"));
    Files.writeString(file, "a\n{{ raise_exception('no such role') }}");
    assertFails(
        1, temporary + ": chat template line 2: no such role", generate(temporary, "--chat", "x"));
  }

  @Test
  void outputsReplaceNoInputs() throws IOException {
    copyModel(temporary);
    for (String name : List.of("model.safetensors", "config.json")) {
      Path file = temporary.resolve(name);
      byte[] before = Files.readAllBytes(file);
      assertFails(
          1,
          file + ": cannot be written: it would replace what is read from " + temporary,
          generate(temporary, "--token-ids", "1", "--dump-logits", file.toString()));
      assertArrayEquals(before, Files.readAllBytes(file));
    }
  }

  @Test
  void namesABadReference() throws IOException {
    Path file = temporary.resolve("reference.json");
    String[] arguments = {"score", "--model", TINY.toString(), "--reference", file.toString()};
    assertFails(1, file + ": no such file", run(arguments));
    Files.writeString(file, "{");
    assertFails(1, file + ": is not valid JSON: it ends too early", run(arguments));
    Files.writeString(file, "{\"ids\": [1, 2], \"top5_ids\": [[1, 2, 3, 4, 5]]}");
    assertFails(1, "top5_ids has 1 positions, expected the 2 of ids", run(arguments));
    Files.writeString(file, "{\"ids\": [1, 2.5]}");
    assertFails(1, "ids[1] is 2.5, expected a token id", run(arguments));
    String choices = "\"top5_ids\": [[1, 2, 3, 4, 5], [1, 2, 3, %d, 5]]}";
    Files.writeString(file, "{\"ids\": [1, 320], " + choices.formatted(4));
    assertFails(1, file + ": ids[1] is 320, the vocabulary has 320", run(arguments));
    Files.writeString(file, "{\"ids\": [1, 2], " + choices.formatted(320));
    assertFails(1, file + ": top5_ids[1][3] is 320, the vocabulary has 320", run(arguments));
    Files.writeString(file, "{\"ids\": [1, 319], " + choices.formatted(319));
    assertEquals(0, run(arguments).status());
    arguments = Arrays.copyOf(arguments, 7);
    arguments[5] = "--context";
    arguments[6] = "1";
    assertFails(1, file + ": has 2 tokens, expected at most 1, the context", run(arguments));
  }

  @Test
  void namesATextLongerThanTheContext() throws IOException {
    copyModelWithTokenizer();
    Path text = Files.writeString(temporary.resolve("long.txt"), "abc ".repeat(200));
    Run run = run("score", text.toString(), "--model", temporary.toString(), "--context", "16");
    assertFails(1, text + ": ", run);
    assertTrue(run.err().contains("16"), run.err());
  }

  /** Puts a number among those of a weight. */
  private void spoil(String weight, float value) throws IOException {
    Path file = temporary.resolve("model.safetensors");
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      byte[] header = new byte[(int) Long.reverseBytes(bytes.readLong())];
      bytes.readFully(header);
      JsonNode tensor = JSON.readTree(header).get(weight);
      assertEquals("F32", tensor.get("dtype").asText());
      bytes.seek(8 + header.length + tensor.get("data_offsets").get(0).asLong() + 4);
      bytes.writeInt(Integer.reverseBytes(Float.floatToIntBits(value)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "model.layers.1.mlp.down_proj.weight, NaN",
    "model.norm.weight, Infinity",
  })
  void namesTheWeightThatIsNoNumber(String weight, float value) throws IOException {
    copyModelWithTokenizer();
    Path text = Files.writeString(temporary.resolve("text.txt"), "some text");
    spoil(weight, value);
    String model = temporary.toString();
    String message = "tensor %s holds %s".formatted(weight, value);
    for (Run run :
        List.of(
            generate(temporary, "--token-ids", "5,6"),
            run("score", text.toString(), "--model", model))) {
      assertFails(1, "tttv2: " + model + ": the ", run);
      assertTrue(run.err().endsWith(message + "\n"), run.err());
    }
  }

  /** All weights are numbers, and their products too large. */
  @Test
  void saysThatNoWeightIsToBlame() throws IOException {
    copyModel(temporary);
    spoil("model.norm.weight", Float.MAX_VALUE);
    assertFails(
        1,
        "no weight holds NaN or infinity; try a wider precision",
        generate(temporary, "--token-ids", "5,6"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"'' | is empty", "[] | is not a JSON object", "null | is not a JSON object"})
  void namesABadTokenizerConfig(String content, String message) throws IOException {
    copyModelWithTokenizer();
    Path file = Files.writeString(temporary.resolve("tokenizer_config.json"), content);
    assertFails(1, file + ": " + message, generate(temporary, "--chat", "x"));
  }

  /** What reading throws, as people are told of it. */
  private void assertTold(String message, Supplier<? extends Throwable> failure) {
    InputStream in =
        new InputStream() {
          @Override
          public int read() throws IOException {
            switch (failure.get()) {
              case IOException e -> throw e;
              case Error e -> throw e;
              default -> throw new AssertionError();
            }
          }
        };
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        Tttv2.run(
            new PrintStream(OutputStream.nullOutputStream()),
            new PrintStream(err, true),
            in,
            "generate",
            "-",
            "--model",
            temporary.toString());
    assertEquals(1, status);
    assertTrue(err.toString().startsWith("tttv2: " + message), err.toString());
    assertEquals(1, err.toString().lines().count(), err.toString());
  }

  @Test
  void failuresAreToldInPlainWords() throws IOException {
    copyModelWithTokenizer();
    assertTold(
        "/some/file: no such file or directory\n", () -> new NoSuchFileException("/some/file"));
    assertTold(
        "/some/file: Input/output error\n",
        () -> new FileSystemException("/some/file", null, "Input/output error"));
    assertTold("No space left on device\n", () -> new IOException("No space left on device"));
    assertTold("Java's memory of ", () -> new OutOfMemoryError("Java heap space"));
  }

  @Test
  void anEmptyPathIsRefused() {
    assertFails(
        2, "--model is empty, expected a file or a directory", run("generate", "x", "--model", ""));
  }

  @Test
  void aFileThatCannotBeWrittenIsNamed() {
    Path file = temporary.resolve("none/logits.safetensors");
    assertFails(
        1,
        file + ": cannot be written: " + file.getParent() + " is no directory",
        generate(TINY, "--token-ids", "1", "--dump-logits", file.toString()));
  }

  @Test
  void verboseShowsAStackTrace() {
    Run run = generate(temporary.resolve("none"), "--token-ids", "1", "--verbose");
    assertEquals(1, run.status());
    assertTrue(run.err().contains("\tat dev.tttv2."), run.err());
  }

  @Test
  void aClosedOutputEndsQuietly() {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        Tttv2.run(
            new PrintStream(closed, false, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            new ByteArrayInputStream(new byte[0]),
            "generate",
            "--model",
            TINY.toString(),
            "--token-ids",
            "5,6",
            "--ignore-eos",
            "--max-tokens",
            "400");
    assertEquals(141, status);
    assertEquals("", err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void cancellingEndsWithWhatThereIs() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Console[] console = new Console[1];
    PrintStream cancelling =
        new PrintStream(out, true, StandardCharsets.UTF_8) {
          @Override
          public void print(String text) {
            super.print(text);
            console[0].cancel();
          }
        };
    console[0] =
        new Console(
            cancelling,
            new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
            new ByteArrayInputStream(new byte[0]),
            false);
    int status =
        Tttv2.run(
            console[0],
            "generate",
            "--model",
            TINY.toString(),
            "--token-ids",
            "5,6",
            "--ignore-eos",
            "--max-tokens",
            "400");
    assertEquals(130, status);
    String text = out.toString(StandardCharsets.UTF_8);
    assertTrue(text.matches("\\d+\n"), text);
  }
}
