// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.ComputeConfig;
import dev.tttv2.core.DataType;
import dev.tttv2.core.MemoryConfig;
import java.util.Objects;

/**
 * A mixture of experts, decided in full and checked. Made by {@link
 * MixtureOfExpertsConfig#resolve}.
 *
 * @param hiddenSize the input's and the output's extent, H
 * @param expertSize the inner extent of an expert, F
 * @param numExperts experts, E
 * @param expertsPerToken how many of them a token is given to, K
 * @param normalized whether the chosen experts' shares are divided by their sum
 * @param routedScale the factor of the shares
 * @param activation the function of the gate
 * @param routerDtype of the router's weight
 * @param gateUpDtype of the experts' gate and up weights
 * @param downDtype of the experts' down weights
 * @param activationDtype of what the products give
 * @param routerCompute how to compute the router's logits
 * @param gateUpCompute how to compute the gate and up products
 * @param downCompute how to compute the down product
 * @param weightMemory where the weights lie
 * @param outputMemory where the output lies
 * @param groupSize how many tokens are given to experts together: 1, or the rows of a tile where a
 *     product of one row costs as much as of them all
 * @param devices over how many devices of a mesh it is shared out
 */
public record MixtureOfExpertsPlan(
    int hiddenSize,
    int expertSize,
    int numExperts,
    int expertsPerToken,
    boolean normalized,
    float routedScale,
    Activation activation,
    DataType routerDtype,
    DataType gateUpDtype,
    DataType downDtype,
    DataType activationDtype,
    ComputeConfig routerCompute,
    ComputeConfig gateUpCompute,
    ComputeConfig downCompute,
    MemoryConfig weightMemory,
    MemoryConfig outputMemory,
    int groupSize,
    int devices) {
  private static final int TILE = 32;
  private static final long PART_VALUES = 1 << 24;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if a number is not positive, expertsPerToken is more than
   *     numExperts, or a dtype is none that its tensor can have; gives the numbers
   * @throws NullPointerException if activation, the dtype of a weight, or a compute or memory
   *     config is null
   */
  public MixtureOfExpertsPlan {
    Checks.positive("mixture of experts", "hiddenSize", hiddenSize);
    Checks.positive("mixture of experts", "expertSize", expertSize);
    Checks.positive("mixture of experts", "numExperts", numExperts);
    if (expertsPerToken < 1 || expertsPerToken > numExperts) {
      throw new IllegalArgumentException(
          "mixture of experts: expertsPerToken is %d, expected 1 to numExperts %d"
              .formatted(expertsPerToken, numExperts));
    }
    Checks.positive("mixture of experts", "routedScale", routedScale);
    Objects.requireNonNull(activation, "activation");
    Checks.floating("mixture of experts", "routerDtype", routerDtype);
    Checks.floating("mixture of experts", "gateUpDtype", gateUpDtype);
    Checks.floating("mixture of experts", "downDtype", downDtype);
    Checks.rowMajorFloat("mixture of experts", "activationDtype", activationDtype);
    Objects.requireNonNull(routerCompute, "routerCompute");
    Objects.requireNonNull(gateUpCompute, "gateUpCompute");
    Objects.requireNonNull(downCompute, "downCompute");
    Objects.requireNonNull(weightMemory, "weightMemory");
    Objects.requireNonNull(outputMemory, "outputMemory");
    Checks.positive("mixture of experts", "groupSize", groupSize);
    TensorParallel.checkShared("mixture of experts", "hiddenSize", hiddenSize, devices);
    TensorParallel.checkShared("mixture of experts", "expertSize", expertSize, devices);
  }

  /**
   * Returns the rows of a prompt that are taken at once, whole tiles: of more, what all experts
   * give would be over 16 million values.
   */
  public int partRows() {
    long perRow = (long) numExperts * Math.max(expertSize, hiddenSize);
    return (int) Math.max(1, PART_VALUES / perRow / TILE) * TILE;
  }
}
