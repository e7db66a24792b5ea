// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.config.WeightCache;
import dev.tttv2.core.BufferType;
import dev.tttv2.core.Device;
import dev.tttv2.interfaces.BeamSearch;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.Generation;
import dev.tttv2.interfaces.GenerationConfig;
import dev.tttv2.interfaces.Generator;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelFamily;
import dev.tttv2.interfaces.Prompt;
import dev.tttv2.interfaces.PromptLookup;
import dev.tttv2.interfaces.SamplingParams;
import dev.tttv2.interfaces.TokenLogprobs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Generation by the small models, in float32, against transformers' and against itself. */
class GenerationTest {
  private static final Map<String, CausalLM> MODELS = new HashMap<>();
  private static Device device;

  @BeforeAll
  static void openDevice() {
    device = Device.open();
  }

  @AfterAll
  static void closeDevice() {
    MODELS.values().forEach(CausalLM::close);
    MODELS.clear();
    assertEquals(0, device.memory(BufferType.DRAM).liveTensors());
    device.close();
  }

  private static Generator generator(String name) {
    CausalLM model =
        MODELS.computeIfAbsent(
            name,
            key -> {
              Path directory = Golden.root().resolve("tiny").resolve(key);
              try (Checkpoint checkpoint = Checkpoint.open(directory)) {
                LoadOptions options =
                    LoadOptions.of(OptimizationConfig.float32(), WeightCache.none());
                return ModelFamily.of(checkpoint).load(checkpoint, device, options);
              }
            });
    return new Generator(model, null);
  }

  private static List<JsonNode> cases() throws IOException {
    List<JsonNode> cases = new ArrayList<>();
    try (InputStream in = GenerationTest.class.getResourceAsStream("/generation.json")) {
      new ObjectMapper().readTree(in).forEach(cases::add);
    }
    return cases;
  }

  private static List<Integer> ints(JsonNode list) {
    List<Integer> ints = new ArrayList<>();
    list.forEach(item -> ints.add(item.intValue()));
    return ints;
  }

  private static Prompt prompt(JsonNode test) {
    return Prompt.tokens(ints(test.get("prompt")).stream().mapToInt(id -> id).toArray());
  }

  private static SamplingParams sampling(JsonNode test) {
    JsonNode settings = test.get("settings");
    Map<Integer, Double> bias = new HashMap<>();
    settings
        .path("sequence_bias")
        .forEach(pair -> bias.put(pair.get(0).intValue(), pair.get(1).doubleValue()));
    return SamplingParams.builder()
        .maxTokens(settings.get("max_new_tokens").intValue())
        .ignoreEos(true)
        .stopTokens(ints(test.get("ends")))
        .minTokens(settings.path("min_new_tokens").asInt())
        .noRepeatNgram(settings.path("no_repeat_ngram_size").asInt())
        .repetitionPenalty(settings.path("repetition_penalty").asDouble(1))
        .logitBias(bias)
        .build();
  }

  private static BeamSearch search(JsonNode settings) {
    JsonNode early = settings.path("early_stopping");
    return new BeamSearch(
        settings.get("num_beams").intValue(),
        settings.path("length_penalty").asDouble(1),
        early.isTextual()
            ? BeamSearch.EarlyStopping.NEVER
            : early.asBoolean()
                ? BeamSearch.EarlyStopping.ALWAYS
                : BeamSearch.EarlyStopping.HEURISTIC,
        settings.path("num_return_sequences").asInt(1));
  }

  @TestFactory
  Stream<DynamicTest> textsAreThoseOfTransformers() throws IOException {
    return cases().stream()
        .map(
            test ->
                dynamicTest(
                    test.get("model").textValue() + ", " + test.get("case").textValue(),
                    () -> check(test)));
  }

  private static void check(JsonNode test) {
    JsonNode settings = test.get("settings");
    Generator generator = generator(test.get("model").textValue());
    SamplingParams sampling = sampling(test);
    List<Generation> generations =
        settings.has("num_beams")
            ? generator.beamSearch(
                List.of(prompt(test)), search(settings), GenerationConfig.of(sampling))
            : generator.generate(List.of(prompt(test)), GenerationConfig.of(sampling));
    List<List<Integer>> expected = new ArrayList<>();
    test.get("tokens").forEach(text -> expected.add(ints(text)));
    assertEquals(expected, generations.stream().map(Generation::tokens).toList());
    for (int i = 0; i < test.get("scores").size(); i++) {
      Generation generation = generations.get(i);
      assertEquals(i, generation.sample());
      double score =
          search(settings)
              .score(generation.cumulativeLogprob().orElseThrow(), generation.tokens().size());
      double known = test.get("scores").get(i).doubleValue();
      assertEquals(known, score, 1e-4 + 3e-6 * Math.abs(known));
    }
    if (settings.has("prompt_lookup_num_tokens")) {
      PromptLookup lookup = PromptLookup.of(settings.get("prompt_lookup_num_tokens").intValue());
      GenerationConfig config =
          GenerationConfig.builder().sampling(sampling).promptLookup(lookup).build();
      Generation guessed = generator.generate(List.of(prompt(test)), config).getFirst();
      assertEquals(expected, List.of(guessed.tokens()));
      assertTrue(guessed.stats().draftedTokens() > 0);
    }
  }

  /** Prompts of one batch, in which some end early, have the beams that each has alone. */
  @Test
  void beamsOfABatchAreThoseOfEachAlone() throws IOException {
    Map<JsonNode, List<JsonNode>> bySettings = new LinkedHashMap<>();
    for (JsonNode test : cases()) {
      if (test.get("settings").has("num_beams")
          && test.get("model").textValue().equals("llama_gqa")) {
        bySettings.computeIfAbsent(test.get("ends"), key -> new ArrayList<>()).add(test);
      }
    }
    Generator generator = generator("llama_gqa");
    BeamSearch search = new BeamSearch(5, 1, BeamSearch.EarlyStopping.HEURISTIC, 5);
    List<Prompt> prompts = new ArrayList<>();
    bySettings.values().forEach(tests -> tests.forEach(test -> prompts.add(prompt(test))));
    assertTrue(prompts.size() > 2 * Generator.MAX_USERS / 5, "several batches");
    for (boolean trace : new boolean[] {true, false}) {
      GenerationConfig config =
          GenerationConfig.builder()
              .sampling(
                  SamplingParams.builder()
                      .maxTokens(34)
                      .stopTokens(ints(bySettings.keySet().stream().toList().getLast()))
                      .build())
              .trace(trace)
              .build();
      List<Generation> together = generator.beamSearch(prompts, search, config);
      for (int i = 0; i < prompts.size(); i++) {
        List<Generation> alone = generator.beamSearch(List.of(prompts.get(i)), search, config);
        for (int rank = 0; rank < 5; rank++) {
          assertEquals(alone.get(rank).tokens(), together.get(5 * i + rank).tokens());
          assertEquals(i, together.get(5 * i + rank).prompt());
        }
      }
    }
  }

  /** Prompts whose last block is full, empty or in part filled; more samples than a batch has. */
  @Test
  void samplesOfAPromptAreThoseOfTheirSeedsAlone() {
    Generator generator = generator("llama_gqa");
    Random random = new Random(7);
    List<Prompt> prompts =
        Stream.of(1, 31, 32, 33, 64, 75)
            .map(length -> Prompt.tokens(random.ints(length, 3, 320).toArray()))
            .toList();
    SamplingParams sampling =
        SamplingParams.builder().maxTokens(40).temperature(1.2).topP(0.9).seed(11).n(7).build();
    for (boolean pads : new boolean[] {false, true}) {
      GenerationConfig config =
          GenerationConfig.builder().sampling(sampling).padPrompts(pads).build();
      List<Generation> samples = generator.generate(prompts, config);
      assertEquals(7 * prompts.size(), samples.size());
      Set<List<Integer>> texts = new HashSet<>();
      for (int i = 0; i < samples.size(); i++) {
        Generation sample = samples.get(i);
        assertEquals(i / 7, sample.prompt());
        assertEquals(i % 7, sample.sample());
        SamplingParams alone = sampling.toBuilder().n(1).seed(11 + i % 7).build();
        assertEquals(
            generator
                .generate(List.of(prompts.get(i / 7)), GenerationConfig.of(alone))
                .getFirst()
                .tokens(),
            sample.tokens());
        texts.add(sample.tokens());
      }
      assertEquals(samples.size(), texts.size(), "no two are the same");
    }
  }

  @Test
  void theLikeliestSamplesAreKept() {
    Generator generator = generator("gpt2");
    List<Prompt> prompts = List.of(Prompt.tokens(5, 6, 7), Prompt.tokens(8, 9));
    SamplingParams all =
        SamplingParams.builder().maxTokens(9).temperature(1).seed(3).n(6).logprobs(0).build();
    SamplingParams best = all.toBuilder().n(2).bestOf(6).build();
    List<Generation> six = generator.generate(prompts, GenerationConfig.of(all));
    List<Generation> two = generator.generate(prompts, GenerationConfig.of(best));
    assertEquals(4, two.size());
    for (int prompt = 0; prompt < 2; prompt++) {
      List<Generation> sorted = new ArrayList<>(six.subList(6 * prompt, 6 * prompt + 6));
      sorted.sort((a, b) -> Double.compare(sum(b), sum(a)));
      for (int rank = 0; rank < 2; rank++) {
        Generation kept = two.get(2 * prompt + rank);
        assertEquals(sorted.get(rank).sample(), kept.sample());
        assertEquals(sorted.get(rank).tokens(), kept.tokens());
        assertEquals(sum(sorted.get(rank)), kept.cumulativeLogprob().orElseThrow(), 1e-9);
      }
    }
  }

  private static double sum(Generation generation) {
    return generation.logprobs().stream().mapToDouble(p -> p.chosen().logprob()).sum();
  }

  /** What is drawn does not depend on guesses either, nor do logits and log-probabilities. */
  @Test
  void guessesChangeNothing() {
    for (String name : List.of("llama_gqa", "gemma3_text", "gpt2")) {
      Generator generator = generator(name);
      Random random = new Random(5);
      List<Prompt> prompts = new ArrayList<>();
      for (int length : new int[] {2, 9, 20, 30}) {
        // Of few tokens, so that they repeat.
        prompts.add(Prompt.tokens(random.ints(length, 3, 8).toArray()));
      }
      for (SamplingParams.Builder sampling :
          List.of(
              SamplingParams.builder(),
              SamplingParams.builder().temperature(0.7).topK(3).seed(9).n(2),
              SamplingParams.builder().stopTokens(List.of(5, 6)).minTokens(10),
              SamplingParams.builder().noRepeatNgram(4).repetitionPenalty(1.1))) {
        SamplingParams params =
            sampling
                .maxTokens(60)
                .ignoreEos(true)
                .logprobs(2)
                .allowedTokens(IntStream.range(3, 12).boxed().toList())
                .build();
        List<Generation> plain = generator.generate(prompts, GenerationConfig.of(params));
        for (int numTokens : new int[] {1, 7, 31}) {
          GenerationConfig config =
              GenerationConfig.builder()
                  .sampling(params)
                  .promptLookup(new PromptLookup(numTokens, 3))
                  .build();
          List<Generation> guessed = generator.generate(prompts, config);
          int accepted = 0;
          for (int i = 0; i < plain.size(); i++) {
            assertEquals(plain.get(i).tokens(), guessed.get(i).tokens(), name);
            assertEquals(plain.get(i).finishReason(), guessed.get(i).finishReason());
            assertEquals(plain.get(i).logprobs(), guessed.get(i).logprobs());
            accepted += guessed.get(i).stats().acceptedTokens();
          }
          assertTrue(accepted > 0, name + " accepts none of the guesses");
        }
      }
    }
  }

  /** The prompt's log-probabilities are those that its tokens have where they are chosen. */
  @Test
  void logprobsOfThePromptAreThoseOfTheText() {
    Generator generator = generator("llama_gqa");
    int[] ids = new Random(3).ints(150, 3, 320).toArray();
    SamplingParams sampling = SamplingParams.builder().maxTokens(40).logprobs(3).build();
    Generation text =
        generator.generate(List.of(Prompt.tokens(ids)), GenerationConfig.of(sampling)).getFirst();
    assertEquals(40, text.logprobs().size());
    assertTrue(text.promptLogprobs().isEmpty());
    int[] all =
        IntStream.concat(IntStream.of(ids), text.tokens().stream().mapToInt(id -> id)).toArray();
    SamplingParams prompts = sampling.toBuilder().maxTokens(1).promptLogprobs(3).build();
    Generation read =
        generator.generate(List.of(Prompt.tokens(all)), GenerationConfig.of(prompts)).getFirst();
    assertEquals(all.length - 1, read.promptLogprobs().size());
    for (int i = 0; i < 40; i++) {
      TokenLogprobs chosen = text.logprobs().get(i);
      TokenLogprobs given = read.promptLogprobs().get(ids.length - 1 + i);
      assertEquals(chosen.chosen().token(), given.chosen().token());
      assertEquals(1, given.chosen().rank());
      assertEquals(chosen.chosen().logprob(), given.chosen().logprob(), 1e-4);
      assertEquals(3, given.top().size());
      assertEquals(given.chosen(), given.top().getFirst());
    }
    assertFalse(read.promptLogprobs().stream().allMatch(p -> p.chosen().rank() == 1));
    assertEquals(Optional.empty(), read.text());
  }
}
