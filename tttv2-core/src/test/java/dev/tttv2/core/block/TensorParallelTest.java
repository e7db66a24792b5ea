// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.DeviceOptions;
import dev.tttv2.core.DeviceTarget;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.MeshMapping;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Blocks on meshes of several devices compute what they compute on one, in FLOAT32. */
class TensorParallelTest {
  /** Of the largest value: sums are added up in another order. */
  private static final double TOLERANCE = 1e-5;

  private static final int[][] MESHES = {
    {1, 2}, {1, 3}, {1, 4}, {1, 6}, {1, 8}, {1, 12}, {2, 1}, {2, 2}, {2, 3}, {3, 2}, {2, 4}, {4, 3}
  };
  private static final int H = 48;
  private static final int LENGTH = 37;
  private static final int BLOCK = 32;
  private static final MeshMapping COLUMNS = MeshMapping.shard(-1);

  /** What a block computes on a device; the values of the whole. */
  private interface Run {
    List<float[]> on(Device device);
  }

  private static Device open(int rows, int cols) {
    return Device.open(DeviceOptions.builder().mesh(rows, cols).dramBytes(1 << 26).build());
  }

  private static float[] random(int seed, long count) {
    return Reference.random(new Random(seed), (int) count, 1);
  }

  private static LazyWeight weight(int seed, long... shape) {
    long count = 1;
    for (long extent : shape) {
      count *= extent;
    }
    return LazyWeight.of("w" + seed, random(seed, count), shape);
  }

  /** A residual stream whose columns the devices share. */
  private static Tensor stream(Device device, int seed, int rows) {
    TensorSpec spec =
        TensorSpec.tile(DataType.FLOAT32, 1, 1, rows, H / device.target().tensorParallel());
    try (Arena arena = Arena.ofConfined()) {
      return Tensor.fromHost(
          device,
          spec,
          DataType.FLOAT32,
          arena.allocateFrom(ValueLayout.JAVA_FLOAT, random(seed, (long) rows * H)),
          false,
          COLUMNS);
    }
  }

  private static Stream<DynamicTest> equal(String name, Run run) {
    List<float[]> expected;
    try (Device one = open(1, 1)) {
      expected = run.on(one);
    }
    List<DynamicTest> tests = new ArrayList<>();
    for (int[] mesh : MESHES) {
      tests.add(
          dynamicTest(
              "%s on %d x %d".formatted(name, mesh[0], mesh[1]),
              () -> {
                try (Device device = open(mesh[0], mesh[1])) {
                  close(expected, run.on(device));
                }
              }));
    }
    return tests.stream();
  }

  private static void close(List<float[]> expected, List<float[]> actual) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      float[] one = expected.get(i);
      float[] shared = actual.get(i);
      assertEquals(one.length, shared.length);
      double largest = 0;
      for (float value : one) {
        largest = Math.max(largest, Math.abs(value));
      }
      for (int j = 0; j < one.length; j++) {
        double difference = Math.abs(one[j] - shared[j]);
        // Written so that NaN fails.
        assertTrue(
            difference <= TOLERANCE * largest,
            "value %d is %s, expected %s".formatted(j, shared[j], one[j]));
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> attention() {
    List<Stream<DynamicTest>> all = new ArrayList<>();
    for (int[] heads : new int[][] {{9, 3}, {4, 4}, {6, 1}, {10, 2}}) {
      for (QkNorm norm : QkNorm.values()) {
        AttentionConfig.Builder config =
            float32(AttentionConfig.builder(H, heads[0], heads[1], 16))
                .qkNorm(norm)
                .qkvBias(true)
                .outputBias(norm != QkNorm.NONE)
                .sinks(norm == QkNorm.PER_HEAD)
                .slidingWindow(norm == QkNorm.ALL_HEADS ? 20 : 0);
        all.add(
            equal("%d:%d %s".formatted(heads[0], heads[1], norm), d -> attend(d, config.build())));
      }
    }
    return all.stream().flatMap(s -> s);
  }

  private static AttentionConfig.Builder float32(AttentionConfig.Builder config) {
    return config
        .wqkvDtype(DataType.FLOAT32)
        .woDtype(DataType.FLOAT32)
        .normDtype(DataType.FLOAT32)
        .activationDtype(DataType.FLOAT32)
        .cacheDtype(DataType.FLOAT32);
  }

  /** A prompt in two parts, then a step of two users. */
  private static List<float[]> attend(Device device, AttentionConfig config) {
    AttentionPlan plan = config.resolve(device.target());
    long q = (long) config.numHeads() * config.headDim();
    long kv = (long) config.numKvHeads() * config.headDim();
    AttentionWeights weights =
        new AttentionWeights(weight(1, q, H), weight(2, kv, H), weight(3, kv, H), weight(4, H, q))
            .withQkvBias(weight(5, q), weight(6, kv), weight(7, kv));
    if (plan.outputBias()) {
      weights = weights.withOutputBias(weight(8, H));
    }
    if (plan.qkNorm() != QkNorm.NONE) {
      boolean all = plan.qkNorm() == QkNorm.ALL_HEADS;
      weights =
          weights.withQkNorm(
              weight(9, all ? q : config.headDim()), weight(10, all ? kv : config.headDim()));
    }
    if (plan.sinks()) {
      weights = weights.withSinks(weight(11, config.numHeads()));
    }
    RoPEConfig ropeConfig = RoPEConfig.builder(16, 128).dtype(DataType.FLOAT32).build();
    List<float[]> results = new ArrayList<>();
    try (Attention attention = new Attention(device, plan, weights);
        RoPE rope = new RoPE(device, ropeConfig.resolve(device.target()));
        KVCache cache = new KVCache(device, KVCacheConfig.of(plan, 1, 6, BLOCK));
        Tensor pages = Tensor.ofInts(device, DataType.INT32, new int[] {0, 2, 4, 1, 3, 5}, 2, 3);
        Tensor first = stream(device, 20, BLOCK);
        Tensor rest = stream(device, 21, LENGTH - BLOCK);
        Tensor users = stream(device, 22, 2);
        Tensor positions = Tensor.ofInts(device, DataType.INT32, new int[] {LENGTH, 0}, 2);
        Tensor ropePositions =
            Tensor.ofInts(device, DataType.UINT32, new int[] {LENGTH, 0}, 1, 2)) {
      try (Rotation rotation = rope.prefill(0, BLOCK, LENGTH);
          Tensor y =
              attention.prefill(first, new PrefillStep(rotation, cache, pages, 0, 0, BLOCK), 0)) {
        results.add(y.toFloats(COLUMNS));
      }
      try (Rotation rotation = rope.prefill(BLOCK, LENGTH - BLOCK, LENGTH);
          Tensor y =
              attention.prefill(
                  rest, new PrefillStep(rotation, cache, pages, 0, BLOCK, LENGTH - BLOCK), 0)) {
        results.add(y.toFloats(COLUMNS));
      }
      try (Rotation rotation = rope.decode(ropePositions);
          Tensor y =
              attention.decode(users, new DecodeStep(rotation, cache, pages, positions), 0)) {
        results.add(y.toFloats(COLUMNS));
      }
    }
    return results;
  }

  @TestFactory
  Stream<DynamicTest> mlp() {
    List<Stream<DynamicTest>> all = new ArrayList<>();
    for (boolean gated : new boolean[] {true, false}) {
      for (boolean bias : new boolean[] {true, false}) {
        for (Activation activation : new Activation[] {Activation.SILU, Activation.RELU_SQUARED}) {
          all.add(
              equal(
                  "gated %s, bias %s, %s".formatted(gated, bias, activation),
                  d -> mlp(d, gated, bias, activation)));
        }
      }
    }
    return all.stream().flatMap(s -> s);
  }

  private static List<float[]> mlp(
      Device device, boolean gated, boolean bias, Activation activation) {
    int inner = 53;
    MLPPlan plan =
        MLPConfig.builder(H, inner)
            .gated(gated)
            .bias(bias)
            .activation(activation)
            .gateUpDtype(DataType.FLOAT32)
            .downDtype(DataType.FLOAT32)
            .activationDtype(DataType.FLOAT32)
            .build()
            .resolve(device.target());
    MLPWeights weights =
        new MLPWeights(
            gated ? weight(1, inner, H) : null,
            weight(2, inner, H),
            weight(3, H, inner),
            gated && bias ? weight(4, inner) : null,
            bias ? weight(5, inner) : null,
            bias ? weight(6, H) : null);
    try (MLP mlp = new MLP(device, plan, weights);
        Tensor x = stream(device, 20, LENGTH);
        Tensor y = mlp.forward(x)) {
      return List.of(y.toFloats(COLUMNS));
    }
  }

  @TestFactory
  Stream<DynamicTest> norms() {
    return equal(
        "norms",
        device -> {
          RMSNormPlan rms =
              RMSNormConfig.builder(H)
                  .weightDtype(DataType.FLOAT32)
                  .unitOffset(true)
                  .build()
                  .resolve(device.target());
          LayerNormPlan layer =
              LayerNormConfig.builder(H)
                  .weightDtype(DataType.FLOAT32)
                  .build()
                  .resolve(device.target());
          try (RMSNorm first = new RMSNorm(device, rms, weight(1, H));
              RMSNorm bare = new RMSNorm(device, rms);
              LayerNorm second = new LayerNorm(device, layer, weight(2, H), weight(3, H));
              Tensor x = stream(device, 20, LENGTH);
              Tensor residual = stream(device, 21, LENGTH);
              Tensor a = first.forward(x);
              Tensor b = first.forward(x, residual);
              Tensor c = bare.forward(x);
              Tensor d = second.forward(x);
              Tensor e = second.forward(x, residual)) {
            return Stream.of(a, b, c, d, e).map(y -> y.toFloats(COLUMNS)).toList();
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> embeddingAndHead() {
    return equal(
        "embedding and head",
        device -> {
          int vocabulary = 331;
          EmbeddingPlan embeddingPlan =
              EmbeddingConfig.builder(vocabulary, H)
                  .scale(3f)
                  .weightDtype(DataType.FLOAT32)
                  .build()
                  .resolve(device.target());
          LazyWeight table = weight(1, vocabulary, H);
          List<float[]> results = new ArrayList<>();
          try (Embedding embedding = new Embedding(device, embeddingPlan, table);
              Tensor ids =
                  Tensor.ofInts(device, DataType.UINT32, new int[] {5, 330, 0, 17, 5}, 1, 5);
              Tensor x = embedding.forward(ids);
              Tensor range = embedding.range(300, 31)) {
            results.add(x.toFloats(COLUMNS));
            results.add(range.toFloats(COLUMNS));
            for (int splits : new int[] {1, 3}) {
              int tiles = Math.ceilDiv(vocabulary, 32 * device.target().tensorParallel());
              LMHeadPlan plan =
                  LMHeadConfig.builder(H, vocabulary)
                      .bias(true)
                      .splits(Math.min(splits, tiles))
                      .logitsScale(0.5f)
                      .softcap(20f)
                      .weightDtype(DataType.FLOAT32)
                      .outputDtype(DataType.FLOAT32)
                      .build()
                      .resolve(device.target());
              try (LMHead head = new LMHead(device, plan, table, weight(2, vocabulary));
                  Tensor logits = head.forward(x)) {
                results.add(logits.toFloats());
              }
            }
          }
          return results;
        });
  }

  @TestFactory
  Stream<DynamicTest> experts() {
    return equal(
        "experts",
        device -> {
          int experts = 5;
          int inner = 24;
          MixtureOfExpertsPlan plan =
              MixtureOfExpertsConfig.builder(H, inner, experts, 2)
                  .routerDtype(DataType.FLOAT32)
                  .gateUpDtype(DataType.FLOAT32)
                  .downDtype(DataType.FLOAT32)
                  .activationDtype(DataType.FLOAT32)
                  .build()
                  .resolve(device.target());
          MLPPlan shared =
              MLPConfig.builder(H, 20)
                  .gateUpDtype(DataType.FLOAT32)
                  .downDtype(DataType.FLOAT32)
                  .activationDtype(DataType.FLOAT32)
                  .build()
                  .resolve(device.target());
          MixtureOfExpertsWeights weights =
              new MixtureOfExpertsWeights(
                  weight(1, experts, H),
                  weight(2, experts, inner, H),
                  weight(3, experts, inner, H),
                  weight(4, experts, H, inner));
          MLP expert =
              new MLP(
                  device,
                  shared,
                  new MLPWeights(weight(5, 20, H), weight(6, 20, H), weight(7, H, 20)));
          try (MixtureOfExperts block =
                  new MixtureOfExperts(device, plan, weights, expert, weight(8, 1, H));
              Tensor x = stream(device, 20, LENGTH);
              Tensor y = block.forward(x)) {
            return List.of(y.toFloats(COLUMNS));
          }
        });
  }

  @Test
  void aPlanForAnotherNumberOfDevicesIsRefused() {
    DeviceTarget eight = new DeviceTarget("host", 8, 8, 12, 2, 4, 1, true);
    RMSNormPlan plan = RMSNormConfig.builder(H).build().resolve(eight);
    try (Device device = open(2, 3)) {
      assertEquals(
          "a plan for 8 devices, but the device is a mesh of 2 x 3",
          assertThrows(IllegalArgumentException.class, () -> new RMSNorm(device, plan))
              .getMessage());
    }
  }

  /** Before anything is loaded. */
  @Test
  void whatDoesNotDivideIsRefused() {
    DeviceTarget five = new DeviceTarget("host", 8, 8, 12, 1, 5, 1, true);
    for (Runnable resolve :
        List.<Runnable>of(
            () -> AttentionConfig.builder(H, 4, 4, 16).build().resolve(five),
            () -> MLPConfig.builder(H, 100).build().resolve(five),
            () -> RMSNormConfig.builder(H).build().resolve(five),
            () -> LayerNormConfig.builder(H).build().resolve(five),
            () -> EmbeddingConfig.builder(100, H).build().resolve(five),
            () -> LMHeadConfig.builder(H, 100).build().resolve(five),
            () -> MixtureOfExpertsConfig.builder(50, 7, 4, 2).build().resolve(five))) {
      String message = assertThrows(IllegalArgumentException.class, resolve::run).getMessage();
      assertTrue(message.contains("5 devices cannot share out evenly"), message);
    }
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () -> LinearConfig.builder(H, H).build().resolve(five))
            .getMessage()
            .contains("use one device"));
  }
}
