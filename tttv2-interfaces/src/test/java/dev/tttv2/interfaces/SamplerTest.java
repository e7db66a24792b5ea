// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class SamplerTest {
  private static final Set<String> STEPS =
      Set.of(
          "temperature",
          "top_k",
          "top_p",
          "min_p",
          "typical_p",
          "no_repeat_ngram",
          "suppress",
          "logit_bias",
          "repetition_penalty",
          "presence_penalty",
          "frequency_penalty");

  /** Cases whose steps come in an order that neither Hugging Face's generate() nor vLLM uses. */
  private static final Set<String> OTHER_ORDERS =
      Set.of("order_p_then_k_differs", "order_temperature_last_differs");

  private record Tensors(JsonNode header, ByteBuffer data) {
    static Tensors read() throws IOException {
      ByteBuffer file =
          ByteBuffer.wrap(
                  Files.readAllBytes(Fixtures.goldens().resolve("blocks/samplers.safetensors")))
              .order(ByteOrder.LITTLE_ENDIAN);
      int length = (int) file.getLong(0);
      byte[] header = Arrays.copyOfRange(file.array(), 8, 8 + length);
      return new Tensors(
          new ObjectMapper().readTree(header),
          file.slice(8 + length, file.capacity() - 8 - length).order(ByteOrder.LITTLE_ENDIAN));
    }

    int columns(String name) {
      return header.get(name).get("shape").get(1).intValue();
    }

    int rows(String name) {
      return header.get(name).get("shape").get(0).intValue();
    }

    double get(String name, int row, int column) {
      JsonNode tensor = header.get(name);
      int begin = tensor.get("data_offsets").get(0).intValue();
      int index = row * columns(name) + column;
      return switch (tensor.get("dtype").textValue()) {
        case "F32" -> data.getFloat(begin + 4 * index);
        case "I64" -> data.getLong(begin + 8 * index);
        default -> data.get(begin + index);
      };
    }

    int[] ids(String name, int row) {
      int[] ids = new int[header.has(name) ? columns(name) : 0];
      Arrays.setAll(ids, i -> (int) get(name, row, i));
      return ids;
    }
  }

  @TestFactory
  List<DynamicTest> distributionsEqualTheGoldens() throws IOException {
    Tensors tensors = Tensors.read();
    List<DynamicTest> tests = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry :
        Fixtures.golden("blocks/samplers.json").get("cases").properties()) {
      String name = entry.getKey();
      List<String> steps = new ArrayList<>();
      entry.getValue().get("steps").forEach(step -> steps.add(step.get(0).textValue()));
      if (STEPS.containsAll(steps) && !OTHER_ORDERS.contains(name) && !name.equals("ties_greedy")) {
        tests.add(
            DynamicTest.dynamicTest(
                name, () -> check(tensors, name, entry.getValue().get("steps"))));
      }
    }
    assertEquals(40, tests.size());
    return tests;
  }

  private static void check(Tensors tensors, String name, JsonNode steps) {
    SamplingParams.Builder builder = SamplingParams.builder().temperature(1);
    for (JsonNode step : steps) {
      double value = step.get(1).doubleValue();
      switch (step.get(0).textValue()) {
        case "temperature" -> builder.temperature(value);
        case "top_k" -> builder.topK((int) value);
        case "top_p" -> builder.topP(value);
        case "min_p" -> builder.minP(value);
        case "repetition_penalty" -> builder.repetitionPenalty(value);
        case "typical_p" -> builder.typicalP(value);
        case "no_repeat_ngram" -> builder.noRepeatNgram((int) value);
        case "suppress" -> builder.bannedTokens(single(step.get(1)));
        case "logit_bias" -> builder.logitBias(bias(step.get(1)));
        case "presence_penalty" -> builder.presencePenalty(value);
        default -> builder.frequencyPenalty(value);
      }
    }
    if (name.equals("order_vllm")) {
      builder.order(SamplingParams.FilterOrder.VLLM);
    }
    int vocabSize = tensors.columns(name + "/logits");
    for (int row = 0; row < tensors.rows(name + "/logits"); row++) {
      Sampler sampler =
          new Sampler(builder.build(), vocabSize, tensors.ids(name + "/prompt_ids", row));
      for (int id : tensors.ids(name + "/output_ids", row)) {
        sampler.accept(id);
      }
      float[] logits = new float[vocabSize + 3];
      for (int i = 0; i < vocabSize; i++) {
        logits[i + 3] = (float) tensors.get(name + "/logits", row, i);
      }
      double[] probabilities = sampler.probabilities(logits, 3);
      for (int i = 0; i < vocabSize; i++) {
        String where = "row " + row + " token " + i;
        assertEquals(tensors.get(name + "/probs", row, i), probabilities[i], 1e-5, where);
        if (tensors.get(name + "/keep", row, i) == 0) {
          assertEquals(0, probabilities[i], where);
        } else {
          assertTrue(probabilities[i] > 0 || tensors.get(name + "/probs", row, i) < 1e-30, where);
        }
      }
    }
  }

  private static List<List<Integer>> single(JsonNode ids) {
    return Arrays.stream(Fixtures.ints(ids)).mapToObj(List::of).toList();
  }

  private static Map<Integer, Double> bias(JsonNode pairs) {
    Map<Integer, Double> bias = new HashMap<>();
    pairs.forEach(pair -> bias.put(pair.get(0).intValue(), pair.get(1).doubleValue()));
    return bias;
  }

  private static List<Integer> list(JsonNode ids) {
    return Arrays.stream(Fixtures.ints(ids)).boxed().toList();
  }

  @TestFactory
  List<DynamicTest> distributionsEqualTransformers() {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode test : Fixtures.resource("sampling.json").get("cases")) {
      tests.add(DynamicTest.dynamicTest(test.get("name").textValue(), () -> check(test)));
    }
    return tests;
  }

  private static void check(JsonNode test) {
    JsonNode settings = test.get("settings");
    List<List<Integer>> banned = new ArrayList<>();
    settings.path("banned").forEach(sequence -> banned.add(list(sequence)));
    SamplingParams.Builder builder =
        SamplingParams.builder()
            .temperature(settings.path("temperature").asDouble(1))
            .topK(settings.path("top_k").asInt())
            .topP(settings.path("top_p").asDouble(1))
            .minP(settings.path("min_p").asDouble())
            .typicalP(settings.path("typical_p").asDouble(1))
            .repetitionPenalty(settings.path("repetition_penalty").asDouble(1))
            .noRepeatNgram(settings.path("no_repeat_ngram").asInt())
            .minTokens(settings.path("min_tokens").asInt())
            .stopTokens(list(test.get("ends")).subList(0, 1))
            .logitBias(bias(settings.path("bias")))
            .bannedTokens(banned);
    if (settings.has("allowed")) {
      builder.allowedTokens(list(settings.get("allowed")));
    }
    float[] logits = Fixtures.floats(test.get("logits"));
    Sampler sampler =
        new Sampler(
            builder.build(),
            logits.length,
            list(test.get("ends")).subList(1, 2), // the model's
            0,
            Fixtures.ints(test.get("prompt")));
    list(test.get("output")).forEach(sampler::accept);
    double[] probabilities = sampler.probabilities(logits, 0);
    for (int i = 0; i < logits.length; i++) {
      double expected = test.get("probabilities").get(i).doubleValue();
      assertEquals(expected == 0, probabilities[i] == 0, "token " + i);
      assertEquals(expected, probabilities[i], 1e-5, "token " + i);
    }
  }

  @Test
  void draftsEqualTransformers() {
    for (JsonNode test : Fixtures.resource("sampling.json").get("lookups")) {
      PromptLookup lookup =
          new PromptLookup(test.get("number").intValue(), test.get("size").intValue());
      int[] tokens = Fixtures.ints(test.get("tokens"));
      assertArrayEquals(
          Fixtures.ints(test.get("draft")),
          lookup.draft(tokens, tokens.length, 1000, Set.copyOf(list(test.get("ends")))),
          test.toString());
    }
    assertArrayEquals(
        new int[] {2},
        PromptLookup.of(5).draft(new int[] {1, 2, 3, 1}, 4, 1, Set.of()),
        "no more than are useful");
  }

  private static float[] logits(long seed, int vocabSize) {
    Random random = new Random(seed);
    float[] logits = new float[vocabSize];
    for (int i = 0; i < vocabSize; i++) {
      logits[i] = (float) random.nextGaussian() * 3;
    }
    return logits;
  }

  @Test
  void greedyTakesTheLowestOfEquals() {
    float[] logits = {3, 1, 3, 0, 3, 1};
    assertEquals(0, new Sampler(SamplingParams.GREEDY, 6).sample(logits, 0));
    SamplingParams penalized = SamplingParams.builder().presencePenalty(1).build();
    Sampler sampler = new Sampler(penalized, 6);
    sampler.accept(0);
    assertEquals(2, sampler.sample(logits, 0));
    assertEquals(3, logits[0], "the caller's logits stay as they are");
  }

  @Test
  void drawsFollowTheDistribution() {
    float[] logits = logits(1, 50);
    SamplingParams params =
        SamplingParams.builder().temperature(0.9).topK(20).topP(0.9).minP(0.01).seed(5).build();
    Sampler sampler = new Sampler(params, 50);
    double[] expected = sampler.probabilities(logits, 0);
    int draws = 40_000;
    int[] counts = new int[50];
    for (int i = 0; i < draws; i++) {
      counts[sampler.sample(logits, 0)]++;
    }
    for (int i = 0; i < 50; i++) {
      double deviation = 5 * Math.sqrt(expected[i] * (1 - expected[i]) / draws);
      assertEquals(expected[i], (double) counts[i] / draws, deviation, "token " + i);
    }
  }

  @Test
  void theStreamDependsOnTheSeedAlone() {
    assertEquals(draws(11, 7), draws(11, 7));
    assertNotEquals(draws(11, 7), draws(12, 7));
    // Another sequence at the same time changes nothing.
    SamplingParams params = SamplingParams.builder().temperature(1).seed(11).build();
    Sampler one = new Sampler(params, 1000);
    Sampler other = new Sampler(params, 1000);
    List<Integer> ids = new ArrayList<>();
    float[] logits = logits(7, 1000);
    for (int i = 0; i < 50; i++) {
      other.sample(logits, 0);
      ids.add(one.sample(logits, 0));
      other.sample(logits, 0);
    }
    assertEquals(draws(11, 7), ids);
  }

  private static List<Integer> draws(long seed, long logitsSeed) {
    Sampler sampler = new Sampler(SamplingParams.builder().temperature(1).seed(seed).build(), 1000);
    float[] logits = logits(logitsSeed, 1000);
    List<Integer> ids = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      ids.add(sampler.sample(logits, 0));
    }
    return ids;
  }

  @Test
  void choosingAllocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    float[] logits = logits(3, 49152);
    for (SamplingParams params :
        List.of(
            SamplingParams.GREEDY,
            SamplingParams.builder().temperature(0.8).topK(40).topP(0.9).minP(0.02).build(),
            SamplingParams.builder().temperature(0.8).topP(0.9).repetitionPenalty(1.1).build(),
            SamplingParams.builder()
                .temperature(0.8)
                .typicalP(0.9)
                .noRepeatNgram(3)
                .minTokens(128)
                .logitBias(Map.of(3, 1.0))
                .bannedTokens(List.of(List.of(2, 4), List.of(9)))
                .build())) {
      Sampler sampler = new Sampler(params, 49152, 1, 2, 3);
      long smallest = Long.MAX_VALUE;
      for (int round = 0; round < 5; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 20; i++) {
          sampler.accept(sampler.sample(logits, 0) % 50);
        }
        smallest = Math.min(smallest, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertEquals(0, smallest, params.toString());
    }
  }

  @Test
  void extremeLogits() {
    float[] logits = {-1e38f, 3e38f, Float.NEGATIVE_INFINITY, 0};
    SamplingParams tiny = SamplingParams.builder().temperature(1e-30).topP(0.5).seed(1).build();
    assertEquals(1, new Sampler(tiny, 4).sample(logits, 0));
    SamplingParams hot = SamplingParams.builder().temperature(1e6).seed(1).build();
    assertEquals(0, new Sampler(hot, 4).probabilities(logits, 0)[2]);
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      float[] broken = {1, bad, 2, 3};
      for (SamplingParams params : List.of(SamplingParams.GREEDY, hot)) {
        ArithmeticException e =
            assertThrows(ArithmeticException.class, () -> new Sampler(params, 4).sample(broken, 0));
        assertTrue(e.getMessage().contains("4"), e.getMessage());
      }
    }
  }

  @Test
  void awkwardCases() {
    float[] one = {-3};
    SamplingParams hot =
        SamplingParams.builder().temperature(2).topK(5).topP(0.1).minP(1).typicalP(0.1).build();
    assertEquals(0, new Sampler(hot, 1).sample(one, 0), "a vocabulary of one");
    float[] logits = {2, 5, 5, -1};
    Sampler all =
        new Sampler(
            SamplingParams.builder().bannedTokens(List.of(List.of(1), List.of(2))).build(), 4);
    assertEquals(0, all.sample(logits, 0));
    SamplingParams none =
        SamplingParams.builder().allowedTokens(List.of(1, 2)).noRepeatNgram(1).build();
    Sampler exhausted = new Sampler(none, 4, 2);
    assertEquals(1, exhausted.sample(logits, 0));
    exhausted.accept(1);
    assertEquals(
        "no token may follow after 1 new ones: allowedTokens, bannedTokens, noRepeatNgram,"
            + " minTokens and constraint rule out all 4",
        assertThrows(IllegalStateException.class, () -> exhausted.sample(logits, 0)).getMessage());
    float[] broken = {Float.NaN, 1, 1, 1};
    assertThrows(ArithmeticException.class, () -> exhausted.sample(broken, 0));
    // Infinite bias is refused, but a large one may do.
    SamplingParams forced = SamplingParams.builder().logitBias(Map.of(3, 1e30)).build();
    assertEquals(3, new Sampler(forced, 4).sample(logits, 0));
    Map<String, SamplingParams.Builder> unknown =
        Map.of(
            "logitBias names token 4, the vocabulary has 4",
            SamplingParams.builder().logitBias(Map.of(4, 1.0)),
            "allowedTokens names token -1, the vocabulary has 4",
            SamplingParams.builder().allowedTokens(List.of(0, -1)),
            "bannedTokens names token 9, the vocabulary has 4",
            SamplingParams.builder().bannedTokens(List.of(List.of(1, 9))),
            "logprobs is 5, the vocabulary has 4",
            SamplingParams.builder().logprobs(5));
    unknown.forEach(
        (message, builder) ->
            assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> new Sampler(builder.build(), 4))
                    .getMessage()));
  }

  @Test
  void logprobsAreThoseOfTheModelsOwnLogits() {
    float[] logits = {9, 1, 3, 0, 3, -2};
    SamplingParams params =
        SamplingParams.builder()
            .temperature(0.1)
            .bannedTokens(List.of(List.of(4)))
            .logitBias(Map.of(2, 100.0))
            .logprobs(3)
            .build();
    TokenLogprobs told = new Sampler(params, 5).logprobs(logits, 1, 2).orElseThrow();
    double normalizer =
        Math.log(Math.exp(1) + Math.exp(3) + Math.exp(0) + Math.exp(3) + Math.exp(-2));
    assertEquals(2, told.chosen().token());
    assertEquals(-normalizer, told.chosen().logprob(), 1e-12);
    assertEquals(4, told.chosen().rank());
    assertEquals(List.of(1, 3, 0), told.top().stream().map(TokenLogprob::token).toList());
    assertEquals(List.of(1, 2, 3), told.top().stream().map(TokenLogprob::rank).toList());
    assertEquals(3 - normalizer, told.top().getFirst().logprob(), 1e-12);
    assertEquals(1 - normalizer, told.top().getLast().logprob(), 1e-12);
    Sampler silent = new Sampler(params.toBuilder().logprobs(0).build(), 5);
    assertEquals(List.of(), silent.logprobs(logits, 1, 0).orElseThrow().top());
    assertTrue(new Sampler(SamplingParams.GREEDY, 5).logprobs(logits, 1, 0).isEmpty());
  }

  /** Sampler i of a seed draws as the first one of the seed plus i. */
  @Test
  void streamsOfSamples() {
    float[] logits = logits(2, 1000);
    for (int sample = 0; sample < 3; sample++) {
      Sampler one =
          new Sampler(
              SamplingParams.builder().temperature(1).seed(40).build(), 1000, Set.of(), sample);
      Sampler other =
          new Sampler(SamplingParams.builder().temperature(1).seed(40 + sample).build(), 1000);
      for (int i = 0; i < 20; i++) {
        assertEquals(other.sample(logits, 0), one.sample(logits, 0));
      }
    }
  }

  /** A constraint: 5 and 6 in turn, at least one of each; then nothing. */
  private static final class Turns implements TokenConstraint.Matcher {
    final List<Integer> accepted = new ArrayList<>();

    @Override
    public long[] allowed() {
      return isComplete() ? new long[1] : new long[] {1L << 5 + accepted.size() % 2};
    }

    @Override
    public boolean mayEnd() {
      return accepted.size() >= 2;
    }

    @Override
    public void accept(int token) {
      accepted.add(token);
    }

    @Override
    public boolean isComplete() {
      return accepted.size() == 4;
    }
  }

  @Test
  void constraintsLimitWhatFollows() {
    float[] logits = new float[100];
    for (int i = 0; i < 100; i++) {
      logits[i] = i;
    }
    logits[8] = 7; // the token that ends a text is likelier than both
    Turns turns = new Turns();
    SamplingParams params = SamplingParams.builder().constraint(() -> turns).build();
    Sampler sampler = new Sampler(params, 100, Set.of(8), 0);
    List<Integer> chosen = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      chosen.add(sampler.sample(logits, 0));
      sampler.accept(chosen.getLast());
      assertFalse(sampler.isComplete());
    }
    assertEquals(List.of(5, 6, 8), chosen, "may end after two");
    assertEquals(List.of(5, 6), turns.accepted, "is not told of the end");
    logits[8] = -1;
    sampler.accept(sampler.sample(logits, 0));
    sampler.accept(sampler.sample(logits, 0));
    assertEquals(List.of(5, 6, 5, 6), turns.accepted);
    assertTrue(sampler.isComplete());
    assertEquals(8, sampler.sample(logits, 0), "nothing but the end may follow");
    Sampler endless = new Sampler(params, 100);
    assertThrows(IllegalStateException.class, () -> endless.sample(logits, 0));
  }

  @Test
  void parametersOutOfRangeAreNamed() {
    Map<String, SamplingParams.Builder> wrong = new HashMap<>();
    wrong.putAll(
        Map.of(
            "temperature is -1, expected 0 or more",
            SamplingParams.builder().temperature(-1),
            "temperature is NaN, expected 0 or more",
            SamplingParams.builder().temperature(Double.NaN),
            "topK is -2, expected 0 (all) or more",
            SamplingParams.builder().topK(-2),
            "topP is 0, expected above 0, at most 1",
            SamplingParams.builder().topP(0),
            "topP is 1.5, expected above 0, at most 1",
            SamplingParams.builder().topP(1.5),
            "minP is 1.1, expected from 0 to 1",
            SamplingParams.builder().minP(1.1),
            "repetitionPenalty is 0, expected from 0.01 to 100",
            SamplingParams.builder().repetitionPenalty(0),
            "presencePenalty is 3, expected from -2 to 2",
            SamplingParams.builder().presencePenalty(3),
            "frequencyPenalty is -2.5, expected from -2 to 2",
            SamplingParams.builder().frequencyPenalty(-2.5)));
    wrong.putAll(
        Map.of(
            "typicalP is 0, expected above 0, at most 1",
            SamplingParams.builder().typicalP(0),
            "noRepeatNgram is -1, expected 0 (off) or more",
            SamplingParams.builder().noRepeatNgram(-1),
            "maxTokens is 0, expected at least 1",
            SamplingParams.builder().maxTokens(0),
            "minTokens is 6, expected from 0 to maxTokens, which is 5",
            SamplingParams.builder().minTokens(6).maxTokens(5),
            "stop string 1 is empty",
            SamplingParams.builder().stop(List.of("a", "")),
            "logprobs is -1, expected 0 or more",
            SamplingParams.builder().logprobs(-1),
            "promptLogprobs is -2, expected 0 or more",
            SamplingParams.builder().promptLogprobs(-2),
            "logitBias of token 7 is Infinity, expected a number",
            SamplingParams.builder().logitBias(Map.of(7, Double.POSITIVE_INFINITY)),
            "allowedTokens has 0 tokens, expected at least 1",
            SamplingParams.builder().allowedTokens(List.of()),
            "bannedTokens: sequence 1 is empty",
            SamplingParams.builder().bannedTokens(List.of(List.of(1), List.of()))));
    wrong.putAll(
        Map.of(
            "n is 0, expected at least 1",
            SamplingParams.builder().n(0),
            "bestOf is 2, expected at least n, which is 3",
            SamplingParams.builder().temperature(1).n(3).bestOf(2),
            "n is 2, expected 1: with temperature 0 all samples are the same",
            SamplingParams.builder().n(2),
            "bestOf is 4, expected 1: with temperature 0 all samples are the same",
            SamplingParams.builder().bestOf(4)));
    wrong.forEach(
        (message, builder) ->
            assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, builder::build).getMessage()));
    SamplingParams penalty = SamplingParams.builder().presencePenalty(1).build();
    assertEquals(
        "token 9 is outside of the vocabulary of 5",
        assertThrows(IllegalArgumentException.class, () -> new Sampler(penalty, 5, 1, 9))
            .getMessage());
  }
}
