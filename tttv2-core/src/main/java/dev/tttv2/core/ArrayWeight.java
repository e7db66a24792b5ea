// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/** A weight in a Java array. */
final class ArrayWeight implements LazyWeight {
  private final String name;
  private final float[] values;
  private final long[] shape;

  ArrayWeight(String name, float[] values, long[] shape) {
    this.name = name;
    this.values = values;
    this.shape = shape.clone();
    long volume = WeightShapes.volume(name, shape);
    if (volume != values.length) {
      throw new IllegalArgumentException(
          "weight %s: %d values for shape %s, which has %d"
              .formatted(name, values.length, Arrays.toString(shape), volume));
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long[] shape() {
    return shape.clone();
  }

  @Override
  public Tensor load(Device device, TensorSpec spec, boolean transposed) {
    return load(device, spec, transposed, MeshMapping.REPLICATED);
  }

  @Override
  public Tensor load(Device device, TensorSpec spec, boolean transposed, MeshMapping mapping) {
    WeightShapes.checkLoad(name, shape, spec.whole(mapping, device.target()), transposed);
    try (Arena arena = Arena.ofConfined()) {
      return Tensor.fromHost(
              device,
              spec,
              DataType.FLOAT32,
              arena.allocateFrom(ValueLayout.JAVA_FLOAT, values),
              transposed,
              mapping)
          .named(name);
    }
  }

  @Override
  public LazyWeight rows(long from, long to) {
    WeightShapes.checkRows(name, shape, from, to);
    int row = (int) (values.length / shape[0]);
    long[] part = shape.clone();
    part[0] = to - from;
    return new ArrayWeight(
        "%s[%d:%d]".formatted(name, from, to),
        Arrays.copyOfRange(values, (int) from * row, (int) to * row),
        part);
  }

  @Override
  public LazyWeight rearranged(int dim, int group, int[] pattern) {
    long[] rearranged = WeightShapes.rearranged(name, shape, dim, group, pattern);
    // What lies inside of an entry moves with it.
    int inner = dim == 0 ? (int) (values.length / shape[0]) : 1;
    float[] moved = new float[Math.toIntExact(WeightShapes.volume(name, rearranged))];
    for (int from = 0, to = 0; from < values.length; from += group * inner) {
      for (int entry : pattern) {
        if (entry >= 0) {
          System.arraycopy(values, from + entry * inner, moved, to, inner);
        }
        to += inner;
      }
    }
    return new ArrayWeight(name, moved, rearranged);
  }

  @Override
  public LazyWeight joinedWith(List<LazyWeight> others) {
    if (!others.stream().allMatch(ArrayWeight.class::isInstance)) {
      return new JoinedWeights(this, others);
    }
    long[] joined = WeightShapes.joined(this, others);
    StringBuilder names = new StringBuilder(name);
    float[] all = Arrays.copyOf(values, Math.toIntExact(WeightShapes.volume(name, joined)));
    int at = values.length;
    for (LazyWeight other : others) {
      float[] part = ((ArrayWeight) other).values;
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
      names.append('+').append(other.name());
    }
    return new ArrayWeight(names.toString(), all, joined);
  }
}
