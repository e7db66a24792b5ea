// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.DeviceTarget;
import dev.tttv2.core.LazyWeight;
import java.util.Arrays;

/**
 * Where the values of a head lie on a device. Checkpoints order and number them as their models
 * like; operations rotate whole heads, of sizes that suit their tiles. So the rows of the
 * projections are moved when they are loaded: queries and keys alike, which leaves their products
 * as they are, and values together with the columns of the output projection.
 *
 * <ul>
 *   <li>A head is padded with zeros to {@code paddedDim}.
 *   <li>Of a head whose first {@code rotaryDim} values are rotated by halves, value i and value i +
 *       rotaryDim / 2 come to lie paddedDim / 2 apart, where the operation expects a pair. What is
 *       not rotated fills the gaps; the tables have cosine 1 and sine 0 there.
 * </ul>
 *
 * @param headDim values of a head in the checkpoint, D
 * @param rotaryDim how many of them, the first ones, are rotated; 0: none
 * @param style which of them form a pair
 * @param paddedDim values of a head on the device
 */
record HeadLayout(int headDim, int rotaryDim, RoPEStyle style, int paddedDim) {
  HeadLayout {
    Checks.rotaryDim("head layout", rotaryDim, headDim);
  }

  /** Pads as little as the target allows. */
  static HeadLayout of(int headDim, int rotaryDim, RoPEStyle style, DeviceTarget target) {
    return new HeadLayout(
        headDim, rotaryDim, style, paddedDim(headDim, rotaryDim, style, target.headDimMultiple()));
  }

  private static int paddedDim(int headDim, int rotaryDim, RoPEStyle style, int multiple) {
    int unit = multiple;
    if (rotaryDim > 0) {
      // Rotation by halves: each half fills whole tiles, or both together one.
      boolean halvesApart = style == RoPEStyle.HALF && (multiple == 1 || headDim > multiple);
      unit = halvesApart ? 2 * multiple : Math.max(2, multiple);
    }
    return Math.ceilDiv(headDim, unit) * unit;
  }

  /** Takes a weight of queries or keys: [heads D, ..] to [heads paddedDim, ..]. */
  LazyWeight rotated(LazyWeight weight) {
    return rearranged(weight, 0, rotatedPattern());
  }

  /** Takes a weight of values: [heads D, ..] to [heads paddedDim, ..]. */
  LazyWeight padded(LazyWeight weight) {
    return rearranged(weight, 0, paddedPattern());
  }

  /** Takes the output projection: [H, heads D] to [H, heads paddedDim]. */
  LazyWeight paddedColumns(LazyWeight weight) {
    return rearranged(weight, 1, paddedPattern());
  }

  private LazyWeight rearranged(LazyWeight weight, int dim, int[] pattern) {
    boolean same = pattern.length == headDim;
    for (int j = 0; same && j < pattern.length; j++) {
      same = pattern[j] == j;
    }
    return same || weight == null ? weight : weight.rearranged(dim, headDim, pattern);
  }

  /** Which value of the checkpoint's head lies at each place; -1: zero. */
  private int[] rotatedPattern() {
    int[] pattern = paddedPattern();
    if (style == RoPEStyle.INTERLEAVED) {
      return pattern;
    }
    Arrays.fill(pattern, -1);
    int pairs = rotaryDim / 2;
    for (int i = 0; i < pairs; i++) {
      pattern[i] = i;
      pattern[paddedDim / 2 + i] = pairs + i;
    }
    int next = rotaryDim;
    for (int j = 0; j < paddedDim && next < headDim; j++) {
      if (pattern[j] < 0) {
        pattern[j] = next++;
      }
    }
    return pattern;
  }

  private int[] paddedPattern() {
    int[] pattern = new int[paddedDim];
    Arrays.setAll(pattern, j -> j < headDim ? j : -1);
    return pattern;
  }
}
