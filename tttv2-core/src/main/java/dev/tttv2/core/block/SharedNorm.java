// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.ComputeConfig;
import dev.tttv2.core.DataType;
import dev.tttv2.core.NormArgs;
import dev.tttv2.core.OpArgs;
import dev.tttv2.core.Tensor;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** A norm of columns that the devices of a mesh share. */
final class SharedNorm {
  private SharedNorm() {}

  /** The second part of the norm. */
  interface Second {
    Tensor apply(Tensor x, Tensor stats, NormArgs args);
  }

  /** Puts the two parts together. */
  static UnaryOperator<Tensor> of(
      BiFunction<Tensor, OpArgs, Tensor> first,
      Second second,
      TensorParallel parallel,
      ComputeConfig compute,
      NormArgs args) {
    // Sums of many squares lose too much in 16 bits, and are few.
    OpArgs sums = OpArgs.builder().dtype(DataType.FLOAT32).compute(compute).build();
    UnaryOperator<Tensor> gather = parallel.gather(null);
    return x -> {
      try (Tensor own = first.apply(x, sums);
          Tensor stats = gather.apply(own)) {
        return second.apply(x, stats, args);
      }
    };
  }
}
