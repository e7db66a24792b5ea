// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.tttv2.core.BufferType;
import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.Goldens;
import dev.tttv2.core.Safetensors;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import dev.tttv2.core.Trace;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole models from blocks, against the reference, and against themselves. */
class TinyLlamaTest {
  /** For logits and hidden states in float32. */
  private static final double FLOAT32_LIMIT = 5e-4;

  private static Device device;
  private int liveBefore;

  @BeforeAll
  static void open() {
    device = Device.open();
  }

  @AfterAll
  static void close() {
    device.close();
  }

  @BeforeEach
  void countTensors() {
    liveBefore = device.memory(BufferType.DRAM).liveTensors();
  }

  @AfterEach
  void noTensorIsLeft() {
    assertEquals(liveBefore, device.memory(BufferType.DRAM).liveTensors(), "live tensors");
  }

  private static int[] range(int from, int to) {
    return IntStream.range(from, to).toArray();
  }

  private static Tensor pages(int rows, int... values) {
    return Tensor.ofInts(device, DataType.INT32, values, rows, values.length / rows);
  }

  private static int best(float[] logits, int row, int vocab) {
    int best = row * vocab;
    for (int i = best + 1; i < (row + 1) * vocab; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best - row * vocab;
  }

  private static float[] row(float[] values, int row, int width) {
    return Arrays.copyOfRange(values, row * width, (row + 1) * width);
  }

  /** The tensors that a decode step of several users reads. */
  private static final class Inputs implements AutoCloseable {
    final Tensor ids;
    final Tensor positions;
    final Tensor ropePositions;
    private final int[] clamped;

    Inputs(int users) {
      ids = Tensor.ofInts(device, DataType.UINT32, new int[users], 1, users);
      positions = Tensor.ofInts(device, DataType.INT32, new int[users], users);
      ropePositions = Tensor.ofInts(device, DataType.UINT32, new int[users], 1, users);
      clamped = new int[users];
    }

    void write(int[] tokens, int[] at) {
      ids.write(tokens);
      positions.write(at);
      for (int i = 0; i < at.length; i++) {
        clamped[i] = Math.max(at[i], 0);
      }
      ropePositions.write(clamped);
    }

    @Override
    public void close() {
      ids.close();
      positions.close();
      ropePositions.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama_gqa",
        "llama_mha",
        "llama_mqa_hd64",
        "llama_rope_llama3",
        "llama_rope_linear",
        "llama_bias"
      })
  void everyLayerMatchesTheReference(String name) {
    Safetensors golden = Safetensors.read(Goldens.model(name).resolve("golden.safetensors"));
    try (TinyLlama model = new TinyLlama(device, name, TinyLlama.Settings.FLOAT32);
        KVCache cache = model.newCache(8, 32);
        Tensor table = pages(1, 5, 2, 7, 0)) {
      int prompts = (int) golden.shape("input_ids")[0];
      int length = (int) golden.shape("input_ids")[1];
      int steps = (int) golden.shape("greedy.tokens")[1];
      int[] ids = golden.ints("input_ids");
      int[] greedy = golden.ints("greedy.tokens");
      for (int p = 0; p < prompts; p++) {
        List<float[]> states = new ArrayList<>();
        int[] prompt = Arrays.copyOfRange(ids, p * length, (p + 1) * length);
        float[] logits = model.prefill(prompt, 0, cache, table, 0, states);
        int layers = model.layers.size();
        for (int i = 0; i < layers; i++) {
          expect(golden, "hidden_states." + i, p, states.get(i));
        }
        expect(golden, "layer_out." + (layers - 1), p, states.get(layers));
        expect(golden, "last_hidden_state", p, states.get(layers + 1));
        expect(golden, "logits", p, logits);
        int[] expected = Arrays.copyOfRange(greedy, p * steps, (p + 1) * steps);
        float[] last = row(logits, length - 1, model.vocab);
        assertArrayEquals(expected, greedy(model, cache, table, last, length, steps, golden, p));
      }
    }
  }

  private static void expect(Safetensors golden, String name, int prompt, float[] actual) {
    float[] all = golden.floats(name);
    Goldens.assertClose(row(all, prompt, actual.length), actual, FLOAT32_LIMIT);
  }

  /** Decodes greedily after a prompt, comparing every step's logits. */
  private static int[] greedy(
      TinyLlama model,
      KVCache cache,
      Tensor table,
      float[] first,
      int length,
      int steps,
      Safetensors golden,
      int prompt) {
    float[] expected = golden.floats("greedy.logits");
    float[] logits = first;
    int[] tokens = new int[steps];
    try (Inputs inputs = new Inputs(1)) {
      for (int i = 0; i < steps; i++) {
        Goldens.assertClose(row(expected, prompt * steps + i, model.vocab), logits, FLOAT32_LIMIT);
        tokens[i] = best(logits, 0, model.vocab);
        inputs.write(new int[] {tokens[i]}, new int[] {length + i});
        try (Tensor out =
            model.decode(inputs.ids, inputs.positions, inputs.ropePositions, cache, table)) {
          logits = out.toFloats();
        }
      }
    }
    return tokens;
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 64, 96})
  void aPromptInPartsIsTheWholePrompt(int part) {
    Safetensors golden =
        Safetensors.read(Goldens.model("llama_gqa").resolve("golden_long.safetensors"));
    int length = (int) golden.shape("input_ids")[1];
    int[] prompt = Arrays.copyOf(golden.ints("input_ids"), length);
    float[] expected = golden.floats("logits");
    try (TinyLlama model = new TinyLlama(device, "llama_gqa", TinyLlama.Settings.FLOAT32);
        KVCache cache = model.newCache(16, 32);
        // The user's row is the second; its pages are in no order, with one to spare.
        Tensor table = pages(2, -1, -1, -1, -1, -1, -1, -1, -1, 9, 3, 15, 0, 7, 1, 12, -1)) {
      for (int start = 0; start < length; start += part) {
        int end = Math.min(length, start + part);
        float[] logits =
            model.prefill(Arrays.copyOfRange(prompt, start, end), start, cache, table, 1, null);
        Goldens.assertClose(
            Arrays.copyOfRange(expected, start * model.vocab, end * model.vocab),
            logits,
            FLOAT32_LIMIT);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama_gqa", "llama_mqa_hd64"})
  void usersOfABatchDoNotSeeEachOther(String name) {
    Safetensors golden = Safetensors.read(Goldens.model(name).resolve("golden_ragged.safetensors"));
    int users = 0;
    while (golden.has("prompt." + users)) {
      users++;
    }
    assertTrue(users > 1, "the reference has several prompts");
    int perUser = 4;
    try (TinyLlama model = new TinyLlama(device, name, TinyLlama.Settings.FLOAT32);
        KVCache cache = model.newCache((users + 1) * perUser, 32);
        // One more user, who stays idle. Pages of the users are interleaved.
        Tensor table = pages(users + 1, interleaved(users + 1, perUser));
        Inputs inputs = new Inputs(users + 1)) {
      int[][] expected = new int[users][];
      int[] tokens = new int[users + 1];
      int[] positions = new int[users + 1];
      for (int u = 0; u < users; u++) {
        int[] prompt = golden.ints("prompt." + u);
        float[] logits = model.prefill(prompt, 0, cache, table, u, null);
        Goldens.assertClose(golden.floats("logits." + u), logits, FLOAT32_LIMIT);
        expected[u] = golden.ints("greedy.tokens." + u);
        tokens[u] = best(logits, prompt.length - 1, model.vocab);
        positions[u] = prompt.length;
      }
      positions[users] = -1;
      int steps = expected[0].length;
      for (int i = 0; i < steps; i++) {
        for (int u = 0; u < users; u++) {
          assertEquals(expected[u][i], tokens[u], "user " + u + " token " + i);
        }
        inputs.write(tokens, positions);
        try (Tensor out =
            model.decode(inputs.ids, inputs.positions, inputs.ropePositions, cache, table)) {
          float[] logits = out.toFloats();
          for (int u = 0; u < users; u++) {
            tokens[u] = best(logits, u, model.vocab);
            positions[u]++;
          }
        }
      }
    }
  }

  private static int[] interleaved(int users, int perUser) {
    int[] pages = new int[users * perUser];
    for (int u = 0; u < users; u++) {
      for (int p = 0; p < perUser; p++) {
        pages[u * perUser + p] = p * users + u;
      }
    }
    return pages;
  }

  @Test
  void aRowOfABatchHasTheBitsOfAUserAlone() {
    try (TinyLlama model = new TinyLlama(device, "llama_gqa", TinyLlama.Settings.BFLOAT16);
        KVCache cache = model.newCache(8, 32);
        Tensor table = pages(3, 0, 1, 2, 3, 4, 5);
        Tensor alone = pages(1, 6, 7)) {
      int[] prompt = range(10, 45);
      model.prefill(range(3, 10), 0, cache, table, 0, null);
      model.prefill(prompt, 0, cache, table, 1, null);
      model.prefill(prompt, 0, cache, alone, 0, null);
      float[] batch;
      float[] single;
      try (Inputs inputs = new Inputs(3)) {
        inputs.write(new int[] {9, 8, 7}, new int[] {7, prompt.length, -1});
        batch = decode(model, inputs, cache, table);
      }
      try (Inputs inputs = new Inputs(1)) {
        inputs.write(new int[] {8}, new int[] {prompt.length});
        single = decode(model, inputs, cache, alone);
      }
      assertArrayEquals(single, row(batch, 1, model.vocab));
    }
  }

  private static float[] decode(TinyLlama model, Inputs inputs, KVCache cache, Tensor table) {
    try (Tensor out =
        model.decode(inputs.ids, inputs.positions, inputs.ropePositions, cache, table)) {
      return out.toFloats();
    }
  }

  @Test
  void aTraceHasTheBitsOfEagerExecutionAndAllocatesNothing() {
    for (TinyLlama.Settings settings :
        List.of(TinyLlama.Settings.FLOAT32, TinyLlama.Settings.BFLOAT8)) {
      traced(settings);
    }
  }

  private void traced(TinyLlama.Settings settings) {
    int[] prompt = range(20, 60);
    int steps = 8;
    try (TinyLlama model = new TinyLlama(device, "llama_gqa", settings);
        KVCache eagerCache = model.newCache(4, 32);
        KVCache tracedCache = model.newCache(4, 32);
        Tensor table = pages(2, 1, 0, 3, 2);
        Inputs inputs = new Inputs(2);
        TensorScope scope = new TensorScope()) {
      float[][] eager = new float[steps][];
      model.prefill(prompt, 0, eagerCache, table, 0, null);
      model.prefill(prompt, 0, tracedCache, table, 0, null);
      int[][] positions = new int[steps][];
      for (int i = 0; i < steps; i++) {
        positions[i] = new int[] {prompt.length + i, i % 2 == 0 ? -1 : 5};
        inputs.write(new int[] {i, 2 * i}, positions[i]);
        eager[i] = decode(model, inputs, eagerCache, table);
      }
      Tensor[] logits = new Tensor[1];
      try (Trace trace =
          device.capture(
              () ->
                  logits[0] =
                      scope.add(
                          model.decode(
                              inputs.ids,
                              inputs.positions,
                              inputs.ropePositions,
                              tracedCache,
                              table)))) {
        for (int i = 0; i < steps; i++) {
          inputs.write(new int[] {i, 2 * i}, positions[i]);
          trace.execute();
          float[] actual = logits[0].toFloats();
          assertArrayEquals(
              row(eager[i], 0, model.vocab), row(actual, 0, model.vocab), "step " + i);
          if (positions[i][1] >= 0) {
            assertArrayEquals(
                row(eager[i], 1, model.vocab), row(actual, 1, model.vocab), "step " + i);
          }
        }
        assertAllocatesNothing(trace, inputs, positions[steps - 1]);
      }
    }
  }

  private static void assertAllocatesNothing(Trace trace, Inputs inputs, int[] positions) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int[] tokens = {1, 2};
    long least = Long.MAX_VALUE;
    // The first rounds may run before the compiler has come to it.
    for (int round = 0; round < 200 && least > 0; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 10; i++) {
        trace.execute();
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertEquals(0, least, "bytes allocated by ten replays");
    inputs.write(tokens, positions);
  }

  @ParameterizedTest
  @ValueSource(strings = {"BFLOAT16", "BFLOAT8"})
  void packedTypesStayClose(String settings) {
    TinyLlama.Settings packed =
        settings.equals("BFLOAT16") ? TinyLlama.Settings.BFLOAT16 : TinyLlama.Settings.BFLOAT8;
    Safetensors golden = Safetensors.read(Goldens.model("llama_gqa").resolve("golden.safetensors"));
    int length = (int) golden.shape("input_ids")[1];
    int[] prompt = Arrays.copyOf(golden.ints("input_ids"), length);
    float[] expected = Arrays.copyOf(golden.floats("logits"), length * 320);
    try (TinyLlama model = new TinyLlama(device, "llama_gqa", packed);
        KVCache cache = model.newCache(2, 32);
        Tensor table = pages(1, 0, 1)) {
      float[] logits = model.prefill(prompt, 0, cache, table, 0, null);
      // Hugging Face's own bfloat16 run is at 0.9996 at the least.
      double cosine = Goldens.cosine(expected, logits);
      assertTrue(cosine > 0.998, "cosine is " + cosine);
    }
  }

  @Test
  void adjacentPairsAreHalvesInAnotherOrder() {
    TinyLlama.Settings pairs =
        new TinyLlama.Settings(
            DataType.FLOAT32, DataType.FLOAT32, DataType.FLOAT32, RoPEStyle.INTERLEAVED);
    Safetensors golden = Safetensors.read(Goldens.model("llama_mha").resolve("golden.safetensors"));
    int length = (int) golden.shape("input_ids")[1];
    int[] prompt = Arrays.copyOf(golden.ints("input_ids"), length);
    try (TinyLlama model = new TinyLlama(device, "llama_mha", pairs);
        KVCache cache = model.newCache(4, 32);
        Tensor table = pages(1, 0, 1, 2, 3)) {
      float[] logits = model.prefill(prompt, 0, cache, table, 0, null);
      expect(golden, "logits", 0, logits);
      float[] last = row(logits, length - 1, model.vocab);
      int steps = (int) golden.shape("greedy.tokens")[1];
      assertArrayEquals(
          Arrays.copyOf(golden.ints("greedy.tokens"), steps),
          greedy(model, cache, table, last, length, steps, golden, 0));
    }
  }

  @Test
  void biggerBlocksChangeNothing() {
    int[] prompt = range(0, 70);
    try (TinyLlama model = new TinyLlama(device, "llama_gqa", TinyLlama.Settings.FLOAT32);
        KVCache small = model.newCache(4, 32);
        KVCache big = model.newCache(2, 64);
        Tensor smallTable = pages(1, 3, 1, 2, 0);
        Tensor bigTable = pages(1, 1, 0);
        Inputs inputs = new Inputs(1)) {
      Goldens.assertClose(
          model.prefill(prompt, 0, small, smallTable, 0, null),
          model.prefill(prompt, 0, big, bigTable, 0, null),
          0);
      inputs.write(new int[] {5}, new int[] {prompt.length});
      Goldens.assertClose(
          decode(model, inputs, small, smallTable), decode(model, inputs, big, bigTable), 1e-5);
      assertEquals(2 * 2 * big.key(0).storageSize(), big.bytes());
    }
  }
}
