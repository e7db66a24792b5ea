// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Weights that are joined on the device, each loaded by itself. */
final class JoinedWeights implements LazyWeight {
  private final List<LazyWeight> parts;
  private final long[] shape;

  JoinedWeights(LazyWeight first, List<LazyWeight> others) {
    shape = WeightShapes.joined(first, others);
    parts = new ArrayList<>(others.size() + 1);
    parts.add(first);
    parts.addAll(others);
  }

  @Override
  public String name() {
    return parts.stream().map(LazyWeight::name).collect(Collectors.joining("+"));
  }

  @Override
  public long[] shape() {
    return shape.clone();
  }

  @Override
  public Tensor load(Device device, TensorSpec spec, boolean transposed) {
    WeightShapes.checkLoad(name(), shape, spec, transposed);
    int dim = joinDimension(spec, transposed);
    List<Tensor> tensors = new ArrayList<>(parts.size());
    device.lock().lock(); // another thread's capture would record the joining
    try (TensorScope scope = new TensorScope()) {
      for (LazyWeight part : parts) {
        long[] extents = spec.shape();
        extents[dim] = part.shape()[0];
        tensors.add(scope.add(part.load(device, spec.withShape(extents), transposed)));
      }
      return Ttnn.concat(tensors, dim, spec.memory()).named(name());
    } finally {
      device.lock().unlock();
    }
  }

  /** Rearranges each part by itself, which groups of rows must not reach across. */
  @Override
  public LazyWeight rearranged(int dim, int group, int[] pattern) {
    WeightShapes.rearranged(name(), shape, dim, group, pattern);
    boolean byRows = dim == 0 || shape.length == 1;
    for (LazyWeight part : parts) {
      long rows = part.shape()[0];
      if (byRows && rows % group != 0) {
        throw new UnsupportedOperationException(
            "weight %s: groups of %d rows reach across part %s of %d rows, which is joined on the device"
                .formatted(name(), group, part.name(), rows));
      }
    }
    List<LazyWeight> moved =
        parts.stream().map(part -> part.rearranged(dim, group, pattern)).toList();
    return LazyWeight.concat(moved);
  }

  /** Rows become columns in a transposed weight; a vector may have got leading ones. */
  private int joinDimension(TensorSpec spec, boolean transposed) {
    int dim = transposed ? spec.rank() - 1 : spec.rank() - shape.length;
    if (dim < 0 || spec.dim(dim) != shape[0]) {
      throw new IllegalArgumentException(
          "weight %s is joined from %d parts and cannot be loaded as %s"
              .formatted(name(), parts.size(), spec));
    }
    return dim;
  }
}
