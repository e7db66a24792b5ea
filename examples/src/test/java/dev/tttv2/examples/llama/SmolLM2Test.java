// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.llama;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.config.WeightCache;
import dev.tttv2.core.Device;
import dev.tttv2.examples.DecoderGoldensTest;
import dev.tttv2.examples.Golden;
import dev.tttv2.ffm.CacheDirectory;
import dev.tttv2.interfaces.Calibrator;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.ChatMessage;
import dev.tttv2.interfaces.ChatTemplate;
import dev.tttv2.interfaces.Generation;
import dev.tttv2.interfaces.GenerationConfig;
import dev.tttv2.interfaces.Generator;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.LogitsListener;
import dev.tttv2.interfaces.ModelFamily;
import dev.tttv2.interfaces.Prompt;
import dev.tttv2.interfaces.SamplingParams;
import dev.tttv2.interfaces.Score;
import dev.tttv2.interfaces.Scorer;
import dev.tttv2.interfaces.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * SmolLM2-135M-Instruct against Hugging Face transformers in float32. Runs if the model is there:
 * {@code -Dtttv2.model=FILE.gguf}, {@code TTTV2_MODEL} in the environment, or what {@code
 * examples/tttv2 fetch} has put into the user's cache.
 */
class SmolLM2Test {
  private static final double LOGIT_TOLERANCE = 1e-3;

  /**
   * Of the largest value of a row: eight roundings of float32. The first token's reach 22552, and
   * what the order of a sum changes there (measured: two roundings) is spread over the row.
   */
  private static final double HIDDEN_RELATIVE_TOLERANCE = Math.scalb(1, -20);

  private static final int NEW_TOKENS = 32;

  static Path model;

  @BeforeAll
  static void findModel() {
    Optional<Path> given =
        Optional.ofNullable(System.getProperty("tttv2.model"))
            .or(() -> Optional.ofNullable(System.getenv("TTTV2_MODEL")))
            .map(Path::of);
    model = given.orElse(CacheDirectory.of("models").resolve("SmolLM2-135M-Instruct.Q4_1.gguf"));
    // A file that was named and is not there is a mistake, and fails.
    assumeTrue(
        given.isPresent() || Files.exists(model),
        () -> "no model: " + model + " does not exist; examples/tttv2 fetch downloads it");
  }

  private static JsonNode read(String file) throws IOException {
    return new ObjectMapper().readTree(Golden.root().resolve("smollm2").resolve(file).toFile());
  }

  private static int[] ints(JsonNode list) {
    int[] values = new int[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i).asInt();
    }
    return values;
  }

  private static CausalLM load(Checkpoint checkpoint, Device device, String preset) {
    return ModelFamily.of(checkpoint)
        .load(
            checkpoint,
            device,
            LoadOptions.of(OptimizationConfig.of(preset), WeightCache.open()).withMaxContext(512));
  }

  /** Compares the 20 largest logits, and the sum of all, at the first and the last step. */
  private static final class Steps implements LogitsListener {
    private final List<JsonNode> prompts;
    private int compared;
    private double worst;

    Steps(List<JsonNode> prompts) {
      this.prompts = prompts;
    }

    @Override
    public void logits(int prompt, int position, float[] logits) {
      JsonNode golden = prompts.get(prompt);
      int first = golden.get("prompt_ids").size() - 1;
      if (position == first) {
        compare(golden, "first_step_top20", logits);
      } else if (position == first + NEW_TOKENS - 1) {
        compare(golden, "last_step_top20", logits);
      }
    }

    private void compare(JsonNode golden, String step, float[] logits) {
      String what = golden.get("name").asText() + ", " + step;
      JsonNode expected = golden.get(step);
      for (int i = 0; i < expected.get("ids").size(); i++) {
        float actual = logits[expected.get("ids").get(i).asInt()];
        check(what + ", choice " + i, expected.get("logits").get(i).asDouble(), actual);
      }
      double sum = 0;
      for (float logit : logits) {
        sum += Math.exp(logit);
      }
      check(what + ", logsumexp", expected.get("logsumexp").asDouble(), Math.log(sum));
      compared++;
    }

    private void check(String what, double expected, double actual) {
      double difference = Math.abs(expected - actual);
      worst = Math.max(worst, difference);
      // Written so that NaN fails.
      assertTrue(
          difference <= LOGIT_TOLERANCE,
          () -> "%s: %s, expected %s".formatted(what, actual, expected));
    }
  }

  /** All thirty layers; the project's own copy of the reference data leaves them out. */
  @Test
  void float32GivesTheReferencesHiddenStates() throws IOException {
    Path file = Golden.root().resolve("smollm2/layers_plain_capital.safetensors");
    assumeTrue(Files.exists(file), file + " is not there");
    try (Checkpoint checkpoint = Checkpoint.open(model);
        Device device = Device.open();
        CausalLM llama = load(checkpoint, device, "float32")) {
      DecoderGoldensTest.equalHiddenStates(llama, Golden.read(file), HIDDEN_RELATIVE_TOLERANCE);
    }
  }

  /** A file that no test reads would be left out. */
  @Test
  void everyFileOfTheReferenceIsRead() throws IOException {
    try (Stream<Path> files = Files.list(Golden.root().resolve("smollm2"))) {
      assertEquals(
          List.of(),
          files
              .map(file -> file.getFileName().toString())
              .filter(
                  name ->
                      !Set.of(
                              "layers_plain_capital.safetensors",
                              "prompts.json",
                              "strings.json",
                              "teacher_forced.json")
                          .contains(name))
              .toList());
    }
  }

  @Test
  void float32GivesTheReferencesTokens() throws IOException {
    List<JsonNode> goldens = new ArrayList<>();
    read("prompts.json").forEach(goldens::add);
    assertEquals(10, goldens.size());
    try (Checkpoint checkpoint = Checkpoint.open(model);
        Device device = Device.open();
        CausalLM llama = load(checkpoint, device, "float32")) {
      Generator generator = new Generator(llama, null);
      GenerationConfig.Builder config =
          GenerationConfig.builder()
              .sampling(SamplingParams.builder().maxTokens(NEW_TOKENS).ignoreEos(true).build());

      Steps batched = new Steps(goldens);
      List<Prompt> prompts =
          goldens.stream().map(golden -> Prompt.tokens(ints(golden.get("prompt_ids")))).toList();
      List<Generation> together = generator.generate(prompts, config.logits(batched).build());
      for (int i = 0; i < goldens.size(); i++) {
        assertTokens(goldens.get(i), together.get(i));
      }
      assertEquals(2 * goldens.size(), batched.compared);

      Steps alone = new Steps(List.of(goldens.getFirst()));
      assertTokens(
          goldens.getFirst(),
          generator.generate(List.of(prompts.getFirst()), config.logits(alone).build()).getFirst());
      assertEquals(2, alone.compared);
      System.out.printf(
          "SmolLM2 float32: largest difference of a logit %.1e in a batch of %d, %.1e alone%n",
          batched.worst, goldens.size(), alone.worst);
    }
  }

  private static void assertTokens(JsonNode golden, Generation generation) {
    assertArrayEquals(
        ints(golden.get("greedy_ids")),
        generation.tokens().stream().mapToInt(Integer::intValue).toArray(),
        golden.get("name").asText());
  }

  @Test
  void textGoesInAndComesOut() throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(model);
        Tokenizer tokenizer = Tokenizer.of(checkpoint)) {
      ChatTemplate template = ChatTemplate.of(checkpoint).orElseThrow();
      for (JsonNode golden : read("prompts.json")) {
        String name = golden.get("name").asText();
        String text;
        if (golden.has("messages")) {
          List<ChatMessage> messages = new ArrayList<>();
          for (JsonNode message : golden.get("messages")) {
            messages.add(
                new ChatMessage(message.get("role").asText(), message.get("content").asText()));
          }
          text = template.render(messages, golden.get("add_generation_prompt").asBoolean());
          assertEquals(golden.get("rendered").asText(), text, name);
        } else {
          text = golden.get("text").asText();
        }
        assertArrayEquals(
            ints(golden.get("prompt_ids")), tokenizer.encode(text, golden.has("text")), name);
        assertEquals(
            golden.get("greedy_text").asText(),
            tokenizer.decode(ints(golden.get("greedy_ids")), false),
            name);
      }
    }
  }

  /** Scores the reference's text, and prints what comes out. */
  private static Score scored(String what, CausalLM llama) throws IOException {
    JsonNode golden = read("teacher_forced.json");
    JsonNode choices = golden.get("top5_ids");
    int[][] reference = new int[choices.size()][];
    for (int i = 0; i < reference.length; i++) {
      reference[i] = ints(choices.get(i));
    }
    Score score = new Scorer(llama).score(ints(golden.get("ids")), reference);
    System.out.printf(
        "SmolLM2 %s: perplexity %.4f (reference %.4f), top-1 %.2f %%, in top-5 %.2f %%%n",
        what,
        score.perplexity(),
        golden.get("perplexity").asDouble(),
        100 * score.top1().orElseThrow(),
        100 * score.top5().orElseThrow());
    return score;
  }

  @ParameterizedTest
  @CsvSource({"float32, 1, 1, 0.01", "accuracy, 0.94, 0.995, 0.87", "performance, 0.70, 0.97, 10"})
  void agreesWithTheReference(String preset, double top1, double top5, double perplexityTolerance)
      throws IOException {
    double expected = read("teacher_forced.json").get("perplexity").asDouble();
    try (Checkpoint checkpoint = Checkpoint.open(model);
        Device device = Device.open();
        CausalLM llama = load(checkpoint, device, preset)) {
      Score score = scored(preset, llama);
      assertTrue(score.top1().orElseThrow() >= top1, () -> "top-1 " + score);
      assertTrue(score.top5().orElseThrow() >= top5, () -> "top-5 " + score);
      assertTrue(
          Math.abs(score.perplexity() - expected) <= perplexityTolerance,
          () -> "perplexity " + score);
    }
  }

  /**
   * Calibrated by chapters of a novel, gate and up projections lose less on the reference's text;
   * the second start takes them from the cache.
   */
  @Test
  void calibratedByABookItAgreesMoreWithTheReference(@TempDir Path directory) throws IOException {
    String book = resource("/calibration/pride-and-prejudice.txt");
    List<String> loaded = new ArrayList<>();
    LoadOptions options =
        LoadOptions.of(OptimizationConfig.performance(), WeightCache.open(directory))
            .withMaxContext(512)
            .withProgress((name, done, total) -> loaded.add(name));
    try (Checkpoint checkpoint = Checkpoint.open(model);
        Tokenizer tokenizer = Tokenizer.of(checkpoint);
        Device device = Device.open()) {
      ModelFamily family = ModelFamily.of(checkpoint);
      Calibrator calibrator = new Calibrator(tokenizer.encode(book, false));
      Score first;
      try (CausalLM llama = calibrator.load(family, checkpoint, device, options)) {
        first = scored("performance, calibrated", llama);
      }
      assertTrue(first.top1().orElseThrow() >= 0.84, () -> "top-1 " + first);
      assertTrue(first.top5().orElseThrow() >= 0.98, () -> "top-5 " + first);
      assertTrue(first.perplexity() < 32, () -> "perplexity " + first);
      assertTrue(loaded.contains("calibration text"), "no text was read");
      loaded.clear();
      try (CausalLM llama = calibrator.load(family, checkpoint, device, options)) {
        assertEquals(first, scored("performance, calibrated before", llama));
      }
      assertFalse(loaded.contains("calibration text"), "the text was read again");
    }
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = SmolLM2Test.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
