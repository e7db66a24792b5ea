// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import java.util.Arrays;

/** Some rows of a weight, cut out on the device. */
final class WeightRows implements LazyWeight {
  private final LazyWeight whole;
  private final long from;
  private final long to;

  WeightRows(LazyWeight whole, long from, long to) {
    WeightShapes.checkRows(whole.name(), whole.shape(), from, to);
    this.whole = whole;
    this.from = from;
    this.to = to;
  }

  @Override
  public String name() {
    return "%s[%d:%d]".formatted(whole.name(), from, to);
  }

  @Override
  public long[] shape() {
    long[] shape = whole.shape();
    shape[0] = to - from;
    return shape;
  }

  /** Rearranges the whole weight, of whose groups of rows whole ones must have been cut out. */
  @Override
  public LazyWeight rearranged(int dim, int group, int[] pattern) {
    long[] shape = shape();
    WeightShapes.rearranged(name(), shape, dim, group, pattern);
    if (dim != 0 && shape.length > 1) {
      return whole.rearranged(dim, group, pattern).rows(from, to);
    }
    if (from % group != 0 || whole.shape()[0] % group != 0) {
      throw new UnsupportedOperationException(
          "weight %s of shape %s: its rows are cut out on the device and are not whole groups of %d"
              .formatted(name(), Arrays.toString(whole.shape()), group));
    }
    return whole
        .rearranged(0, group, pattern)
        .rows(from / group * pattern.length, to / group * pattern.length);
  }

  @Override
  public Tensor load(Device device, TensorSpec spec, boolean transposed) {
    long[] shape = shape();
    WeightShapes.checkLoad(name(), shape, spec, transposed);
    int dim = transposed ? spec.rank() - 1 : spec.rank() - shape.length;
    if (dim < 0 || spec.dim(dim) != shape[0]) {
      throw new IllegalArgumentException(
          "weight %s is a part and cannot be loaded as %s".formatted(name(), spec));
    }
    long[] extents = spec.shape();
    long[] starts = new long[extents.length];
    long[] ends = extents.clone();
    long[] steps = new long[extents.length];
    Arrays.fill(steps, 1);
    starts[dim] = from;
    ends[dim] = to;
    extents[dim] = whole.shape()[0];
    try (Tensor loaded = whole.load(device, spec.withShape(extents), transposed);
        Tensor cut = Ttnn.slice(loaded, starts, ends, steps, spec.memory())) {
      // Block floats cut inside a tile come out as BFLOAT16.
      return Ttnn.typecast(cut, spec.dtype()).named(name());
    }
  }
}
