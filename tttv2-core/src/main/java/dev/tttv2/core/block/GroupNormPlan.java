// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.ComputeConfig;
import dev.tttv2.core.DataType;
import dev.tttv2.core.MemoryConfig;
import java.util.Objects;

/**
 * A group norm, decided in full and checked. Made by {@link GroupNormConfig#resolve}.
 *
 * @param numChannels channels, C
 * @param numGroups groups of neighbouring channels that are normalised together, G; divides C
 * @param epsilon what is added to the variance
 * @param weightDtype of weight and bias: BFLOAT16 or FLOAT32
 * @param compute how to compute
 * @param outputMemory where the output lies
 */
public record GroupNormPlan(
    int numChannels,
    int numGroups,
    float epsilon,
    DataType weightDtype,
    ComputeConfig compute,
    MemoryConfig outputMemory) {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if a number of channels or groups is not positive, numChannels
   *     is no multiple of numGroups, epsilon is negative or infinite, or weightDtype is neither
   *     BFLOAT16 nor FLOAT32
   * @throws NullPointerException if compute or outputMemory is null
   */
  public GroupNormPlan {
    Checks.positive("GroupNorm", "numChannels", numChannels);
    Checks.positive("GroupNorm", "numGroups", numGroups);
    if (numChannels % numGroups != 0) {
      throw new IllegalArgumentException(
          "GroupNorm: numChannels is %d, expected a multiple of numGroups %d"
              .formatted(numChannels, numGroups));
    }
    Checks.epsilon("GroupNorm: epsilon", epsilon);
    Checks.rowMajorFloat("GroupNorm", "weightDtype", weightDtype);
    Objects.requireNonNull(compute, "compute");
    Objects.requireNonNull(outputMemory, "outputMemory");
  }
}
