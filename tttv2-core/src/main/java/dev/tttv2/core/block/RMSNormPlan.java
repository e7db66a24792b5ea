// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.ComputeConfig;
import dev.tttv2.core.DataType;
import dev.tttv2.core.MemoryConfig;
import java.util.Objects;

/**
 * An RMS norm, decided in full and checked. Made by {@link RMSNormConfig#resolve}.
 *
 * @param hiddenSize the normalised extent, H
 * @param epsilon what is added to the mean square
 * @param unitOffset whether the weight is stored less one, as Gemma does
 * @param weightDtype of the weight: BFLOAT16 or FLOAT32
 * @param compute how to compute
 * @param outputMemory where the output lies
 * @param devices over how many devices of a mesh it is shared out
 */
public record RMSNormPlan(
    int hiddenSize,
    float epsilon,
    boolean unitOffset,
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
  public RMSNormPlan {
    Checks.positive("RMSNorm", "hiddenSize", hiddenSize);
    Checks.epsilon("RMSNorm: epsilon", epsilon);
    Checks.rowMajorFloat("RMSNorm", "weightDtype", weightDtype);
    Objects.requireNonNull(compute, "compute");
    Objects.requireNonNull(outputMemory, "outputMemory");
    TensorParallel.checkShared("RMSNorm", "hiddenSize", hiddenSize, devices);
  }
}
