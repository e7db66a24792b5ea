// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.Goldens;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.Trace;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** ALiBi's masks: causal attention whose scores have the biases written out. */
class ALiBiTest {
  private static final int HIDDEN = 32;
  private static final int LENGTH = 75;
  private static final double LIMIT = 2e-5;

  private static Device device;

  @BeforeAll
  static void open() {
    device = Device.open();
  }

  @AfterAll
  static void close() {
    device.close();
  }

  private static ALiBi alibi(int heads, int maxPositions) {
    return new ALiBi(
        device,
        ALiBiConfig.builder(heads, maxPositions)
            .dtype(DataType.FLOAT32)
            .build()
            .resolve(device.target()));
  }

  private static AttentionReference attention(int heads, Random random) {
    return AttentionReference.random(
        AttentionReference.float32(HIDDEN, heads, heads, 16)
            .rotaryDim(0)
            .build()
            .resolve(device.target()),
        random);
  }

  private static Reference.Bias biases(int heads) {
    float[] slopes = ALiBi.slopes(heads);
    return (head, query, key) ->
        key <= query ? slopes[head] * (key - query) : Double.NEGATIVE_INFINITY;
  }

  private static double[][] input(Random random, int length) {
    return Reference.rows(Reference.random(random, length * HIDDEN, 1), HIDDEN);
  }

  /** As the authors give them: for 8 heads 1/2 .. 1/256, for others interleaved with the next. */
  @Test
  void slopes() {
    assertArrayEquals(new float[] {1 / 256f}, ALiBi.slopes(1));
    assertArrayEquals(
        new float[] {1 / 2f, 1 / 4f, 1 / 8f, 1 / 16f, 1 / 32f, 1 / 64f, 1 / 128f, 1 / 256f},
        ALiBi.slopes(8));
    assertArrayEquals(
        new float[] {1 / 4f, 1 / 16f, 1 / 64f, 1 / 256f, 1 / 2f, 1 / 8f}, ALiBi.slopes(6));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 6, 8})
  void wholeInPartsAndStepByStep(int heads) {
    Random random = new Random(heads);
    AttentionReference reference = attention(heads, random);
    double[][] x = input(random, LENGTH);
    double[][] expected = reference.forward(x, biases(heads));
    int[][] pages = {{4, 1, 3}};
    try (Attention attention = reference.block(device);
        ALiBi alibi = alibi(heads, 96);
        KVCache cache = new KVCache(device, KVCacheConfig.of(attention.plan(), 2, 5, 32));
        PagedRunner runner = PagedRunner.of(device, attention, null, alibi, cache, pages)) {
      check(expected, 0, LENGTH, runner.prefill(x, 0, 0, LENGTH));
      for (int start = 0; start < LENGTH; start += 32) {
        int end = Math.min(LENGTH, start + 32);
        check(expected, start, end, runner.prefill(x, 0, start, end));
      }
      check(expected, 0, 40, runner.prefill(x, 0, 0, 40));
      for (int p = 40; p < LENGTH; p++) {
        check(expected, p, p + 1, runner.decode(Arrays.copyOfRange(x, p, p + 1), p));
      }
    }
  }

  /** Users at different positions, one of them idle, in blocks of 64. */
  @Test
  void usersTogether() {
    Random random = new Random(5);
    AttentionReference reference = attention(4, random);
    int[] lengths = {1, 70, 0, 64, 33};
    int[][] pages = {{9, 2}, {0, 7}, {8, 3}, {5, 6}, {1, 4}};
    double[][][] texts = new double[lengths.length][][];
    double[][][] expected = new double[lengths.length][][];
    for (int u = 0; u < lengths.length; u++) {
      texts[u] = input(random, lengths[u] + 3);
      expected[u] = reference.forward(texts[u], biases(4));
    }
    try (Attention attention = reference.block(device);
        ALiBi alibi = alibi(4, 128);
        KVCache cache = new KVCache(device, KVCacheConfig.of(attention.plan(), 2, 10, 64));
        PagedRunner runner = PagedRunner.of(device, attention, null, alibi, cache, pages)) {
      for (int u = 0; u < lengths.length; u++) {
        if (lengths[u] > 0) {
          check(expected[u], 0, lengths[u], runner.prefill(texts[u], u, 0, lengths[u]));
        }
      }
      for (int step = 0; step < 3; step++) {
        int[] positions = new int[lengths.length];
        double[][] rows = new double[lengths.length][];
        for (int u = 0; u < lengths.length; u++) {
          positions[u] = u == 2 ? -1 : lengths[u] + step;
          rows[u] = texts[u][lengths[u] + step];
        }
        float[] actual = runner.decode(rows, positions);
        for (int u = 0; u < lengths.length; u++) {
          if (positions[u] >= 0) {
            check(
                expected[u],
                positions[u],
                positions[u] + 1,
                Arrays.copyOfRange(actual, u * HIDDEN, (u + 1) * HIDDEN));
          }
        }
      }
    }
  }

  /** Far from the query a bias is large, but a later key is hidden more. */
  @Test
  void laterKeysAreHiddenAtTheEndOfALongContext() {
    try (ALiBi alibi = alibi(8, 4096);
        Tensor positions = Tensor.ofInts(device, DataType.INT32, new int[] {4000}, 1);
        Tensor mask = alibi.decode(positions, 4096)) {
      float[] values = mask.toFloats();
      float[] slopes = ALiBi.slopes(8);
      for (int head = 0; head < 8; head++) {
        for (int key = 0; key < 4096; key++) {
          float value = values[head * 4096 + key];
          if (key <= 4000) {
            assertTrue(value == slopes[head] * (key - 4000), "value " + value + " of " + key);
          } else {
            assertTrue(value < -1e6, "value " + value + " of " + key);
          }
        }
      }
    }
  }

  @Test
  void decodeMasksAreMadeInsideATrace() {
    try (ALiBi alibi = alibi(4, 64);
        Tensor positions = Tensor.ofInts(device, DataType.INT32, new int[] {3, 40}, 2)) {
      Tensor[] mask = new Tensor[1];
      try (Trace trace = device.capture(() -> mask[0] = alibi.decode(positions, 64));
          Tensor captured = mask[0]) {
        for (int[] at : new int[][] {{0, 63}, {17, 5}}) {
          positions.write(at);
          trace.execute();
          try (Tensor direct = alibi.decode(positions, 64)) {
            assertArrayEquals(direct.toFloats(), captured.toFloats());
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"-1, 4", "0, 0", "60, 5"})
  void positionsBeyondTheContextAreRefused(int start, int length) {
    try (ALiBi alibi = alibi(4, 64)) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> alibi.prefill(start, length));
      assertTrue(e.getMessage().contains("but there are 0 to 63"), e.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1025})
  void keysBeyondTheContextAreRefused(long keys) {
    try (ALiBi alibi = alibi(4, 64);
        Tensor positions = Tensor.ofInts(device, DataType.INT32, new int[] {3}, 1)) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> alibi.decode(positions, keys));
      assertTrue(e.getMessage().contains(keys + " keys, expected 1 to 1024"), e.getMessage());
    }
  }

  private static void check(double[][] expected, int from, int to, float[] actual) {
    Goldens.assertClose(Reference.floats(expected, from, to), actual, LIMIT);
  }
}
