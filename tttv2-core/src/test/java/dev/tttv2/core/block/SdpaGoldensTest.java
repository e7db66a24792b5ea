// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.DataType;
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
  @TestFactory
  Stream<DynamicTest> sdpa() {
    return GoldenCase.all(
        "sdpa",
        c -> {
          int queries = (int) c.shape("q")[2];
          int keys = (int) c.shape("k")[2];
          boolean causal = c.flag("causal");
          if (c.has("mask") || c.has("bias") || (!causal && c.param("window") != null)) {
            c.expect(
                "out",
                Ttnn.scaledDotProductAttention(
                    c.tile("q"), c.tile("k"), c.tile("v"), mask(c), sdpaArgs(c, false, false)));
          }
          if (c.has("mask") || c.has("bias")) {
            return;
          }
          if (queries == keys || !causal) {
            c.expect(
                "out",
                Ttnn.scaledDotProductAttention(
                    c.tile("q"), c.tile("k"), c.tile("v"), sdpaArgs(c, causal, true)));
          } else if (queries == 1) {
            decode(c, keys);
          } else {
            chunk(c, keys, queries);
          }
        });
  }

  private static SdpaArgs sdpaArgs(GoldenCase c, boolean causal, boolean window) {
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
    if (c.has("sink")) {
      float[] sink = c.floats("sink");
      args.attentionSink(
          c.add(Tensor.of(c.device(), DataType.FLOAT32, Layout.TILE, sink, 1, sink.length, 1, 1)));
    }
    return args.build();
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
  private static void decode(GoldenCase c, int keys) {
    long[] k = c.shape("k");
    long room = (keys + 31) / 32 * 32;
    TensorSpec spec = TensorSpec.tile(DataType.FLOAT32, k[0], k[1], room, k[3]);
    Tensor keyCache = c.add(Tensor.zeros(c.device(), spec));
    Tensor valueCache = c.add(Tensor.zeros(c.device(), spec));
    for (int user = 0; user < k[0]; user++) {
      long[] from = {user, 0, 0, 0};
      long[] to = {user + 1, k[1], keys, k[3]};
      Ttnn.fillCache(keyCache, c.add(Ttnn.slice(c.tile("k"), from, to)), user, 0);
      Ttnn.fillCache(valueCache, c.add(Ttnn.slice(c.tile("v"), from, to)), user, 0);
    }
    int[] positions = new int[(int) k[0]];
    Arrays.fill(positions, keys - 1);
    Tensor at = c.add(Tensor.ofInts(c.device(), DataType.INT32, positions, k[0]));
    // [B, NH, 1, D] -> [1, B, NH, D]
    Tensor q = c.add(Ttnn.permute(c.tile("q"), 2, 0, 1, 3));
    c.expect(
        "out",
        Ttnn.scaledDotProductAttentionDecode(q, keyCache, valueCache, at, sdpaArgs(c, true, true)));
  }

  /** Some queries after others: over a paged cache with its pages in reverse order. */
  private static void chunk(GoldenCase c, int keys, int queries) {
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
    Ttnn.pagedFillCache(valueCache, c.tile("v"), pageTable, 0);
    c.expect(
        "out",
        Ttnn.chunkedScaledDotProductAttention(
            c.tile("q"), keyCache, valueCache, pageTable, keys - queries, sdpaArgs(c, true, true)));
  }
}
