// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.BinaryArgs;
import dev.tttv2.core.CollectiveArgs;
import dev.tttv2.core.DataType;
import dev.tttv2.core.MatmulArgs;
import dev.tttv2.core.MemoryConfig;
import dev.tttv2.core.MeshMapping;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.Ttnn;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * How blocks share their work out over the devices of a mesh.
 *
 * <p>The residual stream is shared out: each device has H / devices columns. A block gathers what
 * it needs whole, shares the columns of its first weights and the rows of its last, and adds the
 * partial results up, of which each device keeps its columns. On one device nothing of this
 * happens.
 *
 * @param devices how many, at least 1
 */
record TensorParallel(int devices) {
  /** Checks that there is a device. */
  TensorParallel {
    Checks.positive("tensor parallel", "devices", devices);
  }

  /** Tells whether there are several devices. */
  boolean isShared() {
    return devices > 1;
  }

  /** Returns each device's part of an extent that must divide. */
  int share(String block, String field, int extent) {
    checkShared(block, field, extent, devices);
    return extent / devices;
  }

  /** Refuses an extent that does not divide. */
  static void checkShared(String block, String field, int extent, int devices) {
    Checks.positive(block, "devices", devices);
    if (extent % devices != 0) {
      throw new IllegalArgumentException(
          "%s: %s is %d, which %d devices cannot share out evenly"
              .formatted(block, field, extent, devices));
    }
  }

  /** Returns each device's part of an extent that may be padded. */
  int paddedShare(int extent) {
    return Math.ceilDiv(extent, devices);
  }

  /** The order that pads an extent with zeros so that it divides. */
  int[] padding(int extent) {
    int[] pattern = new int[paddedShare(extent) * devices];
    Arrays.setAll(pattern, i -> i < extent ? i : -1);
    return pattern;
  }

  /** Shares a dimension of a weight out. */
  MeshMapping along(int dim) {
    return isShared() ? MeshMapping.shard(dim) : MeshMapping.REPLICATED;
  }

  /** Gives a function the whole of x, of which each device has some columns. */
  UnaryOperator<Tensor> gathered(MemoryConfig memory, UnaryOperator<Tensor> function) {
    if (!isShared()) {
      return function;
    }
    CollectiveArgs args = collective(memory);
    return x -> {
      try (Tensor whole = Ttnn.allGather(x, -1, args)) {
        return function.apply(whole);
      }
    };
  }

  /** Joins the columns of all devices; takes them over. */
  UnaryOperator<Tensor> joined(MemoryConfig memory) {
    if (!isShared()) {
      return UnaryOperator.identity();
    }
    CollectiveArgs args = collective(memory);
    return x -> {
      try (x) {
        return Ttnn.allGather(x, -1, args);
      }
    };
  }

  /** Adds up what the devices have, of which each keeps its columns; takes it over. */
  UnaryOperator<Tensor> summed(MemoryConfig memory) {
    if (!isShared()) {
      return UnaryOperator.identity();
    }
    CollectiveArgs args = collective(memory);
    return x -> {
      try (x) {
        return Ttnn.reduceScatter(x, -1, args);
      }
    };
  }

  /**
   * The linear of a weight whose rows are shared out.
   *
   * @param args of the linear, without a bias
   * @param bias of each device's columns, or null; its owner keeps it
   */
  UnaryOperator<Tensor> rowParallel(
      Tensor weight,
      Supplier<MatmulArgs.Builder> args,
      Tensor bias,
      DataType dtype,
      MemoryConfig memory) {
    if (!isShared()) {
      MatmulArgs fused = args.get().bias(bias).build();
      return x -> Ttnn.linear(x, weight, fused);
    }
    MatmulArgs plain = args.get().build();
    UnaryOperator<Tensor> summed = summed(memory);
    if (bias == null) {
      return x -> summed.apply(Ttnn.linear(x, weight, plain));
    }
    BinaryArgs sum = BinaryArgs.builder().dtype(dtype).memory(memory).build();
    return x -> {
      try (Tensor y = summed.apply(Ttnn.linear(x, weight, plain))) {
        return Ttnn.add(y, bias, sum);
      }
    };
  }

  private static CollectiveArgs collective(MemoryConfig memory) {
    return CollectiveArgs.builder().memory(memory).build();
  }
}
