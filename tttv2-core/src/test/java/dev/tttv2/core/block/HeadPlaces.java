// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorSpec;
import java.util.Arrays;

/**
 * Where the values of queries and keys lie on a device: found out by giving numbered rows to what
 * attention does to its weights.
 *
 * @param values which value of a head lies at each place; negative: none
 */
record HeadPlaces(int[] values) {
  static HeadPlaces of(Device device, RoPEPlan plan) {
    float[] numbers = new float[plan.headDim()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = i + 1;
    }
    HeadLayout layout =
        new HeadLayout(plan.headDim(), plan.rotaryDim(), plan.style(), plan.paddedHeadDim());
    LazyWeight laidOut = layout.rotated(LazyWeight.of("numbers", numbers, numbers.length));
    TensorSpec spec = TensorSpec.rowMajor(DataType.FLOAT32, laidOut.shape());
    try (Tensor tensor = laidOut.load(device, spec, false)) {
      float[] found = tensor.toFloats();
      int[] values = new int[found.length];
      Arrays.setAll(values, j -> (int) found[j] - 1);
      return new HeadPlaces(values);
    }
  }

  /** Takes heads [.., headDim] to [.., places]. */
  float[] layOut(float[] heads, int headDim) {
    float[] result = new float[heads.length / headDim * values.length];
    for (int at = 0; at < result.length; at++) {
      int value = values[at % values.length];
      result[at] = value < 0 ? 0 : heads[at / values.length * headDim + value];
    }
    return result;
  }

  /** Takes heads [.., places] back to [.., headDim]. */
  float[] takeBack(float[] laidOut, int headDim) {
    float[] result = new float[laidOut.length / values.length * headDim];
    for (int at = 0; at < laidOut.length; at++) {
      int value = values[at % values.length];
      if (value >= 0) {
        result[at / values.length * headDim + value] = laidOut[at];
      }
    }
    return result;
  }
}
