// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.ComputeConfig;
import dev.tttv2.core.DataType;
import dev.tttv2.core.MemoryConfig;
import java.util.Objects;
import java.util.Optional;

/**
 * A linear, decided in full and checked. Made by {@link LinearConfig#resolve}.
 *
 * @param inputSize the input's extent, I
 * @param outputSize the output's extent, O
 * @param bias whether a bias is added
 * @param activation the function of the output, one that matmuls take along
 * @param weightDtype of the weight
 * @param outputDtype of the output
 * @param compute how to compute
 * @param weightMemory where the weight lies
 * @param outputMemory where the output lies
 */
public record LinearPlan(
    int inputSize,
    int outputSize,
    boolean bias,
    Optional<Activation> activation,
    DataType weightDtype,
    DataType outputDtype,
    ComputeConfig compute,
    MemoryConfig weightMemory,
    MemoryConfig outputMemory) {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if a size is not positive, the activation cannot be fused to
   *     the product, or a dtype is an integer type or FLOAT16
   * @throws NullPointerException if activation, a dtype, or a compute or memory config is null
   */
  public LinearPlan {
    Checks.positive("linear", "inputSize", inputSize);
    Checks.positive("linear", "outputSize", outputSize);
    activation.ifPresent(
        function -> {
          if (function.fused().isEmpty()) {
            throw new IllegalArgumentException(
                "linear: activation is %s, which no matmul takes along".formatted(function));
          }
        });
    Checks.floating("linear", "weightDtype", weightDtype);
    Checks.floating("linear", "outputDtype", outputDtype);
    Objects.requireNonNull(compute, "compute");
    Objects.requireNonNull(weightMemory, "weightMemory");
    Objects.requireNonNull(outputMemory, "outputMemory");
  }
}
