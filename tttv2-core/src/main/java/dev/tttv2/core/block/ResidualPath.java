// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.BinaryArgs;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.Ttnn;

/** Runs a sublayer in the way that a {@link Residual} says; chosen when a block is made. */
interface ResidualPath {
  /** The sublayer: attention of one step, or the MLP. */
  interface SubLayer {
    Tensor apply(Tensor x);
  }

  /**
   * Returns the residual stream behind the sublayer; x stays the caller's.
   *
   * @param x [.., H], TILE
   */
  Tensor apply(Tensor x, SubLayer f);

  /** Adds what a sublayer gives to the residual stream, scaled or not. */
  interface Sum {
    Tensor of(Tensor x, Tensor y);
  }

  /** Makes the sum of a plan. */
  static Sum sum(TransformerBlockPlan plan) {
    BinaryArgs args =
        BinaryArgs.builder().dtype(plan.residualDtype()).memory(plan.residualMemory()).build();
    float scale = plan.residualScale();
    if (scale == 1) {
      return (x, y) -> Ttnn.add(x, y, args);
    }
    return (x, y) -> {
      try (Tensor scaled = Ttnn.multiply(y, scale)) {
        return Ttnn.add(x, scaled, args);
      }
    };
  }

  /** Chooses the way. */
  static ResidualPath of(Residual residual, Sum sum, float scale) {
    return switch (residual) {
      case Residual.PreNorm(Block norm) ->
          (x, f) -> {
            try (Tensor normed = norm.forward(x);
                Tensor y = f.apply(normed)) {
              return sum.of(x, y);
            }
          };
      case Residual.PostNorm(Norm norm) -> {
        if (scale != 1) {
          throw new IllegalArgumentException(
              "transformer block: residualScale is %s, expected 1 where the sum is normalised"
                  .formatted(scale));
        }
        yield (x, f) -> {
          try (Tensor y = f.apply(x)) {
            return norm.forward(y, x);
          }
        };
      }
      case Residual.OutputNorm(Block norm) ->
          (x, f) -> {
            try (Tensor y = f.apply(x);
                Tensor normed = norm.forward(y)) {
              return sum.of(x, normed);
            }
          };
      case Residual.Sandwich(Block input, Block output) ->
          (x, f) -> {
            try (Tensor before = input.forward(x);
                Tensor y = f.apply(before);
                Tensor after = output.forward(y)) {
              return sum.of(x, after);
            }
          };
    };
  }
}
