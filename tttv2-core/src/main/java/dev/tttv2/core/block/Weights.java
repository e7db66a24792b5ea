// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.Layout;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.MemoryConfig;
import dev.tttv2.core.MeshMapping;
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
    return columns(weight, dtype, memory, TensorParallel.ONE);
  }

  /** Loads a projection [out, in] as [in, out], whose columns the devices share. */
  Tensor columns(LazyWeight weight, DataType dtype, MemoryConfig memory, TensorParallel parallel) {
    long[] shape = weight.shape();
    return shared(
        new TensorSpec(dtype, Layout.TILE, memory, shape[1], shape[0] / parallel.devices()),
        weight,
        true,
        parallel.along(-1));
  }

  /** Loads a projection [out, in] as [in, out], whose rows the devices share. */
  Tensor rows(LazyWeight weight, DataType dtype, MemoryConfig memory, TensorParallel parallel) {
    long[] shape = weight.shape();
    return shared(
        new TensorSpec(dtype, Layout.TILE, memory, shape[1] / parallel.devices(), shape[0]),
        weight,
        true,
        parallel.along(-2));
  }

  /** Loads a bias [out], or returns null for null. Biases follow activations, unpacked. */
  Tensor bias(LazyWeight bias, DataType activations) {
    return bias(bias, activations, TensorParallel.ONE);
  }

  /** Loads a bias [out] that the devices share, or returns null for null. */
  Tensor bias(LazyWeight bias, DataType activations, TensorParallel parallel) {
    if (bias == null) {
      return null;
    }
    DataType dtype = activations == DataType.FLOAT32 ? DataType.FLOAT32 : DataType.BFLOAT16;
    long share = bias.shape()[0] / parallel.devices();
    return shared(TensorSpec.tile(dtype, 1, 1, 1, share), bias, false, parallel.along(-1));
  }

  /** Loads a norm's weight or bias, [H]. */
  Tensor norm(LazyWeight weight, DataType dtype) {
    return norm(weight, dtype, TensorParallel.ONE);
  }

  /** Loads a norm's weight or bias, [H], that the devices share. */
  Tensor norm(LazyWeight weight, DataType dtype, TensorParallel parallel) {
    TensorSpec spec = normSpec(dtype, weight.shape()[0] / parallel.devices());
    return shared(spec, weight, false, normMapping(spec, parallel));
  }

  /** How a norm's weight of this spec lies on the devices. */
  static MeshMapping normMapping(TensorSpec spec, TensorParallel parallel) {
    return parallel.along(spec.layout() == Layout.ROW_MAJOR ? -2 : -1);
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

  /** Loads anything that the devices share. */
  Tensor shared(TensorSpec spec, LazyWeight weight, boolean transposed, MeshMapping mapping) {
    return scope.add(weight.load(device, spec, transposed, mapping));
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
