// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.ComputeConfig;
import dev.tttv2.core.DataType;
import dev.tttv2.core.MemoryConfig;
import java.util.Objects;

/**
 * An MLP, decided in full and checked. Made by {@link MLPConfig#resolve}.
 *
 * @param hiddenSize the input's and the output's extent, H
 * @param intermediateSize the inner extent, F
 * @param gated whether the inner values are products of a gate and an up projection
 * @param activation the function of the gate, or of the inner values where there is none
 * @param bias whether the products have biases
 * @param gateUpDtype of the gate and up weights (w1 and w3), or of the first weight
 * @param downDtype of the down weight (w2)
 * @param activationDtype of what the products give
 * @param gateUpCompute how to compute the gate and up products
 * @param downCompute how to compute the down product
 * @param weightMemory where the weights lie
 * @param innerMemory where the gate and up products and their product lie
 * @param outputMemory where the output lies
 * @param programs who decides how the cores share the products
 * @param devices over how many devices of a mesh it is shared out
 */
public record MLPPlan(
    int hiddenSize,
    int intermediateSize,
    boolean gated,
    Activation activation,
    boolean bias,
    DataType gateUpDtype,
    DataType downDtype,
    DataType activationDtype,
    ComputeConfig gateUpCompute,
    ComputeConfig downCompute,
    MemoryConfig weightMemory,
    MemoryConfig innerMemory,
    MemoryConfig outputMemory,
    ProgramConfigs programs,
    int devices) {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if a size is not positive, or a dtype is an integer type or
   *     FLOAT16
   * @throws NullPointerException if activation, a dtype, or a compute or memory config is null
   */
  public MLPPlan {
    Checks.positive("MLP", "hiddenSize", hiddenSize);
    Checks.positive("MLP", "intermediateSize", intermediateSize);
    Objects.requireNonNull(activation, "activation");
    Checks.floating("MLP", "gateUpDtype", gateUpDtype);
    Checks.floating("MLP", "downDtype", downDtype);
    Checks.floating("MLP", "activationDtype", activationDtype);
    Objects.requireNonNull(gateUpCompute, "gateUpCompute");
    Objects.requireNonNull(downCompute, "downCompute");
    Objects.requireNonNull(weightMemory, "weightMemory");
    Objects.requireNonNull(innerMemory, "innerMemory");
    Objects.requireNonNull(outputMemory, "outputMemory");
    Objects.requireNonNull(programs, "programs");
    TensorParallel.checkShared("MLP", "hiddenSize", hiddenSize, devices);
  }
}
