// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import java.util.Arrays;
import java.util.List;

/** The arithmetic of weight shapes and its messages. */
final class WeightShapes {
  private WeightShapes() {}

  static long volume(String name, long[] shape) {
    long volume = 1;
    for (long extent : shape) {
      if (extent < 1) {
        throw new IllegalArgumentException(
            "weight %s: shape %s has an extent below 1".formatted(name, Arrays.toString(shape)));
      }
      volume = Math.multiplyExact(volume, extent);
    }
    return volume;
  }

  static void checkLoad(String name, long[] shape, TensorSpec spec, boolean transposed) {
    boolean fits = volume(name, shape) == spec.volume();
    if (transposed) {
      int rank = shape.length;
      fits &=
          rank >= 2
              && spec.rank() >= 2
              && shape[rank - 1] == spec.dim(-2)
              && shape[rank - 2] == spec.dim(-1);
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "weight %s: shape %s cannot be loaded %sas %s"
              .formatted(name, Arrays.toString(shape), transposed ? "transposed " : "", spec));
    }
  }

  static void checkRows(String name, long[] shape, long from, long to) {
    if (from < 0 || to <= from || to > shape[0]) {
      throw new IllegalArgumentException(
          "weight %s: rows %d to %d of shape %s".formatted(name, from, to, Arrays.toString(shape)));
    }
  }

  static long[] rearranged(String name, long[] shape, int dim, int group, int[] pattern) {
    int last = shape.length - 1;
    int at = dim == -1 ? last : dim;
    if (at != 0 && at != last) {
      throw new IllegalArgumentException(
          "weight %s: dimension %d of shape %s cannot be rearranged, only the first and the last"
              .formatted(name, dim, Arrays.toString(shape)));
    }
    boolean fits = group > 0 && shape[at] % group == 0 && pattern.length > 0;
    for (int entry : pattern) {
      fits &= entry >= -1 && entry < group;
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "weight %s: dimension %d of shape %s cannot be rearranged in groups of %d by %s"
              .formatted(name, at, Arrays.toString(shape), group, Arrays.toString(pattern)));
    }
    long[] rearranged = shape.clone();
    rearranged[at] = Math.multiplyExact(shape[at] / group, (long) pattern.length);
    return rearranged;
  }

  static long[] joined(LazyWeight first, List<LazyWeight> others) {
    long[] joined = first.shape();
    for (LazyWeight other : others) {
      long[] shape = other.shape();
      boolean fits = shape.length == joined.length;
      for (int i = 1; fits && i < shape.length; i++) {
        fits = shape[i] == joined[i];
      }
      if (!fits) {
        throw new IllegalArgumentException(
            "weight %s has shape %s, weight %s has %s: they cannot be joined along the first dimension"
                .formatted(
                    first.name(),
                    Arrays.toString(first.shape()),
                    other.name(),
                    Arrays.toString(shape)));
      }
      joined[0] += shape[0];
    }
    return joined;
  }
}
