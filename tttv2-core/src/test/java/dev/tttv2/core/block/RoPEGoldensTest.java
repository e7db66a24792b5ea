// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.tttv2.core.CoreRange;
import dev.tttv2.core.DataType;
import dev.tttv2.core.DeviceTarget;
import dev.tttv2.core.Goldens;
import dev.tttv2.core.MemoryConfig;
import dev.tttv2.core.RotaryArgs;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorMemoryLayout;
import dev.tttv2.core.Ttnn;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Rotations of heads against the reference: heads laid out as attention lays out its weights, on
 * the host and padded as a board's tiles ask for.
 */
class RoPEGoldensTest {
  private static final DeviceTarget TILED = new DeviceTarget("host", 8, 8, 1, 1, 1, 32, true);

  /** One sequence that is as long as the last position: not what decode steps compute. */
  private static final Set<String> LENGTH_MATTERS = Set.of("dynamic_beyond", "longrope_long");

  private static RoPEPlan plan(GoldenCase c, DeviceTarget target) {
    return RoPEConfig.builder(c.param("head_dim").asInt(), c.param("seq_len").asInt())
        .rotaryDim(c.param("rotary_dim").asInt())
        .theta(c.param("theta").asDouble())
        .dtype(DataType.FLOAT32)
        .style(c.flag("interleaved") ? RoPEStyle.INTERLEAVED : RoPEStyle.HALF)
        .scaling(RoPEScalingTest.of(c.params()))
        .build()
        .resolve(target);
  }

  /** The heads [1, heads, S, D] of a case on a device. */
  private static Tensor heads(GoldenCase c, String tensor, RoPEPlan plan, HeadPlaces places) {
    return c.tile(
        places.layOut(c.floats(tensor), plan.headDim()),
        1,
        c.dim(tensor, 1),
        c.dim(tensor, 2),
        plan.paddedHeadDim());
  }

  private static Tensor rotate(Tensor x, Rotation rotation, RotaryArgs args) {
    return rotation.transMat() == null
        ? Ttnn.rotaryEmbeddingHf(x, rotation.cos(), rotation.sin(), args)
        : Ttnn.rotaryEmbeddingLlama(x, rotation.cos(), rotation.sin(), rotation.transMat(), args);
  }

  @TestFactory
  Stream<DynamicTest> prefill() {
    return prefill(null);
  }

  @TestFactory
  Stream<DynamicTest> prefillPadded() {
    return prefill(TILED);
  }

  private static Stream<DynamicTest> prefill(DeviceTarget target) {
    return GoldenCase.all(
        "rope",
        c -> {
          RoPEPlan plan = plan(c, target == null ? c.device().target() : target);
          try (RoPE rope = new RoPE(c.device(), plan)) {
            for (String x : List.of("q", "k")) {
              check(c, x, plan, rope);
            }
          }
        });
  }

  /** Positions that follow each other are taken together. */
  private static void check(GoldenCase c, String x, RoPEPlan plan, RoPE rope) {
    HeadPlaces places = HeadPlaces.of(c.device(), plan);
    Tensor whole = heads(c, x, plan, places);
    Tensor wholeExpected = c.tile(x + "_out");
    int[] positions = c.ints("positions");
    int total = c.param("seq_len").asInt();
    for (int i = 0, length; i < positions.length; i += length) {
      length = 1;
      while (i + length < positions.length && positions[i + length] == positions[i] + length) {
        length++;
      }
      try (Rotation rotation = rope.prefill(positions[i], length, total)) {
        Tensor rows = rows(c, whole, i, length);
        float[] rotated = c.add(rotate(rows, rotation, RotaryArgs.DEFAULTS)).toFloats();
        Goldens.assertBlock(
            rows(c, wholeExpected, i, length).toFloats(),
            places.takeBack(rotated, plan.headDim()),
            c.noise());
        checkTable(c, "cos", i, rotation.cos(), plan, places);
        checkTable(c, "sin", i, rotation.sin(), plan, places);
      }
    }
  }

  /** Rows of a table, of which the reference has the rotary dimensions' first halves. */
  private static void checkTable(
      GoldenCase c, String name, int from, Tensor table, RoPEPlan plan, HeadPlaces places) {
    int pairs = plan.rotaryDim() / 2;
    int length = (int) table.dim(2);
    float[] actual = places.takeBack(table.toFloats(), plan.headDim());
    float[] reference = c.floats(name);
    float[] expected = new float[actual.length];
    for (int row = 0; row < length; row++) {
      for (int i = 0; i < plan.headDim(); i++) {
        int pair = plan.style() == RoPEStyle.INTERLEAVED ? i / 2 : i % pairs;
        expected[row * plan.headDim() + i] =
            i < plan.rotaryDim()
                ? reference[(from + row) * pairs + pair]
                : name.equals("cos") ? 1 : 0; // not rotated
      }
    }
    Goldens.assertBlock(expected, actual, c.noise());
  }

  private static Tensor rows(GoldenCase c, Tensor heads, int from, int length) {
    long[] starts = {0, 0, from, 0};
    long[] ends = {1, heads.dim(1), from + length, heads.dim(3)};
    return c.add(Ttnn.slice(heads, starts, ends));
  }

  @TestFactory
  Stream<DynamicTest> decode() {
    return decode(null);
  }

  @TestFactory
  Stream<DynamicTest> decodePadded() {
    return decode(TILED);
  }

  private static Stream<DynamicTest> decode(DeviceTarget target) {
    return GoldenCase.partOfAllBut(
        LENGTH_MATTERS,
        "rope",
        c -> {
          RoPEPlan plan = plan(c, target == null ? c.device().target() : target);
          HeadPlaces places = HeadPlaces.of(c.device(), plan);
          Tensor ids = positionIds(c);
          RotaryArgs args = RotaryArgs.builder().decodeMode(true).build();
          try (RoPE rope = new RoPE(c.device(), plan);
              Rotation rotation = rope.decode(ids)) {
            for (String x : List.of("q", "k")) {
              // [1, heads, users, D] -> [1, users, heads, D]
              Tensor perUser = c.add(Ttnn.permute(heads(c, x, plan, places), 0, 2, 1, 3));
              Tensor rotated =
                  c.add(
                      rotate(
                          c.add(Ttnn.toMemoryConfig(perUser, shards(c, perUser))), rotation, args));
              Tensor spread = c.add(Ttnn.toMemoryConfig(rotated, MemoryConfig.DRAM_INTERLEAVED));
              Goldens.assertBlock(
                  c.floats(x + "_out"),
                  places.takeBack(
                      c.add(Ttnn.permute(spread, 0, 2, 1, 3)).toFloats(), plan.headDim()),
                  c.noise());
            }
          }
        });
  }

  private static Tensor positionIds(GoldenCase c) {
    int[] positions = c.ints("positions");
    return c.add(Tensor.ofInts(c.device(), DataType.UINT32, positions, 1, positions.length));
  }

  /** A user on each core. */
  private static MemoryConfig shards(GoldenCase c, Tensor perUser) {
    return MemoryConfig.sharded(
        TensorMemoryLayout.HEIGHT_SHARDED,
        32,
        Math.ceilDiv((int) perUser.dim(3), 32) * 32,
        CoreRange.rowByRow(
            (int) perUser.dim(1), c.device().info().gridX(), c.device().info().gridY()));
  }

  /** Whatever the scaling, a decode step rotates as the last position of a prompt does. */
  @TestFactory
  Stream<DynamicTest> decodeRowsEndTheirSequence() {
    return GoldenCase.partOfAllBut(
        Set.of(),
        "rope",
        c -> {
          RoPEPlan plan = plan(c, c.device().target());
          int[] positions = c.ints("positions");
          int width = plan.paddedHeadDim();
          try (RoPE rope = new RoPE(c.device(), plan);
              Rotation users = rope.decode(positionIds(c))) {
            float[] cos = users.cos().toFloats();
            float[] sin = users.sin().toFloats();
            for (int i = 0; i < positions.length; i++) {
              try (Rotation last = rope.prefill(positions[i], 1)) {
                int from = i * width;
                assertArrayEquals(
                    Arrays.copyOfRange(cos, from, from + width), last.cos().toFloats());
                assertArrayEquals(
                    Arrays.copyOfRange(sin, from, from + width), last.sin().toFloats());
              }
            }
          }
        });
  }
}
