// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.DataType;
import java.util.List;
import java.util.Objects;

/**
 * A rotary position embedding, decided in full and checked. Made by {@link RoPEConfig#resolve}.
 *
 * @param headDim the extent of a head, D
 * @param maxPositions rows of the tables: positions 0 .. maxPositions - 1
 * @param rotaryDim how many values of a head, the first ones, are rotated
 * @param theta the base of the frequencies
 * @param scaling how frequencies are stretched for longer contexts
 * @param style which values form a pair
 * @param mropeSections how many pairs follow each of several positions, time, height and width, as
 *     in Qwen2-VL; empty: all follow one
 * @param dtype of the tables: BFLOAT16, or FLOAT32 on the host
 * @param paddedHeadDim the extent of a head on the device, where padding fills its tiles
 * @param gridX columns of cores, for the shards of decode
 * @param gridY rows of cores, likewise
 */
public record RoPEPlan(
    int headDim,
    int maxPositions,
    int rotaryDim,
    double theta,
    RoPEScaling scaling,
    RoPEStyle style,
    List<Integer> mropeSections,
    DataType dtype,
    int paddedHeadDim,
    int gridX,
    int gridY) {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if a size or theta is not positive, rotaryDim is odd or above
   *     headDim, a section is less than 1, the sections are not half of rotaryDim together or stand
   *     beside a scaling that depends on the length, or dtype is neither BFLOAT16 nor FLOAT32;
   *     gives the numbers
   * @throws NullPointerException if scaling, style or mropeSections is null
   */
  public RoPEPlan {
    Checks.positive("RoPE", "headDim", headDim);
    Checks.positive("RoPE", "maxPositions", maxPositions);
    Checks.rotaryDim("RoPE", rotaryDim, headDim);
    Checks.positive("RoPE", "rotaryDim", rotaryDim);
    Checks.positive("RoPE", "theta", theta);
    Objects.requireNonNull(scaling, "scaling");
    Objects.requireNonNull(style, "style");
    mropeSections = List.copyOf(mropeSections);
    if (mropeSections.stream().anyMatch(section -> section < 1)) {
      throw new IllegalArgumentException(
          "RoPE: mropeSections %s, expected numbers of at least 1".formatted(mropeSections));
    }
    if (!mropeSections.isEmpty() && scaling.dependsOnLength()) {
      throw new IllegalArgumentException(
          "RoPE: mropeSections %s with %s, whose frequencies depend on the length"
              .formatted(mropeSections, scaling));
    }
    int pairs = mropeSections.stream().mapToInt(Integer::intValue).sum();
    if (!mropeSections.isEmpty() && pairs != rotaryDim / 2) {
      throw new IllegalArgumentException(
          "RoPE: mropeSections %s are %d pairs, expected %d, half of rotaryDim %d"
              .formatted(mropeSections, pairs, rotaryDim / 2, rotaryDim));
    }
    Checks.rowMajorFloat("RoPE", "dtype", dtype);
  }
}
