// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.bench;

import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.Layout;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.Tensor;
import java.util.SplittableRandom;

/** The same pseudo-random tensors in every run. */
final class RandomValues {
  private final SplittableRandom random = new SplittableRandom(20260);

  /** Uniform in [-scale, scale). */
  float[] floats(int count, float scale) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (random.nextInt() >> 8) * (scale / (1 << 23));
    }
    return values;
  }

  /** A checkpoint's weight, of a magnitude that keeps activations near 1. */
  LazyWeight weight(String name, int... shape) {
    int in = shape[shape.length - 1];
    int count = 1;
    long[] extents = new long[shape.length];
    for (int i = 0; i < shape.length; i++) {
      count = Math.multiplyExact(count, shape[i]);
      extents[i] = shape[i];
    }
    return LazyWeight.of(name, floats(count, (float) Math.sqrt(3.0 / in)), extents);
  }

  /** An activation T [1, 1, rows, columns]. */
  Tensor activation(Device device, DataType dtype, int rows, int columns) {
    return Tensor.of(device, dtype, Layout.TILE, floats(rows * columns, 1.7f), 1, 1, rows, columns);
  }

  /** A permutation of 0 .. count - 1. */
  int[] permutation(int count) {
    int[] values = new int[count];
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i + 1);
      values[i] = values[j];
      values[j] = i;
    }
    return values;
  }
}
