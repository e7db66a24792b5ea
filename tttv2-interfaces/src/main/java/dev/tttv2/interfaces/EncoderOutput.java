// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.Arrays;
import java.util.Objects;

/**
 * One of the things an encoder makes of a batch, in host memory.
 *
 * @param shape the batch's size first, such as [B, S, H] or [B, H]
 * @param values row-major; not copied
 */
public record EncoderOutput(int[] shape, float[] values) {
  /**
   * Checks that there are as many values as the shape says.
   *
   * @throws IllegalArgumentException if there are more or fewer; gives both numbers
   * @throws NullPointerException if one is null
   * @throws ArithmeticException if the shape has more values than a long counts
   */
  public EncoderOutput {
    Objects.requireNonNull(shape, "shape");
    long volume = Arrays.stream(shape).asLongStream().reduce(1, Math::multiplyExact);
    if (volume != values.length) {
      throw new IllegalArgumentException(
          "encoder output: shape %s has %d values, %d were given"
              .formatted(Arrays.toString(shape), volume, values.length));
    }
  }

  /**
   * Returns a copy of one input's values, such as [H] of [B, H].
   *
   * @throws IndexOutOfBoundsException if there is no such input
   */
  public float[] row(int index) {
    Objects.checkIndex(index, shape[0]);
    int size = values.length / shape[0];
    return Arrays.copyOfRange(values, index * size, (index + 1) * size);
  }
}
