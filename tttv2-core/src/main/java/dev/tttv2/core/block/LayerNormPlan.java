// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.ComputeConfig;
import dev.tttv2.core.DataType;
import dev.tttv2.core.MemoryConfig;
import java.util.Objects;

/**
 * A layer norm, decided in full and checked. Made by {@link LayerNormConfig#resolve}.
 *
 * @param hiddenSize the normalised extent, H
 * @param epsilon what is added to the variance
 * @param weightDtype of weight and bias: BFLOAT16 or FLOAT32
 * @param compute how to compute
 * @param outputMemory where the output lies
 * @param devices over how many devices of a mesh it is shared out
 */
public record LayerNormPlan(
    int hiddenSize,
    float epsilon,
    DataType weightDtype,
    ComputeConfig compute,
    MemoryConfig outputMemory,
    int devices) {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if hiddenSize is not positive, epsilon is negative or
   *     infinite, or weightDtype is neither BFLOAT16 nor FLOAT32
   * @throws NullPointerException if compute or outputMemory is null
   */
  public LayerNormPlan {
    Checks.positive("LayerNorm", "hiddenSize", hiddenSize);
    Checks.epsilon("LayerNorm: epsilon", epsilon);
    Checks.rowMajorFloat("LayerNorm", "weightDtype", weightDtype);
    Objects.requireNonNull(compute, "compute");
    Objects.requireNonNull(outputMemory, "outputMemory");
    TensorParallel.checkShared("LayerNorm", "hiddenSize", hiddenSize, devices);
  }
}
