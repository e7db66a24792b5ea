// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.DeviceTarget;
import dev.tttv2.core.Goldens;
import dev.tttv2.core.Layout;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Blocks other than self-attention, of any shape and in any precision, against plain loops. */
@AddLifecycleHook(Tries.class)
class BlockPropertyTest {
  private static final String SEED = "20260902";
  private static final double LIMIT = 5e-5;

  /** What a board's tiles ask for, with the host's dtypes: heads are padded. */
  private static final DeviceTarget TILED = new DeviceTarget("host", 8, 8, 1, 1, 1, 32, true);

  private static Device device;

  @BeforeContainer
  static void open() {
    device = Device.open();
  }

  @AfterContainer
  static void close() {
    device.close();
  }

  private static Tensor tile(DataType dtype, float[] values, long... shape) {
    return Tensor.of(device, dtype, Layout.TILE, values, shape);
  }

  private static Tensor tile(float[] values, long... shape) {
    return tile(DataType.FLOAT32, values, shape);
  }

  private static float[] floats(Tensor result) {
    try (result) {
      return result.toFloats();
    }
  }

  private static void check(double[][] expected, float[] actual) {
    Goldens.assertClose(Reference.floats(expected), actual, LIMIT);
  }

  @Property(seed = SEED)
  void mlps(
      @ForAll boolean gated,
      @ForAll Activation activation,
      @ForAll boolean bias,
      @ForAll @IntRange(min = 1, max = 100) int hidden,
      @ForAll @IntRange(min = 1, max = 130) int inner,
      @ForAll @IntRange(min = 1, max = 3) int texts,
      @ForAll @IntRange(min = 1, max = 70) int length,
      @ForAll long seed) {
    Random random = new Random(seed);
    MLPReference reference =
        MLPReference.random(
            MLPReference.float32(hidden, inner)
                .gated(gated)
                .activation(activation)
                .bias(bias)
                .build()
                .resolve(device.target()),
            random);
    float[] x = Reference.random(random, texts * length * hidden, 1);
    try (MLP mlp = reference.block(device);
        Tensor rows = tile(x, texts, 1, length, hidden)) {
      check(reference.forward(Reference.rows(x, hidden)), floats(mlp.forward(rows)));
    }
  }

  @Property(seed = SEED)
  void norms(
      @ForAll boolean unitOffset,
      @ForAll @IntRange(min = 2, max = 300) int hidden,
      @ForAll @IntRange(min = 1, max = 70) int length,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[] weight = Reference.random(random, hidden, 1);
    float[] bias = Reference.random(random, hidden, 1);
    float[] x = Reference.random(random, length * hidden, 1);
    float[] residual = Reference.random(random, length * hidden, 1);
    double[][] plain = Reference.rows(x, hidden);
    double[][] sum = Reference.add(plain, Reference.rows(residual, hidden), 1);
    float epsilon = 1e-2f;
    RMSNormPlan rms =
        RMSNormConfig.builder(hidden)
            .epsilon(epsilon)
            .unitOffset(unitOffset)
            .weightDtype(DataType.FLOAT32)
            .build()
            .resolve(device.target());
    LayerNormPlan layer =
        LayerNormConfig.builder(hidden)
            .epsilon(epsilon)
            .weightDtype(DataType.FLOAT32)
            .build()
            .resolve(device.target());
    LazyWeight given = LazyWeight.of("weight", weight, hidden);
    try (Norm rmsNorm = new RMSNorm(device, rms, given);
        Norm layerNorm = new LayerNorm(device, layer, given, LazyWeight.of("bias", bias, hidden));
        Tensor rows = tile(x, 1, 1, length, hidden);
        Tensor added = tile(residual, 1, 1, length, hidden)) {
      check(Reference.rmsNorm(plain, weight, epsilon, unitOffset), floats(rmsNorm.forward(rows)));
      check(
          Reference.rmsNorm(sum, weight, epsilon, unitOffset),
          floats(rmsNorm.forward(rows, added)));
      check(Reference.layerNorm(plain, weight, bias, epsilon), floats(layerNorm.forward(rows)));
      check(
          Reference.layerNorm(sum, weight, bias, epsilon), floats(layerNorm.forward(rows, added)));
    }
  }

  @Property(seed = SEED)
  void heads(
      @ForAll boolean bias,
      @ForAll boolean scaled,
      @ForAll boolean capped,
      @ForAll @IntRange(min = 1, max = 80) int hidden,
      @ForAll @IntRange(min = 1, max = 300) int vocab,
      @ForAll @IntRange(min = 1, max = 10) int splits,
      @ForAll @IntRange(min = 1, max = 40) int length,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[] weight = Reference.random(random, vocab * hidden, hidden);
    float[] biases = Reference.random(random, vocab, 1);
    float[] x = Reference.random(random, length * hidden, 1);
    double[][] expected = Reference.linear(Reference.rows(x, hidden), weight, bias ? biases : null);
    for (double[] row : expected) {
      for (int v = 0; v < vocab; v++) {
        double logit = row[v] * (scaled ? 0.25f : 1);
        row[v] = capped ? 1.5 * Math.tanh(logit / 1.5) : logit;
      }
    }
    LMHeadPlan plan =
        LMHeadConfig.builder(hidden, vocab)
            .bias(bias)
            .logitsScale(scaled ? 0.25f : 1)
            .softcap(capped ? 1.5f : 0)
            .splits(Math.min(splits, Math.ceilDiv(vocab, 32)))
            .weightDtype(DataType.FLOAT32)
            .outputDtype(DataType.FLOAT32)
            .build()
            .resolve(device.target());
    try (LMHead head =
            new LMHead(
                device,
                plan,
                LazyWeight.of("weight", weight, vocab, hidden),
                bias ? LazyWeight.of("bias", biases, vocab) : null);
        Tensor rows = tile(x, 1, 1, length, hidden)) {
      check(expected, floats(head.forward(rows)));
    }
  }

  /** Looked up by ids, and as a range, to the bit. */
  @Property(seed = SEED)
  void tables(
      @ForAll @IntRange(min = 1, max = 90) int vocab,
      @ForAll @IntRange(min = 1, max = 70) int hidden,
      @ForAll @IntRange(min = 1, max = 3) int texts,
      @ForAll @IntRange(min = 1, max = 70) int length,
      @ForAll boolean scaled,
      @ForAll long seed) {
    Random random = new Random(seed);
    float scale = scaled ? 4 : 1;
    float[] table = Reference.random(random, vocab * hidden, 1);
    int[] ids = random.ints((long) texts * length, 0, vocab).toArray();
    int start = random.nextInt(vocab);
    EmbeddingPlan plan =
        EmbeddingConfig.builder(vocab, hidden)
            .scale(scale)
            .weightDtype(DataType.FLOAT32)
            .build()
            .resolve(device.target());
    try (Embedding embedding =
            new Embedding(device, plan, LazyWeight.of("table", table, vocab, hidden));
        Tensor tokens = Tensor.ofInts(device, DataType.UINT32, ids, texts, length);
        Tensor rows = embedding.forward(tokens);
        Tensor range = embedding.range(start, vocab - start)) {
      float[] expected = new float[ids.length * hidden];
      for (int i = 0; i < expected.length; i++) {
        expected[i] = table[ids[i / hidden] * hidden + i % hidden] * scale;
      }
      assertArrayEquals(new long[] {texts, 1, length, hidden}, rows.shape());
      assertArrayEquals(expected, rows.toFloats());
      float[] neighbours = Arrays.copyOfRange(table, start * hidden, table.length);
      for (int i = 0; i < neighbours.length; i++) {
        neighbours[i] *= scale;
      }
      assertArrayEquals(neighbours, range.toFloats());
    }
  }

  @Property(seed = SEED)
  void crossAttention(
      @ForAll @IntRange(min = 1, max = 3) int kvHeads,
      @ForAll @IntRange(min = 1, max = 3) int queriesPerKey,
      @ForAll @IntRange(min = 1, max = 48) int headDim,
      @ForAll boolean bias,
      @ForAll boolean tiled,
      @ForAll @IntRange(min = 1, max = 40) int queries,
      @ForAll @IntRange(min = 1, max = 70) int keys,
      @ForAll long seed) {
    Random random = new Random(seed);
    int hidden = 20;
    int context = 28;
    CrossAttentionReference reference =
        CrossAttentionReference.random(
            CrossAttentionReference.float32(
                    hidden, context, kvHeads * queriesPerKey, kvHeads, headDim)
                .qkvBias(bias)
                .outputBias(!bias)
                .build()
                .resolve(tiled ? TILED : device.target()),
            random);
    float[] x = Reference.random(random, queries * hidden, 1);
    float[] y = Reference.random(random, keys * context, 1);
    try (CrossAttention attention = reference.block(device);
        Tensor rows = tile(x, 1, 1, queries, hidden);
        Tensor attended = tile(y, 1, 1, keys, context);
        CrossAttention.Context kv = attention.context(attended)) {
      check(
          reference.forward(
              Reference.rows(x, hidden), Reference.rows(y, context), Reference.bothSides(0)),
          floats(attention.forward(rows, kv, null)));
    }
  }

  /** Tokens in groups of one, and of a tile. */
  @Property(seed = SEED)
  void mixturesOfExperts(
      @ForAll Activation activation,
      @ForAll boolean normalized,
      @ForAll boolean tiled,
      @ForAll @IntRange(min = 1, max = 9) int numExperts,
      @ForAll @IntRange(min = 1, max = 9) int perToken,
      @ForAll @IntRange(min = 1, max = 48) int inner,
      @ForAll @IntRange(min = 1, max = 70) int length,
      @ForAll long seed) {
    Random random = new Random(seed);
    int hidden = 36;
    MixtureOfExpertsReference reference =
        MixtureOfExpertsReference.random(
            MixtureOfExpertsReference.float32(
                    hidden, inner, numExperts, Math.min(perToken, numExperts))
                .activation(activation)
                .normalized(normalized)
                .build()
                .resolve(tiled ? TILED : device.target()),
            random);
    float[] x = Reference.random(random, length * hidden, 1);
    try (MixtureOfExperts experts =
            new MixtureOfExperts(device, reference.plan(), reference.weights());
        Tensor rows = tile(x, 1, 1, length, hidden)) {
      check(reference.forward(Reference.rows(x, hidden)), floats(experts.forward(rows)));
    }
  }

  /** How much of what is exact survives in a dtype of weights, or of a cache. */
  private static double least(DataType dtype) {
    return switch (dtype) {
      case FLOAT32 -> 0.999999;
      case BFLOAT16 -> 0.999;
      case BFLOAT8_B -> 0.99;
      default -> 0.9;
    };
  }

  private static double least(List<DataType> dtypes) {
    return dtypes.stream().mapToDouble(BlockPropertyTest::least).min().orElseThrow();
  }

  @Provide
  Arbitrary<DataType> weights() {
    return Arbitraries.of(
        DataType.FLOAT32, DataType.BFLOAT16, DataType.BFLOAT8_B, DataType.BFLOAT4_B);
  }

  @Provide
  Arbitrary<DataType> activations() {
    return Arbitraries.of(DataType.FLOAT32, DataType.BFLOAT16);
  }

  @Property(seed = SEED)
  void mlpsInAnyPrecision(
      @ForAll("weights") DataType gateUp,
      @ForAll("weights") DataType down,
      @ForAll("activations") DataType activations,
      @ForAll boolean gated,
      @ForAll Activation activation,
      @ForAll @IntRange(min = 32, max = 100) int hidden,
      @ForAll @IntRange(min = 32, max = 130) int inner,
      @ForAll long seed) {
    Random random = new Random(seed);
    MLPReference reference =
        MLPReference.random(
            MLPConfig.builder(hidden, inner)
                .gated(gated)
                .activation(activation)
                .bias(true)
                .gateUpDtype(gateUp)
                .downDtype(down)
                .activationDtype(activations)
                .build()
                .resolve(device.target()),
            random);
    int length = 33;
    float[] x = Reference.random(random, length * hidden, 1);
    try (MLP mlp = reference.block(device);
        Tensor rows = tile(activations, x, 1, 1, length, hidden)) {
      correlate(
          reference.forward(Reference.rows(x, hidden)),
          floats(mlp.forward(rows)),
          least(List.of(gateUp, down, activations)));
    }
  }

  private static void correlate(double[][] expected, float[] actual, double least) {
    double correlation = Goldens.correlation(Reference.floats(expected), actual);
    assertTrue(correlation >= least, "correlation " + correlation + ", expected " + least);
  }

  @Property(seed = SEED)
  void attentionInAnyPrecision(
      @ForAll("weights") DataType wqkv,
      @ForAll("weights") DataType wo,
      @ForAll("weights") DataType cached,
      @ForAll("activations") DataType activations,
      @ForAll QkNorm qkNorm,
      @ForAll boolean tiled,
      @ForAll @IntRange(min = 8, max = 48) int headDim,
      @ForAll long seed) {
    Random random = new Random(seed);
    int hidden = 64;
    int length = 70;
    DeviceTarget target = tiled ? TILED : device.target();
    AttentionReference reference =
        AttentionReference.random(
            AttentionConfig.builder(hidden, 4, 2, headDim)
                .rotaryDim(8)
                .qkNorm(qkNorm)
                .qkvBias(true)
                .wqkvDtype(wqkv)
                .woDtype(wo)
                .activationDtype(activations)
                .cacheDtype(cached)
                .build()
                .resolve(target),
            random);
    double[][] x = Reference.rows(Reference.random(random, length * hidden, 1), hidden);
    double[][] expected = reference.causal(x);
    double least = least(List.of(wqkv, wo, cached, activations, DataType.BFLOAT16));
    try (Attention attention = reference.block(device);
        RoPE rope = reference.rope(device, target, 128);
        KVCache cache = new KVCache(device, KVCacheConfig.of(attention.plan(), 2, 4, 32));
        PagedRunner runner =
            PagedRunner.of(device, attention, rope, null, cache, new int[][] {{2, 1, 3}})) {
      correlate(expected, runner.prefill(x, 0, 0, length), least);
      correlate(Arrays.copyOfRange(expected, 32, length), runner.prefill(x, 0, 32, length), least);
      float[] steps = new float[16 * hidden];
      for (int i = 0; i < 16; i++) {
        int p = length - 16 + i;
        float[] row = runner.decode(Arrays.copyOfRange(x, p, p + 1), p);
        System.arraycopy(row, 0, steps, i * hidden, hidden);
      }
      correlate(Arrays.copyOfRange(expected, length - 16, length), steps, least);
    }
  }
}
