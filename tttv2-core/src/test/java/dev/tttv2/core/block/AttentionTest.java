// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.Goldens;
import dev.tttv2.core.Layout;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Attention with every option against a plain loop in float64: whole, in parts, step by step. */
class AttentionTest {
  private static final int HIDDEN = 48;
  private static final int LENGTH = 70;
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

  /** One configuration with random weights and inputs. */
  private static final class Case {
    final int heads;
    final int kvHeads;
    final int headDim;
    final int window;
    final float scale;
    final RoPEStyle style;
    final boolean bias;
    final float[][] weights;
    final float[] x;

    Case(
        int heads,
        int kvHeads,
        int headDim,
        int window,
        float scale,
        RoPEStyle style,
        boolean bias) {
      this.heads = heads;
      this.kvHeads = kvHeads;
      this.headDim = headDim;
      this.window = window;
      this.scale = scale;
      this.style = style;
      this.bias = bias;
      Random random = new Random(7);
      int q = heads * headDim;
      int kv = kvHeads * headDim;
      weights =
          new float[][] {
            normal(random, q * HIDDEN, HIDDEN),
            normal(random, kv * HIDDEN, HIDDEN),
            normal(random, kv * HIDDEN, HIDDEN),
            normal(random, HIDDEN * q, q),
            normal(random, q, 1),
            normal(random, kv, 1),
            normal(random, kv, 1),
            normal(random, HIDDEN, 1)
          };
      x = normal(random, LENGTH * HIDDEN, 1);
    }

    private static float[] normal(Random random, int count, int fanIn) {
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = (float) (random.nextGaussian() / Math.sqrt(fanIn));
      }
      return values;
    }

    Attention block() {
      AttentionPlan plan =
          AttentionConfig.builder(HIDDEN, heads, kvHeads, headDim)
              .qkvBias(bias)
              .outputBias(bias)
              .scale(scale)
              .slidingWindow(window)
              .ropeStyle(style)
              .wqkvDtype(DataType.FLOAT32)
              .woDtype(DataType.FLOAT32)
              .activationDtype(DataType.FLOAT32)
              .build()
              .resolve(device.target());
      long q = plan.headsSize();
      long kv = (long) kvHeads * headDim;
      return new Attention(
          device,
          plan,
          new AttentionWeights(
              LazyWeight.of("q", weights[0], q, HIDDEN),
              LazyWeight.of("k", weights[1], kv, HIDDEN),
              LazyWeight.of("v", weights[2], kv, HIDDEN),
              LazyWeight.of("o", weights[3], HIDDEN, q),
              bias ? LazyWeight.of("q bias", weights[4], q) : null,
              bias ? LazyWeight.of("k bias", weights[5], kv) : null,
              bias ? LazyWeight.of("v bias", weights[6], kv) : null,
              bias ? LazyWeight.of("o bias", weights[7], HIDDEN) : null));
    }

    RoPE rope() {
      return new RoPE(
          device,
          RoPEConfig.builder(headDim, 128)
              .style(style)
              .dtype(DataType.FLOAT32)
              .build()
              .resolve(device.target()));
    }

    KVCache cache() {
      return new KVCache(device, new KVCacheConfig(2, kvHeads, headDim, 4, DataType.FLOAT32));
    }

    /** The output at every position, [LENGTH, HIDDEN]. */
    float[] expected() {
      double[][] q = project(x, weights[0], bias ? weights[4] : null, heads * headDim);
      double[][] k = project(x, weights[1], bias ? weights[5] : null, kvHeads * headDim);
      double[][] v = project(x, weights[2], bias ? weights[6] : null, kvHeads * headDim);
      rotate(q);
      rotate(k);
      float[] out = new float[LENGTH * HIDDEN];
      for (int i = 0; i < LENGTH; i++) {
        double[] joined = new double[heads * headDim];
        for (int h = 0; h < heads; h++) {
          attend(q[i], k, v, i, h, joined);
        }
        for (int o = 0; o < HIDDEN; o++) {
          double sum = bias ? weights[7][o] : 0;
          for (int c = 0; c < joined.length; c++) {
            sum += joined[c] * weights[3][o * joined.length + c];
          }
          out[i * HIDDEN + o] = (float) sum;
        }
      }
      return out;
    }

    private void attend(
        double[] query, double[][] k, double[][] v, int position, int head, double[] joined) {
      int shared = head / (heads / kvHeads) * headDim;
      int first = window == 0 ? 0 : Math.max(0, position - window + 1);
      double[] scores = new double[position + 1 - first];
      double largest = Double.NEGATIVE_INFINITY;
      for (int j = first; j <= position; j++) {
        double dot = 0;
        for (int d = 0; d < headDim; d++) {
          dot += query[head * headDim + d] * k[j][shared + d];
        }
        scores[j - first] = dot * scale;
        largest = Math.max(largest, scores[j - first]);
      }
      double total = 0;
      for (int j = 0; j < scores.length; j++) {
        scores[j] = Math.exp(scores[j] - largest);
        total += scores[j];
      }
      for (int j = 0; j < scores.length; j++) {
        for (int d = 0; d < headDim; d++) {
          joined[head * headDim + d] += scores[j] / total * v[first + j][shared + d];
        }
      }
    }

    private static double[][] project(float[] x, float[] weight, float[] bias, int out) {
      double[][] result = new double[LENGTH][out];
      for (int i = 0; i < LENGTH; i++) {
        for (int o = 0; o < out; o++) {
          double sum = bias == null ? 0 : bias[o];
          for (int c = 0; c < HIDDEN; c++) {
            sum += (double) x[i * HIDDEN + c] * weight[o * HIDDEN + c];
          }
          result[i][o] = sum;
        }
      }
      return result;
    }

    private void rotate(double[][] rows) {
      for (int position = 0; position < rows.length; position++) {
        double[] row = rows[position];
        for (int start = 0; start < row.length; start += headDim) {
          for (int i = 0; i < headDim / 2; i++) {
            double angle = position * Math.pow(10_000, -2.0 * i / headDim);
            int a = start + (style == RoPEStyle.HALF ? i : 2 * i);
            int b = style == RoPEStyle.HALF ? a + headDim / 2 : a + 1;
            double first = row[a];
            double second = row[b];
            row[a] = first * Math.cos(angle) - second * Math.sin(angle);
            row[b] = second * Math.cos(angle) + first * Math.sin(angle);
          }
        }
      }
    }

    Tensor input(int from, int to) {
      return Tensor.of(
          device,
          DataType.FLOAT32,
          Layout.TILE,
          Arrays.copyOfRange(x, from * HIDDEN, to * HIDDEN),
          1,
          1,
          to - from,
          HIDDEN);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "4, 4, 32, 0, 0.17677669, HALF, false",
    "9, 3, 64, 0, 0.125, HALF, true",
    "6, 2, 32, 0, 0.3, INTERLEAVED, true",
    "5, 1, 16, 0, 0.25, HALF, false",
    "4, 2, 32, 8, 0.17677669, HALF, false",
    "4, 2, 32, 33, 0.2, INTERLEAVED, true",
    "2, 1, 48, 1, 0.1, HALF, true"
  })
  void everyWayGivesTheSame(
      int heads, int kvHeads, int headDim, int window, float scale, RoPEStyle style, boolean bias) {
    Case c = new Case(heads, kvHeads, headDim, window, scale, style, bias);
    float[] expected = c.expected();
    try (Attention attention = c.block();
        RoPE rope = c.rope();
        KVCache cache = c.cache();
        Tensor table = Tensor.ofInts(device, DataType.INT32, new int[] {3, 0, 2}, 1, 3)) {
      Goldens.assertClose(expected, prefill(c, attention, rope, cache, table, 0, LENGTH), LIMIT);
      // Over the same cache, which is overwritten.
      for (int start = 0; start < LENGTH; start += 32) {
        int end = Math.min(LENGTH, start + 32);
        Goldens.assertClose(
            Arrays.copyOfRange(expected, start * HIDDEN, end * HIDDEN),
            prefill(c, attention, rope, cache, table, start, end),
            LIMIT);
      }
    }
    try (Attention attention = c.block();
        RoPE rope = c.rope();
        KVCache cache = c.cache();
        Tensor table = Tensor.ofInts(device, DataType.INT32, new int[] {3, 0, 2}, 1, 3)) {
      for (int position = 0; position < LENGTH; position++) {
        Goldens.assertClose(
            Arrays.copyOfRange(expected, position * HIDDEN, (position + 1) * HIDDEN),
            decode(c, attention, rope, cache, table, position),
            LIMIT);
      }
    }
  }

  private static float[] prefill(
      Case c, Attention attention, RoPE rope, KVCache cache, Tensor table, int start, int end) {
    try (TensorScope scope = new TensorScope();
        Rotation rotation = rope.prefill(start, end - start)) {
      PrefillStep step = new PrefillStep(rotation, cache, table, 0, start, end - start);
      Tensor x = scope.add(c.input(start, end));
      return scope.add(attention.prefill(x, step, 1)).toFloats();
    }
  }

  private static float[] decode(
      Case c, Attention attention, RoPE rope, KVCache cache, Tensor table, int position) {
    int[] at = {position};
    try (TensorScope scope = new TensorScope();
        Rotation rotation =
            rope.decode(scope.add(Tensor.ofInts(device, DataType.UINT32, at, 1, 1)))) {
      Tensor positions = scope.add(Tensor.ofInts(device, DataType.INT32, at, 1));
      DecodeStep step = new DecodeStep(rotation, cache, table, positions);
      Tensor x = scope.add(c.input(position, position + 1));
      return scope.add(attention.decode(x, step, 1)).toFloats();
    }
  }

  @Test
  void aCacheOfAnotherModelIsRefused() {
    Case c = new Case(4, 2, 32, 0, 0.2f, RoPEStyle.HALF, false);
    try (Attention attention = c.block();
        RoPE rope = c.rope();
        KVCache cache = new KVCache(device, new KVCacheConfig(2, 4, 32, 4, DataType.FLOAT32));
        Tensor table = Tensor.ofInts(device, DataType.INT32, new int[] {0, 1, 2}, 1, 3)) {
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () -> prefill(c, attention, rope, cache, table, 0, 32));
      assertTrue(
          e.getMessage()
              .contains(
                  "the cache holds 4 heads of 32 in FLOAT32, expected 2 heads of 32 in FLOAT32"),
          e.getMessage());
    }
  }

  @Test
  void stepsAreChecked() {
    Case c = new Case(4, 2, 32, 0, 0.2f, RoPEStyle.HALF, false);
    try (RoPE rope = c.rope();
        KVCache cache = c.cache();
        Tensor table = Tensor.ofInts(device, DataType.INT32, new int[] {0, 1, 2}, 1, 3);
        Tensor positions = Tensor.ofInts(device, DataType.INT32, new int[] {0, 1}, 2);
        Rotation rotation = rope.prefill(0, 32)) {
      refuses(
          "start is 7, expected a multiple of the cache's block size 32",
          () -> new PrefillStep(rotation, cache, table, 0, 7, 32));
      refuses(
          "user is 1, but the page table", () -> new PrefillStep(rotation, cache, table, 1, 0, 32));
      refuses(
          "positions 32 to 96, but the page table",
          () -> new PrefillStep(rotation, cache, table, 0, 32, 65));
      refuses(
          "[1, 3] INT32 ROW_MAJOR and positions",
          () -> new DecodeStep(rotation, cache, table, positions));
      refuses("positions 100 to 131, but the tables hold 0 to 127", () -> rope.prefill(100, 32));
      refuses("positions -1 to 0", () -> rope.prefill(-1, 2));
    }
  }

  private static void refuses(String text, org.junit.jupiter.api.function.Executable body) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, body);
    assertTrue(e.getMessage().contains(text), e.getMessage());
  }
}
