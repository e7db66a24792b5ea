// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.core.BufferType;
import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.Goldens;
import dev.tttv2.core.Layout;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.Tensor;
import java.util.Arrays;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every arrangement of a block against plain loops: whole, in parts, step by step, no cache. */
class TransformerBlockTest {
  private static final int HIDDEN = 40;
  private static final int INNER = 56;
  private static final int LENGTH = 45;
  private static final float EPSILON = 1e-5f;
  private static final double LIMIT = 5e-5;
  private static final int[][] PAGES = {{2, 0}};

  private static Device device;

  @BeforeAll
  static void open() {
    device = Device.open();
  }

  @AfterAll
  static void close() {
    device.close();
  }

  private enum Arrangement {
    PRE_NORM,
    POST_NORM,
    OUTPUT_NORM,
    SANDWICH,
    PARALLEL,
    PARALLEL_TWO_NORMS
  }

  /** A norm with random weights, as a block and as plain loops. */
  private record NormReference(boolean layerNorm, float[] weight, float[] bias) {
    static NormReference random(boolean layerNorm, Random random) {
      return new NormReference(
          layerNorm, Reference.random(random, HIDDEN, 1), Reference.random(random, HIDDEN, 1));
    }

    Norm block() {
      LazyWeight given = LazyWeight.of("weight", weight, HIDDEN);
      return layerNorm
          ? new LayerNorm(
              device,
              LayerNormConfig.builder(HIDDEN)
                  .epsilon(EPSILON)
                  .weightDtype(DataType.FLOAT32)
                  .build()
                  .resolve(device.target()),
              given,
              LazyWeight.of("bias", bias, HIDDEN))
          : new RMSNorm(
              device,
              RMSNormConfig.builder(HIDDEN)
                  .epsilon(EPSILON)
                  .weightDtype(DataType.FLOAT32)
                  .build()
                  .resolve(device.target()),
              given);
    }

    double[][] apply(double[][] x) {
      return layerNorm
          ? Reference.layerNorm(x, weight, bias, EPSILON)
          : Reference.rmsNorm(x, weight, EPSILON, false);
    }
  }

  /** A block with random weights. */
  private record Case(
      Arrangement arrangement,
      float scale,
      AttentionReference attention,
      MLPReference mlp,
      NormReference[] norms) {
    static Case random(Arrangement arrangement, boolean layerNorm, float scale, boolean causal) {
      Random random = new Random(11);
      NormReference[] norms = new NormReference[4];
      Arrays.setAll(norms, i -> NormReference.random(layerNorm, random));
      return new Case(
          arrangement,
          scale,
          AttentionReference.random(
              AttentionReference.float32(HIDDEN, 4, 2, 16)
                  .rotaryDim(8)
                  .causal(causal)
                  .build()
                  .resolve(device.target()),
              random),
          MLPReference.random(
              MLPReference.float32(HIDDEN, INNER).build().resolve(device.target()), random),
          norms);
    }

    TransformerBlock block() {
      TransformerBlockPlan plan =
          TransformerBlockConfig.builder(1)
              .residualScale(scale)
              .residualDtype(DataType.FLOAT32)
              .build()
              .resolve(device.target());
      Attention attend = attention.block(device);
      MLP feed = mlp.block(device);
      Norm[] n = Arrays.stream(norms).map(NormReference::block).toArray(Norm[]::new);
      int used = 2;
      TransformerBlock block =
          switch (arrangement) {
            case PRE_NORM -> new TransformerBlock(plan, n[0], attend, n[1], feed);
            case POST_NORM ->
                new TransformerBlock(
                    plan, new Residual.PostNorm(n[0]), attend, new Residual.PostNorm(n[1]), feed);
            case OUTPUT_NORM ->
                new TransformerBlock(
                    plan,
                    new Residual.OutputNorm(n[0]),
                    attend,
                    new Residual.OutputNorm(n[1]),
                    feed);
            case SANDWICH -> {
              used = 4;
              yield new TransformerBlock(
                  plan,
                  new Residual.Sandwich(n[0], n[1]),
                  attend,
                  new Residual.Sandwich(n[2], n[3]),
                  feed);
            }
            case PARALLEL -> {
              used = 1;
              yield TransformerBlock.parallel(plan, n[0], attend, feed);
            }
            case PARALLEL_TWO_NORMS -> TransformerBlock.parallel(plan, n[0], attend, n[1], feed);
          };
      for (int i = used; i < n.length; i++) {
        n[i].close();
      }
      return block;
    }

    double[][] expected(double[][] x, UnaryOperator<double[][]> attend) {
      UnaryOperator<double[][]> feed = mlp::forward;
      return switch (arrangement) {
        case PRE_NORM -> {
          double[][] h = Reference.add(x, attend.apply(norms[0].apply(x)), scale);
          yield Reference.add(h, feed.apply(norms[1].apply(h)), scale);
        }
        case POST_NORM -> {
          double[][] h = norms[0].apply(Reference.add(x, attend.apply(x), 1));
          yield norms[1].apply(Reference.add(h, feed.apply(h), 1));
        }
        case OUTPUT_NORM -> {
          double[][] h = Reference.add(x, norms[0].apply(attend.apply(x)), scale);
          yield Reference.add(h, norms[1].apply(feed.apply(h)), scale);
        }
        case SANDWICH -> {
          double[][] attended = attend.apply(norms[0].apply(x));
          double[][] h = Reference.add(x, norms[1].apply(attended), scale);
          double[][] fed = feed.apply(norms[2].apply(h));
          yield Reference.add(h, norms[3].apply(fed), scale);
        }
        case PARALLEL, PARALLEL_TWO_NORMS -> {
          double[][] toFeed = norms[arrangement == Arrangement.PARALLEL ? 0 : 1].apply(x);
          double[][] h = Reference.add(x, attend.apply(norms[0].apply(x)), scale);
          yield Reference.add(h, feed.apply(toFeed), scale);
        }
      };
    }
  }

  private static double[][] input(int seed) {
    return Reference.rows(Reference.random(new Random(seed), LENGTH * HIDDEN, 1), HIDDEN);
  }

  @ParameterizedTest
  @CsvSource({
    "PRE_NORM, false, 1",
    "PRE_NORM, true, 0.22",
    "POST_NORM, true, 1",
    "POST_NORM, false, 1",
    "OUTPUT_NORM, false, 1",
    "OUTPUT_NORM, true, 0.22",
    "SANDWICH, false, 1",
    "SANDWICH, false, 0.22",
    "PARALLEL, true, 1",
    "PARALLEL, false, 0.22",
    "PARALLEL_TWO_NORMS, true, 1",
    "PARALLEL_TWO_NORMS, true, 0.22"
  })
  void everyWayGivesTheSame(Arrangement arrangement, boolean layerNorm, float scale) {
    Case c = Case.random(arrangement, layerNorm, scale, true);
    double[][] x = input(1);
    double[][] expected = c.expected(x, c.attention()::causal);
    long before = device.memory(BufferType.DRAM).liveTensors();
    try (TransformerBlock block = c.block();
        RoPE rope = c.attention().rope(device, device.target(), 64);
        KVCache cache = new KVCache(device, KVCacheConfig.of(block.attentionPlan(), 2, 3, 32));
        PagedRunner runner =
            new PagedRunner(
                device, DataType.FLOAT32, rope, null, cache, PAGES, block::prefill, block::decode);
        Rotation rotation = rope.prefill(0, LENGTH)) {
      check(expected, 0, LENGTH, runner.prefill(x, 0, 0, LENGTH));
      check(expected, 0, 32, runner.prefill(x, 0, 0, 32));
      check(expected, 32, LENGTH, runner.prefill(x, 0, 32, LENGTH));
      for (int p = 0; p < LENGTH; p++) {
        check(expected, p, p + 1, runner.decode(Arrays.copyOfRange(x, p, p + 1), p));
      }
      try (Tensor whole = tile(Reference.floats(x), 1, 1, LENGTH, HIDDEN);
          Tensor y = block.forward(whole, rotation, null)) {
        check(expected, 0, LENGTH, y.toFloats());
      }
      // Layers use their own part of the cache alone.
      assertTrue(allZero(cache.key(0)) && allZero(cache.value(0)));
    }
    assertEquals(before, device.memory(BufferType.DRAM).liveTensors());
  }

  private static boolean allZero(Tensor tensor) {
    for (float value : tensor.toFloats()) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }

  /** Two texts of different lengths that see both sides, the shorter one filled up. */
  @ParameterizedTest
  @CsvSource({"PRE_NORM", "POST_NORM", "PARALLEL"})
  void encodersRunTextsTogether(Arrangement arrangement) {
    Case c = Case.random(arrangement, true, 1, false);
    double[][][] texts = {input(1), Arrays.copyOf(input(2), 20)};
    float[] joined = Arrays.copyOf(Reference.floats(texts[0]), 2 * LENGTH * HIDDEN);
    float[] second = Reference.floats(texts[1]);
    System.arraycopy(second, 0, joined, LENGTH * HIDDEN, second.length);
    float[] mask = new float[2 * LENGTH * LENGTH];
    for (int i = LENGTH * LENGTH; i < mask.length; i++) {
      mask[i] = i % LENGTH < 20 ? 0 : -1e30f;
    }
    try (TransformerBlock block = c.block();
        RoPE rope = c.attention().rope(device, device.target(), 64);
        Rotation rotation = rope.prefill(0, LENGTH);
        Tensor rows = tile(joined, 2, 1, LENGTH, HIDDEN);
        Tensor masks = tile(mask, 2, 1, LENGTH, LENGTH);
        Tensor y = block.forward(rows, rotation, masks)) {
      float[] actual = y.toFloats();
      for (int b = 0; b < 2; b++) {
        int length = texts[b].length;
        int from = b * LENGTH * HIDDEN;
        double[][] expected =
            c.expected(texts[b], normed -> c.attention().forward(normed, Reference.bothSides(0)));
        check(expected, 0, length, Arrays.copyOfRange(actual, from, from + length * HIDDEN));
      }
    }
  }

  @Test
  void aNormalisedSumIsNotScaled() {
    TransformerBlockPlan plan =
        TransformerBlockConfig.builder(0).residualScale(0.5f).build().resolve(device.target());
    Norm norm = new RMSNorm(device, RMSNormConfig.builder(HIDDEN).build().resolve(device.target()));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                ResidualPath.of(
                    new Residual.PostNorm(norm), ResidualPath.sum(plan), plan.residualScale()));
    assertTrue(e.getMessage().contains("residualScale is 0.5, expected 1"), e.getMessage());
  }

  @Test
  void closingClosesTheBlocksOnce() {
    try (Device own = Device.open()) {
      TransformerBlockPlan plan = TransformerBlockConfig.builder(0).build().resolve(own.target());
      AttentionPlan attention =
          AttentionReference.float32(HIDDEN, 2, 2, 16).build().resolve(own.target());
      MLPPlan mlp = MLPReference.float32(HIDDEN, INNER).build().resolve(own.target());
      Random random = new Random(1);
      TransformerBlock block =
          TransformerBlock.parallel(
              plan,
              new RMSNorm(own, RMSNormConfig.builder(HIDDEN).build().resolve(own.target())),
              AttentionReference.random(attention, random).block(own),
              MLPReference.random(mlp, random).block(own));
      assertTrue(own.memory(BufferType.DRAM).liveTensors() > 0);
      block.close();
      block.close();
      assertEquals(0, own.memory(BufferType.DRAM).liveTensors());
    }
  }

  private static Tensor tile(float[] values, long... shape) {
    return Tensor.of(device, DataType.FLOAT32, Layout.TILE, values, shape);
  }

  private static void check(double[][] expected, int from, int to, float[] actual) {
    Goldens.assertClose(Reference.floats(expected, from, to), actual, LIMIT);
  }
}
