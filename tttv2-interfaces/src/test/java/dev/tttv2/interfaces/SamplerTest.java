// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
    assertEquals(31, tests.size());
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
            SamplingParams.builder().temperature(0.8).topP(0.9).repetitionPenalty(1.1).build())) {
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
            "repetitionPenalty is 0, expected above 0",
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
