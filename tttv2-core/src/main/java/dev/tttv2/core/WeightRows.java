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
