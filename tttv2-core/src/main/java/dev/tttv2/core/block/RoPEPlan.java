// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.DataType;
import java.util.Objects;

/**
 * Rotary position embeddings, decided in full and checked. Made by {@link RoPEConfig#resolve}.
 *
 * @param headDim the extent of a head, D: all of it is rotated
 * @param maxPositions rows of the tables: positions 0 .. maxPositions - 1
 * @param theta the base of the frequencies
 * @param scaling how frequencies are stretched for longer contexts
 * @param style which values form a pair
 * @param dtype of the tables: BFLOAT16, or FLOAT32 on the host
 * @param gridX columns of cores, for the shards of decode
 * @param gridY rows of cores, likewise
 */
public record RoPEPlan(
    int headDim,
    int maxPositions,
    double theta,
    RoPEScaling scaling,
    RoPEStyle style,
    DataType dtype,
    int gridX,
    int gridY) {
  /** Checks the numbers. */
  public RoPEPlan {
    Checks.positive("RoPE", "headDim", headDim);
    Checks.positive("RoPE", "maxPositions", maxPositions);
    if (headDim % 2 != 0) {
      throw new IllegalArgumentException(
          "RoPE: headDim is %d, expected an even number".formatted(headDim));
    }
    if (!(theta > 0) || Double.isInfinite(theta)) {
      throw new IllegalArgumentException(
          "RoPE: theta is %s, expected more than 0".formatted(theta));
    }
    Objects.requireNonNull(scaling, "scaling");
    Objects.requireNonNull(style, "style");
    Checks.rowMajorFloat("RoPE", "dtype", dtype);
  }
}
