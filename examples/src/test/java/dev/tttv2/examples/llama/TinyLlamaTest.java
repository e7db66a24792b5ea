// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.llama;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
import dev.tttv2.interfaces.Encoder;
import dev.tttv2.interfaces.EncoderFamily;
import dev.tttv2.interfaces.Generation;
import dev.tttv2.interfaces.GenerationConfig;
import dev.tttv2.interfaces.Generator;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelFamily;
import dev.tttv2.interfaces.Prompt;
import dev.tttv2.interfaces.SamplingParams;
import dev.tttv2.interfaces.TextBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ways to prefill, to load and to choose precisions of a Llama. */
class TinyLlamaTest {
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
    return greedy(NEW_TOKENS);
  }

  private static GenerationConfig.Builder greedy(int newTokens) {
    return GenerationConfig.builder()
        .sampling(SamplingParams.builder().maxTokens(newTokens).ignoreEos(true).build());
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

  /** Steps of several generations alternate, captures and replays of traces among them. */
  @Test
  void threadsThatShareAModelGetWhatEachGetsAlone() throws Exception {
    try (CausalLM model = load(directory("llama_gqa"));
        ExecutorService threads = Executors.newFixedThreadPool(3)) {
      Generator generator = new Generator(model, null);
      List<List<Integer>> alone = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        alone.add(generate(generator, i));
      }
      List<Future<List<Integer>>> together = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        int which = i;
        together.add(threads.submit(() -> generate(generator, which)));
      }
      for (int i = 0; i < 6; i++) {
        assertEquals(alone.get(i), together.get(i).get(), "generation " + i);
      }
    }
  }

  /** A server loads one model and encodes texts while another one generates, traces and all. */
  @Test
  void othersLoadAndEncodeOnTheSameDeviceMeanwhile() throws Exception {
    TextBatch texts = TextBatch.of(List.of(new int[] {5, 6, 7}, new int[] {8, 9}));
    try (CausalLM model = load(directory("llama_gqa"));
        Checkpoint bert = Checkpoint.open(directory("bert"));
        Encoder encoder =
            EncoderFamily.of(bert)
                .load(
                    bert,
                    device,
                    LoadOptions.of(OptimizationConfig.float32(), WeightCache.none()));
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Generator generator = new Generator(model, null);
      List<List<Integer>> alone = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        alone.add(generate(generator, i));
      }
      float[] expected = encoder.encode(texts).get("last_hidden_state").values();
      AtomicBoolean done = new AtomicBoolean();
      Future<?> loads =
          threads.submit(
              () -> {
                while (!done.get()) {
                  load(directory("phi3_longrope")).close();
                }
              });
      Future<?> encodings =
          threads.submit(
              () -> {
                while (!done.get()) {
                  assertArrayEquals(
                      expected, encoder.encode(texts).get("last_hidden_state").values());
                }
              });
      try {
        for (int round = 0; round < 60; round++) {
          assertEquals(alone.get(round % 6), generate(generator, round % 6), "round " + round);
        }
      } finally {
        done.set(true);
      }
      loads.get();
      encodings.get();
    }
  }

  private static List<Integer> generate(Generator generator, int which) {
    Prompt prompt = Prompt.tokens(10 + which, 20, 30 + 3 * which);
    return generator.generate(List.of(prompt), greedy(40).build()).getFirst().tokens();
  }

  /** Whoever watches the progress may end the loading by throwing. */
  @Test
  void aCancelledLoadLeavesNothingBehind() {
    int before = device.memory(BufferType.DRAM).liveTensors();
    try (Checkpoint checkpoint = Checkpoint.open(directory("llama_gqa"))) {
      LoadOptions options =
          LoadOptions.of(OptimizationConfig.float32(), WeightCache.none())
              .withProgress(
                  (name, done, total) -> {
                    if (done > total / 2) {
                      throw new CancellationException(name);
                    }
                  });
      assertThrows(
          CancellationException.class,
          () -> ModelFamily.of(checkpoint).load(checkpoint, device, options));
    }
    assertEquals(before, device.memory(BufferType.DRAM).liveTensors());
  }

  @Test
  void loadingFromTheCacheGivesTheSame(@TempDir Path temporary) throws IOException {
    Golden golden = Golden.read(directory("llama_bias").resolve("golden.safetensors"));
    int[] prompt = Arrays.copyOf(golden.ints("input_ids"), golden.shape("input_ids")[1]);
    int[] expected = Arrays.copyOf(golden.ints("greedy.tokens"), NEW_TOKENS);
    for (int start = 0; start < 2; start++) {
      try (CausalLM model = load(directory("llama_bias"), WeightCache.open(temporary))) {
        Generation generation =
            new Generator(model, null)
                .generate(List.of(Prompt.tokens(prompt)), greedy().build())
                .getFirst();
        assertArrayEquals(expected, toArray(generation.tokens()), "start " + start);
      }
    }
  }

  private static int[] toArray(List<Integer> tokens) {
    return tokens.stream().mapToInt(Integer::intValue).toArray();
  }
}
