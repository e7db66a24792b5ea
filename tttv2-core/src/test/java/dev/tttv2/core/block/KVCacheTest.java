// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tttv2.core.BufferType;
import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.Layout;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.Ttnn;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KVCacheTest {
  private static final int HEADS = 3;
  private static final int BLOCK = 64;
  private static final int DIM = 32;
  private static final int SIZE = HEADS * BLOCK * DIM;

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16", "BFLOAT8_B", "BFLOAT4_B"})
  void aCopiedBlockHasTheSameValuesInAllLayers(DataType dtype) {
    try (Device device = Device.open()) {
      try (KVCache cache = new KVCache(device, new KVCacheConfig(2, HEADS, DIM, 4, BLOCK, dtype))) {
        float[][] filled = new float[4][];
        for (int i = 0; i < 4; i++) {
          Tensor tensor = i % 2 == 0 ? cache.key(i / 2) : cache.value(i / 2);
          fill(device, dtype, tensor, i);
          filled[i] = tensor.toFloats();
        }
        int live = device.memory(BufferType.DRAM).liveTensors();
        cache.copyBlock(1, 3);
        assertEquals(live, device.memory(BufferType.DRAM).liveTensors());
        for (int i = 0; i < 4; i++) {
          float[] values = (i % 2 == 0 ? cache.key(i / 2) : cache.value(i / 2)).toFloats();
          assertArrayEquals(
              Arrays.copyOf(filled[i], 3 * SIZE), Arrays.copyOf(values, 3 * SIZE), "others stay");
          assertArrayEquals(
              Arrays.copyOfRange(filled[i], SIZE, 2 * SIZE),
              Arrays.copyOfRange(values, 3 * SIZE, 4 * SIZE));
        }
        assertThrows(IndexOutOfBoundsException.class, () -> cache.copyBlock(4, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> cache.copyBlock(0, -1));
      }
    }
  }

  /** Fills blocks 0 to 2. */
  private static void fill(Device device, DataType dtype, Tensor cache, int seed) {
    Random random = new Random(seed);
    float[] values = new float[3 * SIZE];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    try (Tensor x = Tensor.of(device, dtype, Layout.TILE, values, 1, HEADS, 3 * BLOCK, DIM);
        Tensor pages = Tensor.ofInts(device, DataType.INT32, new int[] {0, 1, 2}, 1, 3)) {
      Ttnn.pagedFillCache(cache, x, pages, 0);
    }
  }
}
