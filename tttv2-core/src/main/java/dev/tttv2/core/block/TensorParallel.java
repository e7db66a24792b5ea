// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.BinaryArgs;
import dev.tttv2.core.CollectiveArgs;
import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.DeviceTarget;
import dev.tttv2.core.MatmulArgs;
import dev.tttv2.core.MemoryConfig;
import dev.tttv2.core.MeshMapping;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.Ttnn;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * How blocks share their work out over the devices of a mesh, which are counted row by row.
 *
 * <p>The residual stream is shared out: each device has H / devices columns. A block gathers what
 * it needs whole, shares the columns of its first weights and the rows of its last, and adds the
 * partial results up, of which each device keeps its columns. On one device nothing of this
 * happens.
 *
 * <p>On a mesh of several rows and columns, what is gathered is so within each row, then within
 * each column; sums are taken and scattered the other way round.
 *
 * @param rows of devices
 * @param cols of devices
 */
record TensorParallel(int rows, int cols) {
  /** What is not shared out. */
  static final TensorParallel ONE = new TensorParallel(1, 1);

  /**
   * Returns how a block shares its work out.
   *
   * @param device that the block is loaded to
   * @param devices as its plan says
   * @throws IllegalArgumentException if the plan is for another number of devices
   */
  static TensorParallel of(Device device, int devices) {
    if (devices == 1) {
      return ONE;
    }
    DeviceTarget target = device.target();
    if (target.tensorParallel() != devices) {
      throw new IllegalArgumentException(
          "a plan for %d devices, but the device is a mesh of %d x %d"
              .formatted(devices, target.meshRows(), target.meshCols()));
    }
    return new TensorParallel(target.meshRows(), target.meshCols());
  }

  /** Returns how many devices there are. */
  int devices() {
    return rows * cols;
  }

  /** Tells whether there are several devices. */
  boolean isShared() {
    return devices() > 1;
  }

  /** Returns each device's part of an extent that must divide. */
  int share(String block, String field, int extent) {
    checkShared(block, field, extent, devices());
    return extent / devices();
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
    return Math.ceilDiv(extent, devices());
  }

  /** The order that pads an extent with zeros so that it divides. */
  int[] padding(int extent) {
    int[] pattern = new int[paddedShare(extent) * devices()];
    Arrays.setAll(pattern, i -> i < extent ? i : -1);
    return pattern;
  }

  /** Shares a dimension of a weight out. */
  MeshMapping along(int dim) {
    return isShared() ? MeshMapping.shard(dim) : MeshMapping.REPLICATED;
  }

  /** Joins the columns of all devices, which stay the caller's. */
  UnaryOperator<Tensor> gather(MemoryConfig memory) {
    CollectiveArgs.Builder args = CollectiveArgs.builder().memory(memory);
    return rows == 1 || cols == 1
        ? gather(args)
        : both(gather(args.alongRows()), gather(args.alongColumns()));
  }

  private static UnaryOperator<Tensor> gather(CollectiveArgs.Builder builder) {
    CollectiveArgs args = builder.build();
    return x -> Ttnn.allGather(x, -1, args);
  }

  /** Adds up what all devices have, of which each keeps its columns; x stays the caller's. */
  private UnaryOperator<Tensor> scatter(MemoryConfig memory) {
    CollectiveArgs.Builder args = CollectiveArgs.builder().memory(memory);
    return rows == 1 || cols == 1
        ? scatter(args)
        : both(scatter(args.alongColumns()), scatter(args.alongRows()));
  }

  private static UnaryOperator<Tensor> scatter(CollectiveArgs.Builder builder) {
    CollectiveArgs args = builder.build();
    return x -> Ttnn.reduceScatter(x, -1, args);
  }

  private static UnaryOperator<Tensor> both(
      UnaryOperator<Tensor> first, UnaryOperator<Tensor> second) {
    return x -> {
      try (Tensor between = first.apply(x)) {
        return second.apply(between);
      }
    };
  }

  /** Gives a function the whole of x, of which each device has some columns. */
  UnaryOperator<Tensor> gathered(MemoryConfig memory, UnaryOperator<Tensor> function) {
    if (!isShared()) {
      return function;
    }
    UnaryOperator<Tensor> gather = gather(memory);
    return x -> {
      try (Tensor whole = gather.apply(x)) {
        return function.apply(whole);
      }
    };
  }

  /** Joins the columns of all devices; takes them over. */
  UnaryOperator<Tensor> joined(MemoryConfig memory) {
    if (!isShared()) {
      return UnaryOperator.identity();
    }
    return taking(gather(memory));
  }

  /** Adds up what the devices have, of which each keeps its columns; takes it over. */
  UnaryOperator<Tensor> summed(MemoryConfig memory) {
    if (!isShared()) {
      return UnaryOperator.identity();
    }
    return taking(scatter(memory));
  }

  private static UnaryOperator<Tensor> taking(UnaryOperator<Tensor> collective) {
    return x -> {
      try (x) {
        return collective.apply(x);
      }
    };
  }

  /**
   * The linear of a weight whose rows are shared out.
   *
   * @param programs who decides how cores share it
   * @param args of the linear, without a bias
   * @param bias of each device's columns, or null; its owner keeps it
   */
  UnaryOperator<Tensor> rowParallel(
      ProgramConfigs programs,
      Tensor weight,
      Supplier<MatmulArgs.Builder> args,
      Tensor bias,
      DataType dtype,
      MemoryConfig memory) {
    if (!isShared()) {
      return Projection.of(programs, weight, args.get().bias(bias).build());
    }
    UnaryOperator<Tensor> plain = Projection.of(programs, weight, args.get().build());
    UnaryOperator<Tensor> summed = summed(memory);
    if (bias == null) {
      return x -> summed.apply(plain.apply(x));
    }
    BinaryArgs sum = BinaryArgs.builder().dtype(dtype).memory(memory).build();
    return x -> {
      try (Tensor y = summed.apply(plain.apply(x))) {
        return Ttnn.add(y, bias, sum);
      }
    };
  }
}
