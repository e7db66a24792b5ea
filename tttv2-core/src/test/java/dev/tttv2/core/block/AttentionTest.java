// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.DeviceTarget;
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

  /** What a board's tiles ask for, with the host's dtypes: heads are padded. */
  private static final DeviceTarget TILED = new DeviceTarget("host", 8, 8, 1, 1, 1, 32, true);

  /** The options of a case; what is not said is as in a plain Llama. */
  private record Options(
      int heads,
      int kvHeads,
      int headDim,
      int rotaryDim,
      int window,
      float scale,
      RoPEStyle style,
      boolean bias,
      QkNorm qkNorm,
      float softcap,
      boolean sinks,
      boolean tiled) {
    Options(
        int heads,
        int kvHeads,
        int headDim,
        int window,
        float scale,
        RoPEStyle style,
        boolean bias) {
      this(
          heads,
          kvHeads,
          headDim,
          headDim,
          window,
          scale,
          style,
          bias,
          QkNorm.NONE,
          0,
          false,
          false);
    }
  }

  /** One configuration with random weights and inputs. */
  private static final class Case {
    private static final float EPSILON = 1e-3f;

    final Options o;
    final int q;
    final int kv;
    final float[][] weights;
    final float[] x;

    Case(Options options) {
      o = options;
      Random random = new Random(7);
      q = o.heads * o.headDim;
      kv = o.kvHeads * o.headDim;
      boolean together = o.qkNorm == QkNorm.ALL_HEADS;
      weights =
          new float[][] {
            normal(random, q * HIDDEN, HIDDEN),
            normal(random, kv * HIDDEN, HIDDEN),
            normal(random, kv * HIDDEN, HIDDEN),
            normal(random, HIDDEN * q, q),
            normal(random, q, 1),
            normal(random, kv, 1),
            normal(random, kv, 1),
            normal(random, HIDDEN, 1),
            normal(random, together ? q : o.headDim, 1),
            normal(random, together ? kv : o.headDim, 1),
            normal(random, o.heads, 1)
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

    private DeviceTarget target() {
      return o.tiled ? TILED : device.target();
    }

    AttentionPlan plan() {
      return AttentionConfig.builder(HIDDEN, o.heads, o.kvHeads, o.headDim)
          .rotaryDim(o.rotaryDim)
          .qkvBias(o.bias)
          .outputBias(o.bias)
          .qkNorm(o.qkNorm)
          .qkNormEpsilon(EPSILON)
          .scale(o.scale)
          .logitSoftcap(o.softcap)
          .slidingWindow(o.window)
          .sinks(o.sinks)
          .ropeStyle(o.style)
          .wqkvDtype(DataType.FLOAT32)
          .woDtype(DataType.FLOAT32)
          .normDtype(DataType.FLOAT32)
          .activationDtype(DataType.FLOAT32)
          .build()
          .resolve(target());
    }

    Attention block() {
      AttentionWeights given =
          new AttentionWeights(
              LazyWeight.of("q", weights[0], q, HIDDEN),
              LazyWeight.of("k", weights[1], kv, HIDDEN),
              LazyWeight.of("v", weights[2], kv, HIDDEN),
              LazyWeight.of("o", weights[3], HIDDEN, q));
      if (o.bias) {
        given =
            given
                .withQkvBias(
                    LazyWeight.of("q bias", weights[4], q),
                    LazyWeight.of("k bias", weights[5], kv),
                    LazyWeight.of("v bias", weights[6], kv))
                .withOutputBias(LazyWeight.of("o bias", weights[7], HIDDEN));
      }
      if (o.qkNorm != QkNorm.NONE) {
        given =
            given.withQkNorm(
                LazyWeight.of("q norm", weights[8], weights[8].length),
                LazyWeight.of("k norm", weights[9], weights[9].length));
      }
      if (o.sinks) {
        given = given.withSinks(LazyWeight.of("sinks", weights[10], o.heads));
      }
      return new Attention(device, plan(), given);
    }

    /** The rotations, or null where nothing is rotated. */
    RoPE rope() {
      return o.rotaryDim == 0
          ? null
          : new RoPE(
              device,
              RoPEConfig.builder(o.headDim, 128)
                  .rotaryDim(o.rotaryDim)
                  .style(o.style)
                  .dtype(DataType.FLOAT32)
                  .build()
                  .resolve(target()));
    }

    KVCache cache() {
      int width = plan().paddedHeadDim();
      return new KVCache(device, new KVCacheConfig(2, o.kvHeads, width, 4, DataType.FLOAT32));
    }

    /** The output at every position, [LENGTH, HIDDEN]. */
    float[] expected(boolean causal) {
      double[][] queries = project(x, weights[0], o.bias ? weights[4] : null, q);
      double[][] keys = project(x, weights[1], o.bias ? weights[5] : null, kv);
      double[][] values = project(x, weights[2], o.bias ? weights[6] : null, kv);
      norm(queries, weights[8]);
      norm(keys, weights[9]);
      rotate(queries);
      rotate(keys);
      float[] out = new float[LENGTH * HIDDEN];
      for (int i = 0; i < LENGTH; i++) {
        double[] joined = new double[q];
        for (int h = 0; h < o.heads; h++) {
          attend(queries[i], keys, values, i, causal ? i : LENGTH - 1, h, joined);
        }
        for (int c = 0; c < HIDDEN; c++) {
          double sum = o.bias ? weights[7][c] : 0;
          for (int j = 0; j < q; j++) {
            sum += joined[j] * weights[3][c * q + j];
          }
          out[i * HIDDEN + c] = (float) sum;
        }
      }
      return out;
    }

    private void attend(
        double[] query,
        double[][] k,
        double[][] v,
        int position,
        int last,
        int head,
        double[] joined) {
      int shared = head / (o.heads / o.kvHeads) * o.headDim;
      int first = o.window == 0 ? 0 : Math.max(0, position - o.window + 1);
      double[] scores = new double[last + 1 - first];
      double largest = o.sinks ? weights[10][head] : Double.NEGATIVE_INFINITY;
      for (int j = first; j <= last; j++) {
        double dot = 0;
        for (int d = 0; d < o.headDim; d++) {
          dot += query[head * o.headDim + d] * k[j][shared + d];
        }
        double score = dot * o.scale;
        scores[j - first] = o.softcap == 0 ? score : o.softcap * Math.tanh(score / o.softcap);
        largest = Math.max(largest, scores[j - first]);
      }
      double total = o.sinks ? Math.exp(weights[10][head] - largest) : 0;
      for (int j = 0; j < scores.length; j++) {
        scores[j] = Math.exp(scores[j] - largest);
        total += scores[j];
      }
      for (int j = 0; j < scores.length; j++) {
        for (int d = 0; d < o.headDim; d++) {
          joined[head * o.headDim + d] += scores[j] / total * v[first + j][shared + d];
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

    private void norm(double[][] rows, float[] weight) {
      if (o.qkNorm == QkNorm.NONE) {
        return;
      }
      for (double[] row : rows) {
        for (int start = 0; start < row.length; start += weight.length) {
          double sum = 0;
          for (int i = 0; i < weight.length; i++) {
            sum += row[start + i] * row[start + i];
          }
          for (int i = 0; i < weight.length; i++) {
            row[start + i] *= weight[i] / Math.sqrt(sum / weight.length + EPSILON);
          }
        }
      }
    }

    private void rotate(double[][] rows) {
      for (int position = 0; position < rows.length; position++) {
        double[] row = rows[position];
        for (int start = 0; start < row.length; start += o.headDim) {
          for (int i = 0; i < o.rotaryDim / 2; i++) {
            double angle = position * Math.pow(10_000, -2.0 * i / o.rotaryDim);
            int a = start + (o.style == RoPEStyle.HALF ? i : 2 * i);
            int b = o.style == RoPEStyle.HALF ? a + o.rotaryDim / 2 : a + 1;
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
    "4, 4, 32, 32, 0, 0.17677669, HALF, false, NONE, 0, false, false",
    "9, 3, 64, 64, 0, 0.125, HALF, true, NONE, 0, false, false",
    "6, 2, 32, 32, 0, 0.3, INTERLEAVED, true, NONE, 0, false, false",
    "5, 1, 16, 16, 0, 0.25, HALF, false, NONE, 0, false, false",
    "4, 2, 32, 32, 8, 0.17677669, HALF, false, NONE, 0, false, false",
    "4, 2, 32, 32, 33, 0.2, INTERLEAVED, true, NONE, 0, false, false",
    "2, 1, 48, 48, 1, 0.1, HALF, true, NONE, 0, false, false",
    // rotated in part, or not at all
    "4, 2, 32, 8, 0, 0.2, HALF, true, NONE, 0, false, false",
    "3, 3, 20, 6, 0, 0.2, HALF, false, NONE, 0, false, false",
    "4, 2, 32, 12, 0, 0.2, INTERLEAVED, true, NONE, 0, false, false",
    "4, 2, 24, 0, 0, 0.2, HALF, true, NONE, 0, false, false",
    // padded to a board's tiles
    "5, 1, 16, 16, 0, 0.25, HALF, true, NONE, 0, false, true",
    "4, 2, 80, 80, 0, 0.12, HALF, true, NONE, 0, false, true",
    "4, 2, 80, 20, 9, 0.12, HALF, true, NONE, 0, false, true",
    "4, 2, 80, 20, 0, 0.12, INTERLEAVED, true, NONE, 0, false, true",
    "2, 2, 40, 0, 0, 0.12, HALF, true, NONE, 0, false, true",
    // norms of queries and keys
    "4, 2, 32, 32, 0, 0.2, HALF, true, PER_HEAD, 0, false, false",
    "4, 2, 32, 32, 0, 0.2, HALF, true, ALL_HEADS, 0, false, false",
    "4, 2, 80, 20, 0, 0.12, HALF, true, PER_HEAD, 0, false, true",
    "4, 2, 80, 80, 0, 0.12, HALF, true, ALL_HEADS, 0, false, true",
    // soft-caps and sinks, with a window
    "4, 2, 32, 32, 0, 0.9, HALF, false, NONE, 1.5, false, false",
    "4, 2, 32, 32, 9, 0.9, HALF, false, NONE, 1.5, false, false",
    "6, 2, 32, 32, 0, 0.3, HALF, false, NONE, 0, true, false",
    "6, 2, 40, 40, 9, 0.3, HALF, false, PER_HEAD, 2, true, true"
  })
  void everyWayGivesTheSame(
      int heads,
      int kvHeads,
      int headDim,
      int rotaryDim,
      int window,
      float scale,
      RoPEStyle style,
      boolean bias,
      QkNorm qkNorm,
      float softcap,
      boolean sinks,
      boolean tiled) {
    Case c =
        new Case(
            new Options(
                heads, kvHeads, headDim, rotaryDim, window, scale, style, bias, qkNorm, softcap,
                sinks, tiled));
    float[] expected = c.expected(true);
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
      Goldens.assertClose(expected, forward(c, attention, rope), LIMIT);
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

  private static Rotation rotation(RoPE rope, int start, int length) {
    return rope == null ? null : rope.prefill(start, length);
  }

  private static float[] forward(Case c, Attention attention, RoPE rope) {
    try (TensorScope scope = new TensorScope();
        Rotation rotation = rotation(rope, 0, LENGTH)) {
      Tensor x = scope.add(c.input(0, LENGTH));
      return scope.add(attention.forward(x, rotation, null)).toFloats();
    }
  }

  private static float[] prefill(
      Case c, Attention attention, RoPE rope, KVCache cache, Tensor table, int start, int end) {
    try (TensorScope scope = new TensorScope();
        Rotation rotation = rotation(rope, start, end - start)) {
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
            rope == null
                ? null
                : rope.decode(scope.add(Tensor.ofInts(device, DataType.UINT32, at, 1, 1)))) {
      Tensor positions = scope.add(Tensor.ofInts(device, DataType.INT32, at, 1));
      DecodeStep step = new DecodeStep(rotation, cache, table, positions);
      Tensor x = scope.add(c.input(position, position + 1));
      return scope.add(attention.decode(x, step, 1)).toFloats();
    }
  }

  @Test
  void aCacheOfAnotherModelIsRefused() {
    Case c = new Case(new Options(4, 2, 32, 0, 0.2f, RoPEStyle.HALF, false));
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
    Case c = new Case(new Options(4, 2, 32, 0, 0.2f, RoPEStyle.HALF, false));
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
