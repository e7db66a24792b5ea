// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.bench;

import dev.tttv2.core.Device;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import dev.tttv2.core.TensorSpec;
import dev.tttv2.core.Ttnn;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Weights of zeros. Those of one spec are views of one tensor, so that the weights of any number of
 * layers are there at once and take the room of one layer's. For times that do not depend on
 * values.
 */
final class ZeroWeights implements AutoCloseable {
  private final Map<TensorSpec, Tensor> loaded = new HashMap<>();
  private final TensorScope tensors = new TensorScope();

  /** Returns a weight. */
  LazyWeight of(long... shape) {
    return new Zeros(shape);
  }

  private Tensor view(Device device, TensorSpec spec) {
    Tensor whole =
        loaded.computeIfAbsent(spec, wanted -> tensors.add(Tensor.zeros(device, wanted)));
    return Ttnn.reshape(whole, spec.shape());
  }

  @Override
  public void close() {
    tensors.close();
  }

  private final class Zeros implements LazyWeight {
    private final long[] shape;

    Zeros(long[] shape) {
      this.shape = shape;
    }

    @Override
    public String name() {
      return "zeros";
    }

    @Override
    public long[] shape() {
      return shape.clone();
    }

    @Override
    public Tensor load(Device device, TensorSpec spec, boolean transposed) {
      return view(device, spec);
    }

    @Override
    public LazyWeight joinedWith(List<LazyWeight> others) {
      long[] joined = shape();
      for (LazyWeight other : others) {
        joined[0] += other.shape()[0];
      }
      return new Zeros(joined);
    }

    @Override
    public LazyWeight rearranged(int dim, int group, int[] pattern) {
      return new Zeros(LazyWeight.rearrangedShape(name(), shape, dim, group, pattern));
    }
  }
}
