// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.ComputeConfig;
import dev.tttv2.core.DataType;
import dev.tttv2.core.MemoryConfig;
import java.util.Objects;

/**
 * Cross attention, decided in full and checked. Made by {@link CrossAttentionConfig#resolve}.
 *
 * @param hiddenSize the input's and the output's extent, H
 * @param contextSize the extent of what is attended to, HC
 * @param numHeads query heads, NH
 * @param numKvHeads key and value heads, KV
 * @param headDim the extent of a head, D
 * @param qkvBias whether q, k and v have biases
 * @param outputBias whether the output projection has a bias
 * @param scale the factor of q k^T
 * @param weightDtype of the weights
 * @param activationDtype of activations: BFLOAT16, or FLOAT32 on the host
 * @param linearCompute how to compute the projections
 * @param sdpaCompute how to compute attention
 * @param weightMemory where the weights lie
 * @param outputMemory where the output and the tensors inside lie
 * @param paddedHeadDim the extent of a head on the device, where padding fills its tiles
 */
public record CrossAttentionPlan(
    int hiddenSize,
    int contextSize,
    int numHeads,
    int numKvHeads,
    int headDim,
    boolean qkvBias,
    boolean outputBias,
    float scale,
    DataType weightDtype,
    DataType activationDtype,
    ComputeConfig linearCompute,
    ComputeConfig sdpaCompute,
    MemoryConfig weightMemory,
    MemoryConfig outputMemory,
    int paddedHeadDim) {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if a size or the scale is not positive, numHeads is no
   *     multiple of numKvHeads, or a dtype is none that its tensor can have; gives the numbers
   * @throws NullPointerException if weightDtype, or a compute or memory config is null
   */
  public CrossAttentionPlan {
    Checks.positive("cross attention", "hiddenSize", hiddenSize);
    Checks.positive("cross attention", "contextSize", contextSize);
    Checks.positive("cross attention", "numHeads", numHeads);
    Checks.positive("cross attention", "numKvHeads", numKvHeads);
    Checks.positive("cross attention", "headDim", headDim);
    if (numHeads % numKvHeads != 0) {
      throw new IllegalArgumentException(
          "cross attention: numHeads is %d, expected a multiple of numKvHeads %d"
              .formatted(numHeads, numKvHeads));
    }
    Checks.positive("cross attention", "scale", scale);
    Checks.floating("cross attention", "weightDtype", weightDtype);
    Checks.rowMajorFloat("cross attention", "activationDtype", activationDtype);
    Objects.requireNonNull(linearCompute, "linearCompute");
    Objects.requireNonNull(sdpaCompute, "sdpaCompute");
    Objects.requireNonNull(weightMemory, "weightMemory");
    Objects.requireNonNull(outputMemory, "outputMemory");
  }

  HeadLayout layout() {
    return new HeadLayout(headDim, 0, RoPEStyle.HALF, paddedHeadDim);
  }
}
