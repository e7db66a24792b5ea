// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.Goldens;
import dev.tttv2.core.Layout;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.RotaryArgs;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.Ttnn;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every block in lower precision against itself in FLOAT32: Pearson's correlation of all values.
 * {@code -Dtttv2.pcc.print=true} prints the table.
 */
class PccTest {
  private static final int HIDDEN = 256;
  private static final int INNER = 512;
  private static final int HEADS = 8;
  private static final int KV_HEADS = 2;
  private static final int HEAD_DIM = 32;
  private static final int LENGTH = 96;
  private static final int[][] PAGES = {{3, 0, 2}};

  private static final Map<String, double[]> TABLE = new LinkedHashMap<>();

  private static Device device;

  @BeforeAll
  static void open() {
    device = Device.open();
  }

  @AfterAll
  static void close() {
    device.close();
    if (Boolean.getBoolean("tttv2.pcc.print")) {
      System.out.println("| block | BFLOAT16 | BFLOAT8_B weights |");
      System.out.println("|---|---|---|");
      TABLE.forEach(
          (block, pcc) -> {
            String weights = pcc.length == 1 ? "" : String.format(Locale.ROOT, "%.5f", pcc[1]);
            System.out.printf(Locale.ROOT, "| %s | %.6f | %s |%n", block, pcc[0], weights);
          });
    }
  }

  /** The dtypes of a run. Block floats are for weights and caches alone. */
  private record Types(DataType weights, DataType activations) {
    static final Types FLOAT32 = new Types(DataType.FLOAT32, DataType.FLOAT32);
    static final Types BFLOAT16 = new Types(DataType.BFLOAT16, DataType.BFLOAT16);
    static final Types BFLOAT8_B = new Types(DataType.BFLOAT8_B, DataType.BFLOAT16);
  }

  /** Runs a block on inputs that are always the same. */
  private interface Run {
    float[] in(Types types);
  }

  private static Tensor tile(Types types, float[] values, long... shape) {
    return Tensor.of(device, types.activations(), Layout.TILE, values, shape);
  }

  private static double[][] input() {
    return Reference.rows(Reference.random(new Random(1), LENGTH * HIDDEN, 1), HIDDEN);
  }

  private static float[] forward(Block block, Types types) {
    try (block;
        Tensor x = tile(types, Reference.floats(input()), 1, 1, LENGTH, HIDDEN);
        Tensor y = block.forward(x)) {
      return y.toFloats();
    }
  }

  private static LazyWeight weight(int seed, int fanIn, long... shape) {
    int count = Math.toIntExact(Arrays.stream(shape).reduce(1, (a, b) -> a * b));
    return LazyWeight.of("weight " + seed, Reference.random(new Random(seed), count, fanIn), shape);
  }

  private static RMSNorm rmsNorm(Types types, int seed, boolean unitOffset) {
    RMSNormPlan plan =
        RMSNormConfig.builder(HIDDEN)
            .unitOffset(unitOffset)
            .weightDtype(types.activations())
            .build()
            .resolve(device.target());
    return new RMSNorm(device, plan, weight(seed, 1, HIDDEN));
  }

  private static LayerNorm layerNorm(Types types, int seed) {
    LayerNormPlan plan =
        LayerNormConfig.builder(HIDDEN)
            .weightDtype(types.activations())
            .build()
            .resolve(device.target());
    return new LayerNorm(device, plan, weight(seed, 1, HIDDEN), weight(seed + 1, 1, HIDDEN));
  }

  private static MLP mlp(Types types, boolean gated, Activation activation) {
    MLPPlan plan =
        MLPConfig.builder(HIDDEN, INNER)
            .gated(gated)
            .activation(activation)
            .gateUpDtype(types.weights())
            .downDtype(types.weights())
            .activationDtype(types.activations())
            .build()
            .resolve(device.target());
    return MLPReference.random(plan, new Random(3)).block(device);
  }

  private static MixtureOfExperts experts(Types types) {
    MixtureOfExpertsPlan plan =
        MixtureOfExpertsConfig.builder(HIDDEN, HIDDEN, 8, 2)
            .routerDtype(types.activations())
            .gateUpDtype(types.weights())
            .downDtype(types.weights())
            .activationDtype(types.activations())
            .build()
            .resolve(device.target());
    return new MixtureOfExperts(
        device, plan, MixtureOfExpertsReference.random(plan, new Random(19)).weights());
  }

  private static float[] groupNorm(Types types) {
    GroupNormPlan plan =
        GroupNormConfig.builder(HIDDEN, 32)
            .weightDtype(types.activations())
            .build()
            .resolve(device.target());
    return forward(
        new GroupNorm(device, plan, weight(20, 1, HIDDEN), weight(21, 1, HIDDEN)), types);
  }

  private static AttentionConfig.Builder attention(Types types) {
    return AttentionConfig.builder(HIDDEN, HEADS, KV_HEADS, HEAD_DIM)
        .wqkvDtype(types.weights())
        .woDtype(types.weights())
        .cacheDtype(types.weights())
        .normDtype(types.activations())
        .activationDtype(types.activations());
  }

  /** Runs 64 rows as a prompt in two parts, and the others step by step. */
  private static float[] paged(AttentionConfig.Builder config, boolean biased) {
    AttentionReference reference =
        AttentionReference.random(config.build().resolve(device.target()), new Random(4));
    try (Attention attention = reference.block(device);
        RoPE rope = reference.rope(device, device.target(), LENGTH);
        ALiBi alibi =
            biased
                ? new ALiBi(
                    device,
                    ALiBiConfig.builder(HEADS, LENGTH)
                        .dtype(attention.plan().activationDtype())
                        .build()
                        .resolve(device.target()))
                : null;
        KVCache cache = new KVCache(device, KVCacheConfig.of(attention.plan(), 2, 4, 32));
        PagedRunner runner = PagedRunner.of(device, attention, rope, alibi, cache, PAGES)) {
      return run(runner);
    }
  }

  private static float[] run(PagedRunner runner) {
    double[][] x = input();
    float[] y = new float[LENGTH * HIDDEN];
    System.arraycopy(runner.prefill(x, 0, 0, 32), 0, y, 0, 32 * HIDDEN);
    System.arraycopy(runner.prefill(x, 0, 32, 64), 0, y, 32 * HIDDEN, 32 * HIDDEN);
    for (int p = 64; p < LENGTH; p++) {
      float[] row = runner.decode(Arrays.copyOfRange(x, p, p + 1), p);
      System.arraycopy(row, 0, y, p * HIDDEN, HIDDEN);
    }
    return y;
  }

  private static float[] encoderAttention(Types types) {
    AttentionPlan plan =
        attention(types).causal(false).qkvBias(true).rotaryDim(0).build().resolve(device.target());
    try (Attention attention = AttentionReference.random(plan, new Random(5)).block(device);
        Tensor x = tile(types, Reference.floats(input()), 2, 1, LENGTH / 2, HIDDEN);
        Tensor y = attention.forward(x, null, null)) {
      return y.toFloats();
    }
  }

  private static float[] crossAttention(Types types) {
    CrossAttentionPlan plan =
        CrossAttentionConfig.builder(HIDDEN, HIDDEN, HEADS, HEADS, HEAD_DIM)
            .weightDtype(types.weights())
            .activationDtype(types.activations())
            .build()
            .resolve(device.target());
    float[] x = Reference.floats(input());
    try (CrossAttention attention =
            CrossAttentionReference.random(plan, new Random(6)).block(device);
        Tensor queries = tile(types, Arrays.copyOf(x, 32 * HIDDEN), 1, 1, 32, HIDDEN);
        Tensor keys = tile(types, x, 1, 1, LENGTH, HIDDEN);
        CrossAttention.Context context = attention.context(keys);
        Tensor y = attention.forward(queries, context, null)) {
      return y.toFloats();
    }
  }

  private static float[] embedding(Types types) {
    EmbeddingPlan plan =
        EmbeddingConfig.builder(500, HIDDEN)
            .scale(16)
            .weightDtype(types.activations())
            .build()
            .resolve(device.target());
    int[] ids = new Random(7).ints(LENGTH, 0, 500).toArray();
    try (Embedding embedding = new Embedding(device, plan, weight(8, 1, 500, HIDDEN));
        Tensor tokens = Tensor.ofInts(device, DataType.UINT32, ids, 1, LENGTH);
        Tensor y = embedding.forward(tokens)) {
      return y.toFloats();
    }
  }

  private static float[] patchEmbedding(Types types) {
    PatchEmbeddingPlan plan =
        PatchEmbeddingConfig.builder(56, 56, 14, 3, HIDDEN)
            .bias(false)
            .classToken(true)
            .positions(true)
            .weightDtype(types.weights())
            .activationDtype(types.activations())
            .build()
            .resolve(device.target());
    int patch = 3 * 14 * 14;
    float[] pixels = Reference.random(new Random(9), 2 * 3 * 56 * 56, 1);
    try (PatchEmbedding embedding =
            new PatchEmbedding(
                device,
                plan,
                weight(10, patch, HIDDEN, patch),
                null,
                weight(11, 1, HIDDEN),
                weight(12, 1, 17, HIDDEN));
        Tensor images =
            Tensor.of(device, types.activations(), Layout.ROW_MAJOR, pixels, 2, 3, 56, 56);
        Tensor y = embedding.forward(images)) {
      return y.toFloats();
    }
  }

  private static LMHead lmHead(Types types, float softcap) {
    LMHeadPlan plan =
        LMHeadConfig.builder(HIDDEN, 1000)
            .softcap(softcap)
            .weightDtype(types.weights())
            .outputDtype(types.activations())
            .build()
            .resolve(device.target());
    return new LMHead(device, plan, weight(13, HIDDEN, 1000, HIDDEN));
  }

  /** Where a block's norms stand. */
  private enum Arrangement {
    PRE_NORM,
    POST_NORM,
    OUTPUT_NORM,
    SANDWICH,
    PARALLEL
  }

  private static TransformerBlock block(
      Types types, Arrangement arrangement, TransformerBlockPlan plan, Attention attention) {
    MLP gated = mlp(types, true, Activation.SILU);
    Residual first = residual(types, arrangement, 14);
    Residual second = residual(types, arrangement, 18);
    return arrangement == Arrangement.PARALLEL
        ? TransformerBlock.parallel(
            plan, layerNorm(types, 14), attention, layerNorm(types, 16), gated)
        : new TransformerBlock(plan, first, attention, second, gated);
  }

  private static Residual residual(Types types, Arrangement arrangement, int seed) {
    return switch (arrangement) {
      case PRE_NORM -> new Residual.PreNorm(rmsNorm(types, seed, false));
      case POST_NORM -> new Residual.PostNorm(layerNorm(types, seed));
      case OUTPUT_NORM -> new Residual.OutputNorm(rmsNorm(types, seed, false));
      case SANDWICH ->
          new Residual.Sandwich(rmsNorm(types, seed, false), rmsNorm(types, seed + 1, true));
      case PARALLEL -> null;
    };
  }

  private static float[] rotation(Types types, RoPEStyle style) {
    RoPEPlan plan =
        RoPEConfig.builder(HEAD_DIM, LENGTH)
            .style(style)
            .dtype(types.activations())
            .build()
            .resolve(device.target());
    float[] heads = Reference.random(new Random(21), HEADS * LENGTH * HEAD_DIM, 1);
    RotaryArgs args = RotaryArgs.builder().build();
    try (RoPE rope = new RoPE(device, plan);
        Rotation rotation = rope.prefill(0, LENGTH);
        Tensor x = tile(types, heads, 1, HEADS, LENGTH, HEAD_DIM);
        Tensor y =
            style == RoPEStyle.HALF
                ? Ttnn.rotaryEmbeddingHf(x, rotation.cos(), rotation.sin(), args)
                : Ttnn.rotaryEmbeddingLlama(
                    x, rotation.cos(), rotation.sin(), rotation.transMat(), args)) {
      return y.toFloats();
    }
  }

  private static float[] block(Types types, Arrangement arrangement) {
    TransformerBlockPlan plan =
        TransformerBlockConfig.builder(0)
            .residualDtype(types.activations())
            .build()
            .resolve(device.target());
    AttentionReference reference =
        AttentionReference.random(attention(types).build().resolve(device.target()), new Random(4));
    Attention attention = reference.block(device);
    try (TransformerBlock block = block(types, arrangement, plan, attention);
        RoPE rope = reference.rope(device, device.target(), LENGTH);
        KVCache cache = new KVCache(device, KVCacheConfig.of(attention.plan(), 1, 4, 32));
        PagedRunner runner =
            new PagedRunner(
                device,
                types.activations(),
                rope,
                null,
                cache,
                PAGES,
                block::prefill,
                block::decode)) {
      return run(runner);
    }
  }

  /** Blocks whose weights may be block floats. */
  private static Map<String, Run> withProjections() {
    Map<String, Run> runs = new LinkedHashMap<>();
    runs.put("Attention", types -> paged(attention(types), false));
    runs.put(
        "Attention, norms of q and k",
        types -> paged(attention(types).qkNorm(QkNorm.PER_HEAD), false));
    runs.put(
        "Attention, soft-cap, sinks, window",
        types -> paged(attention(types).logitSoftcap(5).sinks(true).slidingWindow(40), false));
    runs.put(
        "Attention, ALiBi",
        types ->
            paged(
                AttentionConfig.builder(HIDDEN, HEADS, HEADS, HEAD_DIM)
                    .rotaryDim(0)
                    .wqkvDtype(types.weights())
                    .woDtype(types.weights())
                    .cacheDtype(types.weights())
                    .activationDtype(types.activations()),
                true));
    runs.put("Attention, both sides, no cache", PccTest::encoderAttention);
    runs.put("CrossAttention", PccTest::crossAttention);
    runs.put("MLP, gated, SiLU", types -> forward(mlp(types, true, Activation.SILU), types));
    runs.put("MLP, GELU", types -> forward(mlp(types, false, Activation.GELU), types));
    runs.put(
        "MLP, ReLU squared", types -> forward(mlp(types, false, Activation.RELU_SQUARED), types));
    runs.put("MixtureOfExperts, 2 of 8", types -> forward(experts(types), types));
    runs.put("PatchEmbedding", PccTest::patchEmbedding);
    runs.put("LMHead", types -> forward(lmHead(types, 0), types));
    runs.put("LMHead, soft-cap", types -> forward(lmHead(types, 2), types));
    runs.put("TransformerBlock, pre-norm", types -> block(types, Arrangement.PRE_NORM));
    runs.put("TransformerBlock, post-norm", types -> block(types, Arrangement.POST_NORM));
    runs.put("TransformerBlock, output norm", types -> block(types, Arrangement.OUTPUT_NORM));
    runs.put("TransformerBlock, sandwich", types -> block(types, Arrangement.SANDWICH));
    runs.put("TransformerBlock, parallel", types -> block(types, Arrangement.PARALLEL));
    return runs;
  }

  /** Blocks without: they follow the activations. */
  private static Map<String, Run> withoutProjections() {
    Map<String, Run> runs = new LinkedHashMap<>();
    runs.put("Embedding", PccTest::embedding);
    runs.put("RoPE, halves", types -> rotation(types, RoPEStyle.HALF));
    runs.put("RoPE, neighbours", types -> rotation(types, RoPEStyle.INTERLEAVED));
    runs.put("RMSNorm", types -> forward(rmsNorm(types, 17, false), types));
    runs.put("RMSNorm, unit offset", types -> forward(rmsNorm(types, 17, true), types));
    runs.put("LayerNorm", types -> forward(layerNorm(types, 18), types));
    runs.put("GroupNorm", PccTest::groupNorm);
    return runs;
  }

  @TestFactory
  Stream<DynamicTest> blocksFollowTheirActivations() {
    return tests(
        withoutProjections(),
        (block, run) -> {
          double pcc = Goldens.correlation(run.in(Types.FLOAT32), run.in(Types.BFLOAT16));
          TABLE.put(block, new double[] {pcc});
          assertLeast(0.999, pcc, "BFLOAT16");
        });
  }

  @TestFactory
  Stream<DynamicTest> blocksWithProjections() {
    return tests(
        withProjections(),
        (block, run) -> {
          float[] exact = run.in(Types.FLOAT32);
          double bfloat16 = Goldens.correlation(exact, run.in(Types.BFLOAT16));
          double bfloat8 = Goldens.correlation(exact, run.in(Types.BFLOAT8_B));
          TABLE.put(block, new double[] {bfloat16, bfloat8});
          assertLeast(0.999, bfloat16, "BFLOAT16");
          assertLeast(0.99, bfloat8, "BFLOAT8_B weights");
        });
  }

  private interface Check {
    void of(String block, Run run);
  }

  private static Stream<DynamicTest> tests(Map<String, Run> runs, Check check) {
    return runs.entrySet().stream()
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> check.of(e.getKey(), e.getValue())));
  }

  private static void assertLeast(double least, double pcc, String types) {
    assertTrue(pcc >= least, "correlation in %s is %s, expected %s".formatted(types, pcc, least));
    assertTrue(pcc < 1, "no difference in " + types);
  }
}
