// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import dev.tttv2.core.DataType;
import java.util.Arrays;

/**
 * Rounds groups of values that share an exponent, as a block float does, with the exponent that
 * leaves the smallest squared error. TTNN's conversion takes the largest value's; one less cuts off
 * the largest values and is finer for the others, one more holds a largest value that would
 * saturate. A group that is rounded here is one that TTNN's conversion leaves as it is: it takes
 * the exponent of the largest rounded value, whose step divides all of them.
 */
final class BlockFloatGroups {
  /** Values that share an exponent: 16 neighbours along a tensor's last dimension. */
  static final int SIZE = 16;

  // Below this the smallest step might be no normal float; the values count as zeros.
  private static final int MIN_EXPONENT = Float.MIN_EXPONENT + 16;

  private final int shift;
  private final float limit;

  /**
   * @param dtype a block float
   * @throws IllegalArgumentException if it is none
   */
  BlockFloatGroups(DataType dtype) {
    int bits =
        switch (dtype) {
          case BFLOAT8_B -> 7;
          case BFLOAT4_B -> 3;
          default ->
              throw new IllegalArgumentException(
                  "%s, expected BFLOAT8_B or BFLOAT4_B".formatted(dtype));
        };
    shift = bits - 1;
    limit = (1 << bits) - 1;
  }

  /**
   * Rounds values, the first group beginning at the first; the last group may be smaller.
   *
   * @param values are rounded
   * @param from the first, inclusive
   * @param to the last, exclusive
   */
  void round(float[] values, int from, int to) {
    for (int group = from; group < to; group += SIZE) {
      roundGroup(values, group, Math.min(group + SIZE, to));
    }
  }

  private void roundGroup(float[] values, int from, int to) {
    float largest = 0;
    for (int i = from; i < to; i++) {
      largest = Math.max(largest, Math.abs(values[i]));
    }
    int exponent = Math.getExponent(largest);
    if (exponent > Float.MAX_EXPONENT) {
      return; // an infinity or no number: left to TTNN's conversion
    }
    if (exponent < MIN_EXPONENT) {
      Arrays.fill(values, from, to, 0);
      return;
    }
    int best = exponent;
    double smallest = error(values, from, to, exponent);
    int highest = Math.min(exponent + 1, Float.MAX_EXPONENT);
    for (int other = exponent - 1; other <= highest; other += 2) {
      double error = error(values, from, to, other);
      if (error < smallest) {
        smallest = error;
        best = other;
      }
    }
    float step = Math.scalb(1f, best - shift);
    float scale = 1 / step;
    for (int i = from; i < to; i++) {
      values[i] = step * rounded(values[i] * scale) + 0f; // a block float has no negative zero
    }
  }

  private double error(float[] values, int from, int to, int exponent) {
    float scale = Math.scalb(1f, shift - exponent);
    float sum = 0;
    for (int i = from; i < to; i++) {
      float value = values[i] * scale;
      float difference = value - rounded(value);
      sum += difference * difference;
    }
    // In units of the values, so that exponents compare.
    return sum / ((double) scale * scale);
  }

  private float rounded(float value) {
    return Math.clamp((float) Math.rint(value), -limit, limit);
  }
}
