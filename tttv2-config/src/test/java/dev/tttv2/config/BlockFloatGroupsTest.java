// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BlockFloatGroupsTest {
  private static final int COUNT = 64 * 96;

  /** Gaussians, whose groups differ in size by factors up to 2^80. */
  private static float[] values() {
    Random random = new Random(11);
    float[] values = new float[COUNT];
    for (int i = 0; i < COUNT; i++) {
      int group = i / BlockFloatGroups.SIZE;
      values[i] = (float) Math.scalb(random.nextGaussian(), group % 5 * 20 - 40);
    }
    return values;
  }

  /** What the library's conversion, which is TTNN's, makes of values in rows of 96. */
  private static float[] packed(float[] values, DataType dtype) {
    try (Arena arena = Arena.ofConfined();
        Device device = Device.open()) {
      MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_FLOAT, values);
      TensorSpec spec = TensorSpec.tile(dtype, 1, 1, 64, 96);
      try (Tensor tensor = Tensor.fromHost(device, spec, DataType.FLOAT32, bytes, false)) {
        return tensor.toFloats();
      }
    }
  }

  private static double error(float[] values, float[] rounded, int group) {
    double sum = 0;
    for (int i = group; i < group + BlockFloatGroups.SIZE; i++) {
      sum += Math.pow(values[i] - (double) rounded[i], 2);
    }
    return sum;
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT8_B", "BFLOAT4_B"})
  void packingLeavesRoundedValuesAsTheyAre(DataType dtype) {
    float[] rounded = values();
    new BlockFloatGroups(dtype).round(rounded, 0, COUNT);
    assertArrayEquals(rounded, packed(rounded, dtype));
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT8_B", "BFLOAT4_B"})
  void noGroupIsFurtherOffThanByTtnnsConversion(DataType dtype) {
    float[] values = values();
    float[] rounded = values.clone();
    new BlockFloatGroups(dtype).round(rounded, 0, COUNT);
    float[] plain = packed(values, dtype);
    int better = 0;
    for (int group = 0; group < COUNT; group += BlockFloatGroups.SIZE) {
      double own = error(values, rounded, group);
      double its = error(values, plain, group);
      assertTrue(own <= its * (1 + 1e-5), "group %d: %s, TTNN's %s".formatted(group, own, its));
      better += own < its * 0.99 ? 1 : 0;
    }
    assertTrue(better > 0, "none is nearer");
  }

  @Test
  void extremesStayFinite() {
    float[] values = new float[32];
    values[0] = Float.MAX_VALUE;
    values[1] = -Float.MAX_VALUE / 3;
    values[16] = Float.MIN_VALUE;
    new BlockFloatGroups(DataType.BFLOAT4_B).round(values, 0, 32);
    assertEquals(7 * Math.scalb(1f, 125), values[0]);
    assertEquals(-3 * Math.scalb(1f, 125), values[1]);
    assertEquals(0, values[16]);
  }

  @Test
  void infinitiesAreLeftToTheConversion() {
    float[] values = {1.3f, Float.POSITIVE_INFINITY, Float.NaN};
    new BlockFloatGroups(DataType.BFLOAT4_B).round(values, 0, 3);
    assertArrayEquals(new float[] {1.3f, Float.POSITIVE_INFINITY, Float.NaN}, values);
  }

  @Test
  void othersAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new BlockFloatGroups(DataType.BFLOAT16));
  }
}
