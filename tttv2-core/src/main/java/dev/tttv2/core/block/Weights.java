// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.Layout;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.MemoryConfig;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import dev.tttv2.core.TensorSpec;

/** A block's weights on their way to the device. What was loaded is freed if the rest fails. */
final class Weights implements AutoCloseable {
  private static final int TILE = 32;

  private final TensorScope scope = new TensorScope();
  private final Device device;
  private boolean kept;

  Weights(Device device) {
    this.device = device;
  }

  /** Loads a projection [out, in] as [in, out]. */
  Tensor projection(LazyWeight weight, DataType dtype, MemoryConfig memory) {
    long[] shape = weight.shape();
    TensorSpec spec = new TensorSpec(dtype, Layout.TILE, memory, shape[1], shape[0]);
    return scope.add(weight.load(device, spec, true));
  }

  /** Loads a bias [out], or returns null for null. Biases follow activations, unpacked. */
  Tensor bias(LazyWeight bias, DataType activations) {
    if (bias == null) {
      return null;
    }
    DataType dtype = activations == DataType.FLOAT32 ? DataType.FLOAT32 : DataType.BFLOAT16;
    return scope.add(bias.load(device, TensorSpec.tile(dtype, 1, 1, 1, bias.shape()[0]), false));
  }

  /** Loads a norm's weight or bias, [H]. */
  Tensor norm(LazyWeight weight, DataType dtype) {
    return as(normSpec(dtype, weight.shape()[0]), weight);
  }

  /** A tile's width of weights in each row where H allows it: TTNN then reads no padding. */
  static TensorSpec normSpec(DataType dtype, long size) {
    return size % TILE == 0
        ? TensorSpec.rowMajor(dtype, 1, 1, size / TILE, TILE)
        : TensorSpec.tile(dtype, 1, 1, 1, size);
  }

  /** Loads anything as it is. */
  Tensor as(TensorSpec spec, LazyWeight weight) {
    return scope.add(weight.load(device, spec, false));
  }

  /** Takes over a tensor that was made of a weight. */
  Tensor add(Tensor tensor) {
    return scope.add(tensor);
  }

  Device device() {
    return device;
  }

  /** Returns the scope that now belongs to the block. */
  TensorScope keep() {
    kept = true;
    return scope;
  }

  @Override
  public void close() {
    if (!kept) {
      scope.close();
    }
  }
}
