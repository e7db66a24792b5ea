// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.llama;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.config.TensorGroup;
import dev.tttv2.config.WeightCache;
import dev.tttv2.core.BufferType;
import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.block.KVCache;
import dev.tttv2.examples.Golden;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.Generation;
import dev.tttv2.interfaces.GenerationConfig;
import dev.tttv2.interfaces.Generator;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelFamily;
import dev.tttv2.interfaces.Prompt;
import dev.tttv2.interfaces.Scorer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Small random Llamas, mostly in float32 against Hugging Face transformers. */
class TinyLlamaTest {
  /** On logits, as the reference data's own noise allows. */
  private static final double TOLERANCE = 5e-4;

  private static final int NEW_TOKENS = 16;

  private static Device device;

  @BeforeAll
  static void openDevice() {
    device = Device.open();
  }

  @AfterAll
  static void closeDevice() {
    assertEquals(0, device.memory(BufferType.DRAM).liveTensors());
    device.close();
  }

  private static Path directory(String name) {
    return Golden.root().resolve("tiny").resolve(name);
  }

  private static CausalLM load(Path directory) {
    return load(directory, WeightCache.none());
  }

  private static CausalLM load(Path directory, WeightCache cache) {
    return load(directory, cache, OptimizationConfig.float32());
  }

  private static CausalLM load(Path directory, WeightCache cache, OptimizationConfig precision) {
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      LoadOptions options = LoadOptions.of(precision, cache);
      return ModelFamily.of(checkpoint).load(checkpoint, device, options);
    }
  }

  private static GenerationConfig.Builder greedy() {
    return GenerationConfig.builder().maxTokens(NEW_TOKENS).ignoreEos(true);
  }

  @ParameterizedTest
  @CsvSource({
    "llama_gqa, golden",
    "llama_gqa, golden_long",
    "llama_mha, golden",
    "llama_mqa_hd64, golden",
    "llama_rope_llama3, golden",
    "llama_rope_linear, golden",
    "llama_bias, golden"
  })
  void equalsTheReference(String name, String file) throws IOException {
    Golden golden = Golden.read(directory(name).resolve(file + ".safetensors"));
    int[] shape = golden.shape("input_ids");
    int[] ids = golden.ints("input_ids");
    float[] logits = golden.floats("logits");
    int[] tokens = golden.ints("greedy.tokens");
    float[] stepLogits = golden.floats("greedy.logits");
    try (CausalLM model = load(directory(name))) {
      int vocabulary = model.config().vocabSize();
      for (int row = 0; row < shape[0]; row++) {
        int[] prompt = Arrays.copyOfRange(ids, row * shape[1], (row + 1) * shape[1]);
        int first = row * shape[1];
        new Scorer(model)
            .read(
                prompt,
                (p, position, values) ->
                    assertClose(
                        logits, (first + position) * vocabulary, values, name + " at " + position));
        assertContinues(
            model,
            prompt,
            Arrays.copyOfRange(tokens, row * NEW_TOKENS, (row + 1) * NEW_TOKENS),
            Arrays.copyOfRange(
                stepLogits, row * NEW_TOKENS * vocabulary, (row + 1) * NEW_TOKENS * vocabulary));
      }
    }
  }

  private static void assertContinues(
      CausalLM model, int[] prompt, int[] tokens, float[] stepLogits) {
    int vocabulary = model.config().vocabSize();
    GenerationConfig config =
        greedy()
            .logits(
                (p, position, values) -> {
                  int step = position - (prompt.length - 1);
                  if (step >= 0) {
                    assertClose(stepLogits, step * vocabulary, values, "step " + step);
                  }
                })
            .build();
    Generation generation =
        new Generator(model, null).generate(List.of(Prompt.tokens(prompt)), config).getFirst();
    assertArrayEquals(tokens, toArray(generation.tokens()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama_gqa", "llama_mqa_hd64"})
  void raggedPromptsGiveTheSameTogetherAndAlone(String name) throws IOException {
    Golden golden = Golden.read(directory(name).resolve("golden_ragged.safetensors"));
    List<Prompt> prompts = new ArrayList<>();
    List<int[]> expected = new ArrayList<>();
    for (int i = 0; golden.has("prompt." + i); i++) {
      prompts.add(Prompt.tokens(golden.ints("prompt." + i)));
      expected.add(golden.ints("greedy.tokens." + i));
    }
    assertEquals(5, prompts.size());
    try (CausalLM model = load(directory(name))) {
      Generator generator = new Generator(model, null);
      for (boolean trace : new boolean[] {true, false}) {
        Map<List<Integer>, float[]> batched = new HashMap<>();
        GenerationConfig config =
            greedy()
                .trace(trace)
                .logits((p, position, row) -> batched.put(List.of(p, position), row.clone()))
                .build();
        List<Generation> together = generator.generate(prompts, config);
        for (int i = 0; i < prompts.size(); i++) {
          String what = name + ", prompt " + i + ", trace " + trace;
          assertArrayEquals(expected.get(i), toArray(together.get(i).tokens()), what);
          Generation alone =
              generator.generate(List.of(prompts.get(i)), greedy().trace(trace).build()).getFirst();
          assertEquals(together.get(i).tokens(), alone.tokens(), what);
          int length = golden.shape("logits." + i)[0];
          float[] promptLogits = golden.floats("logits." + i);
          float[] stepLogits = golden.floats("greedy.logits." + i);
          int vocabulary = model.config().vocabSize();
          for (int position = 0; position < length; position++) {
            assertClose(
                promptLogits, position * vocabulary, batched.get(List.of(i, position)), what);
          }
          for (int step = 0; step < NEW_TOKENS; step++) {
            float[] row = batched.get(List.of(i, length - 1 + step));
            assertClose(stepLogits, step * vocabulary, row, what + ", step " + step);
          }
        }
      }
    }
  }

  /** Chunks end inside and at tile boundaries; the second one attends through the paged cache. */
  @ParameterizedTest
  @ValueSource(ints = {32, 64, 96})
  void promptsInChunksGiveTheSame(int chunk) throws IOException {
    Golden golden = Golden.read(directory("llama_gqa").resolve("golden_long.safetensors"));
    int[] prompt = golden.ints("input_ids");
    try (CausalLM model = load(directory("llama_gqa"))) {
      Generation generation =
          new Generator(model, null)
              .generate(List.of(Prompt.tokens(prompt)), greedy().prefillChunk(chunk).build())
              .getFirst();
      assertArrayEquals(golden.ints("greedy.tokens"), toArray(generation.tokens()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama_gqa", "llama_mha", "llama_mqa_hd64", "llama_rope_llama3"})
  void readsTheSpellingOfTransformers5(String name, @TempDir Path temporary) throws IOException {
    Files.copy(directory(name).resolve("config_v5.json"), temporary.resolve("config.json"));
    Files.copy(
        directory(name).resolve("model.safetensors"), temporary.resolve("model.safetensors"));
    Golden golden = Golden.read(directory(name).resolve("golden.safetensors"));
    int[] ids = Arrays.copyOf(golden.ints("input_ids"), golden.shape("input_ids")[1]);
    float[] logits = golden.floats("logits");
    try (CausalLM model = load(temporary)) {
      int vocabulary = model.config().vocabSize();
      new Scorer(model)
          .read(
              ids,
              (p, position, values) ->
                  assertClose(logits, position * vocabulary, values, name + " at " + position));
    }
  }

  static Stream<TensorGroup> groupsOfLayers() {
    return Arrays.stream(TensorGroup.values()).filter(TensorGroup::inLayers);
  }

  /** A prompt in two parts and decode steps, with one layer in another precision than the rest. */
  @ParameterizedTest
  @MethodSource("groupsOfLayers")
  void everyGroupOfALayerCanHaveEveryPrecision(TensorGroup group) {
    int[] prompt = new int[40];
    Arrays.setAll(prompt, i -> 5 + i);
    for (DataType dtype : group.dtypes()) {
      OptimizationConfig precision = OptimizationConfig.accuracy().withOverride(1, group, dtype);
      try (CausalLM model = load(directory("llama_gqa"), WeightCache.none(), precision)) {
        Generation generation =
            new Generator(model, null)
                .generate(List.of(Prompt.tokens(prompt)), greedy().prefillChunk(32).build())
                .getFirst();
        assertEquals(NEW_TOKENS, generation.tokens().size(), dtype.name());
      }
    }
  }

  @Test
  void theCacheHasThePrecisionOfEachLayer() {
    OptimizationConfig precision =
        OptimizationConfig.accuracy().withOverrides("layers.1.kv_cache=bfp8");
    try (CausalLM model = load(directory("llama_gqa"), WeightCache.none(), precision);
        KVCache cache = model.newCache(1, 32)) {
      assertEquals(DataType.BFLOAT16, cache.key(0).dtype());
      assertEquals(DataType.BFLOAT8_B, cache.key(1).dtype());
      assertEquals(DataType.BFLOAT8_B, cache.value(1).dtype());
      long bytes = 0;
      for (int layer = 0; layer < model.config().numLayers(); layer++) {
        bytes += cache.key(layer).storageSize() + cache.value(layer).storageSize();
      }
      assertEquals(bytes, cache.bytes());
    }
  }

  @Test
  void loadingFromTheCacheGivesTheSame(@TempDir Path temporary) throws IOException {
    Golden golden = Golden.read(directory("llama_mha").resolve("golden.safetensors"));
    int[] prompt = Arrays.copyOf(golden.ints("input_ids"), golden.shape("input_ids")[1]);
    int[] expected = Arrays.copyOf(golden.ints("greedy.tokens"), NEW_TOKENS);
    for (int start = 0; start < 2; start++) {
      try (CausalLM model = load(directory("llama_mha"), WeightCache.open(temporary))) {
        Generation generation =
            new Generator(model, null)
                .generate(List.of(Prompt.tokens(prompt)), greedy().build())
                .getFirst();
        assertArrayEquals(expected, toArray(generation.tokens()), "start " + start);
      }
    }
  }

  private static void assertClose(float[] expected, int offset, float[] actual, String what) {
    for (int i = 0; i < actual.length; i++) {
      double difference = Math.abs(expected[offset + i] - actual[i]);
      // Written so that NaN fails.
      assertTrue(
          difference <= TOLERANCE,
          () ->
              "%s: a logit is off by %s, expected at most %s"
                  .formatted(what, difference, TOLERANCE));
    }
  }

  private static int[] toArray(List<Integer> tokens) {
    return tokens.stream().mapToInt(Integer::intValue).toArray();
  }
}
