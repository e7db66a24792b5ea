// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.DataType;
import dev.tttv2.core.Goldens;
import dev.tttv2.core.Layout;
import dev.tttv2.core.SdpaArgs;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorSpec;
import dev.tttv2.core.Ttnn;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The attention operations against the reference: whole, over a paged cache, one query. */
class SdpaGoldensTest {
  /** The attention of a case's queries to its keys. */
  private interface Attention {
    /**
     * Attends.
     *
     * @param values [B, KV, K, D]
     * @param sink one more logit of each head, or null
     */
    Tensor of(Tensor values, float[] sink);
  }

  @TestFactory
  Stream<DynamicTest> sdpa() {
    return GoldenCase.all(
        "sdpa",
        c -> {
          int queries = c.dim("q", 2);
          int keys = c.dim("k", 2);
          boolean causal = c.flag("causal");
          boolean masked = c.has("mask") || c.has("bias");
          if (masked || (!causal && c.param("window") != null)) {
            check(c, (v, sink) -> masked(c, v, sink));
          }
          if (masked) {
            return;
          }
          if (queries == keys || !causal) {
            check(
                c,
                (v, sink) ->
                    Ttnn.scaledDotProductAttention(
                        c.tile("q"), c.tile("k"), v, sdpaArgs(c, causal, true, heads(c, sink))));
          } else if (queries == 1) {
            check(c, (v, sink) -> decode(c, keys, v, sink));
          } else {
            check(c, (v, sink) -> chunk(c, keys, queries, v, sink));
          }
        });
  }

  private static void check(GoldenCase c, Attention attention) {
    c.expect("out", attention.of(c.tile("v"), c.has("sink") ? c.floats("sink") : null));
    checkLogSumExp(c, attention);
  }

  /**
   * No operation returns the logarithm of a query's summed weights, but values of ones show it
   * beside a sink: they come out as sigmoid(lse - sink).
   */
  private static void checkLogSumExp(GoldenCase c, Attention attention) {
    float[] expected = c.floats("lse");
    long[] shape = c.shape("v");
    float[] ones = new float[c.floats("v").length];
    Arrays.fill(ones, 1);
    float[] sink = new float[c.dim("q", 1)];
    boolean[] seen = new boolean[expected.length];
    for (int i = 0; i < expected.length; i++) {
      if (seen[i]) {
        continue;
      }
      Arrays.fill(sink, expected[i]);
      Tensor out = c.add(attention.of(c.tile(ones, shape), sink));
      // Decode gives [1, B, NH, D], the others [B, NH, Q, D]: the same order.
      float[] weights = out.toFloats();
      for (int j = i; j < expected.length; j++) {
        // Farther away, too little of the weight is left on one side.
        if (Math.abs(expected[j] - expected[i]) <= 2) {
          double weight = weights[j * (int) shape[3]];
          float actual = (float) (expected[i] + Math.log(weight / (1 - weight)));
          Goldens.assertBlock(new float[] {expected[j]}, new float[] {actual}, c.noise());
          seen[j] = true;
        }
      }
    }
  }

  private static SdpaArgs sdpaArgs(GoldenCase c, boolean causal, boolean window, Tensor sink) {
    SdpaArgs.Builder args = SdpaArgs.builder().causal(causal);
    if (c.param("scale") != null) {
      args.scale((float) c.param("scale").asDouble());
    }
    if (window && c.param("window") != null) {
      int size = c.param("window").asInt();
      // The reference sees distances below the window to both sides, the operation up to half of
      // it.
      args.slidingWindow(causal ? size : 2 * (size - 1));
    }
    if (c.param("softcap") != null) {
      args.logitSoftcap((float) c.param("softcap").asDouble());
    }
    if (sink != null) {
      args.attentionSink(sink);
    }
    return args.build();
  }

  private static Tensor heads(GoldenCase c, float[] sink) {
    return sink == null ? null : c.tile(sink, 1, sink.length, 1, 1);
  }

  /** A decode step's form, of which the first column counts. */
  private static Tensor columns(GoldenCase c, float[] sink) {
    if (sink == null) {
      return null;
    }
    float[] columns = new float[sink.length * 32];
    for (int head = 0; head < sink.length; head++) {
      columns[head * 32] = sink[head];
    }
    return c.tile(columns, sink.length, 32);
  }

  private static Tensor masked(GoldenCase c, Tensor v, float[] sink) {
    return Ttnn.scaledDotProductAttention(
        c.tile("q"), c.tile("k"), v, mask(c), sdpaArgs(c, false, false, heads(c, sink)));
  }

  /** Causality, window, key mask and bias as one additive mask [B, 1 | NH, Q, K]. */
  private static Tensor mask(GoldenCase c) {
    long[] q = c.shape("q");
    int queries = (int) q[2];
    int keys = (int) c.shape("k")[2];
    long[] masks = c.has("mask") ? c.shape("mask") : new long[] {1, 1, 1, 1};
    int[] allowed = c.has("mask") ? c.ints("mask") : new int[] {1};
    long[] biases = c.has("bias") ? c.shape("bias") : new long[] {1, 1, 1, 1};
    float[] bias = c.has("bias") ? c.floats("bias") : new float[] {0};
    int users = (int) q[0];
    int heads = (int) biases[1];
    int window = c.param("window") == null ? keys : c.param("window").asInt();
    float[] values = new float[users * heads * queries * keys];
    int at = 0;
    for (int b = 0; b < users; b++) {
      for (int h = 0; h < heads; h++) {
        for (int i = 0; i < queries; i++) {
          for (int j = 0; j < keys; j++) {
            int distance = keys - queries + i - j;
            boolean seen =
                allowed[index(masks, b, h, i, j)] != 0
                    && (!c.flag("causal") || distance >= 0)
                    && Math.abs(distance) < window;
            values[at++] = seen ? bias[index(biases, b, h, i, j)] : -1e30f;
          }
        }
      }
    }
    return c.add(
        Tensor.of(c.device(), DataType.FLOAT32, Layout.TILE, values, users, heads, queries, keys));
  }

  private static int index(long[] shape, int... at) {
    int index = 0;
    for (int d = 0; d < shape.length; d++) {
      index = index * (int) shape[d] + (shape[d] == 1 ? 0 : at[d]);
    }
    return index;
  }

  /** One query: over a contiguous cache of whole tiles. */
  private static Tensor decode(GoldenCase c, int keys, Tensor v, float[] sink) {
    long[] k = c.shape("k");
    long room = (keys + 31) / 32 * 32;
    TensorSpec spec = TensorSpec.tile(DataType.FLOAT32, k[0], k[1], room, k[3]);
    Tensor keyCache = c.add(Tensor.zeros(c.device(), spec));
    Tensor valueCache = c.add(Tensor.zeros(c.device(), spec));
    for (int user = 0; user < k[0]; user++) {
      long[] from = {user, 0, 0, 0};
      long[] to = {user + 1, k[1], keys, k[3]};
      Ttnn.fillCache(keyCache, c.add(Ttnn.slice(c.tile("k"), from, to)), user, 0);
      Ttnn.fillCache(valueCache, c.add(Ttnn.slice(v, from, to)), user, 0);
    }
    int[] positions = new int[(int) k[0]];
    Arrays.fill(positions, keys - 1);
    Tensor at = c.add(Tensor.ofInts(c.device(), DataType.INT32, positions, k[0]));
    // [B, NH, 1, D] -> [1, B, NH, D]
    Tensor q = c.add(Ttnn.permute(c.tile("q"), 2, 0, 1, 3));
    return Ttnn.scaledDotProductAttentionDecode(
        q, keyCache, valueCache, at, sdpaArgs(c, true, true, columns(c, sink)));
  }

  /** Some queries after others: over a paged cache with its pages in reverse order. */
  private static Tensor chunk(GoldenCase c, int keys, int queries, Tensor v, float[] sink) {
    long[] k = c.shape("k");
    int pages = (keys + 31) / 32;
    int[] table = new int[pages];
    for (int i = 0; i < pages; i++) {
      table[i] = pages - 1 - i;
    }
    Tensor pageTable = c.add(Tensor.ofInts(c.device(), DataType.INT32, table, 1, pages));
    TensorSpec spec = TensorSpec.tile(DataType.FLOAT32, pages, k[1], 32, k[3]);
    Tensor keyCache = c.add(Tensor.zeros(c.device(), spec));
    Tensor valueCache = c.add(Tensor.zeros(c.device(), spec));
    Ttnn.pagedFillCache(keyCache, c.tile("k"), pageTable, 0);
    Ttnn.pagedFillCache(valueCache, v, pageTable, 0);
    return Ttnn.chunkedScaledDotProductAttention(
        c.tile("q"),
        keyCache,
        valueCache,
        pageTable,
        keys - queries,
        sdpaArgs(c, true, true, heads(c, sink)));
  }
}
