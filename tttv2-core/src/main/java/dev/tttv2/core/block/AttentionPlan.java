// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.ComputeConfig;
import dev.tttv2.core.DataType;
import dev.tttv2.core.MemoryConfig;
import java.util.Objects;

/**
 * Attention, decided in full and checked. Made by {@link AttentionConfig#resolve}.
 *
 * @param hiddenSize the input's and the output's extent, H
 * @param numHeads query heads, NH
 * @param numKvHeads key and value heads, KV: NH for multi-head, 1 for multi-query attention
 * @param headDim the extent of a head, D
 * @param qkvBias whether q, k and v have biases
 * @param outputBias whether the output projection has a bias
 * @param scale the factor of q k^T
 * @param slidingWindow how many keys a query sees, its own position included; 0: all
 * @param ropeStyle which values form a pair, as in the RoPE block
 * @param wqkvDtype of the fused q, k and v weight
 * @param woDtype of the output projection's weight
 * @param activationDtype of activations: BFLOAT16, or FLOAT32 on the host
 * @param cacheDtype of the KV cache: BFLOAT16, BFLOAT8_B, BFLOAT4_B, or FLOAT32 on the host
 * @param wqkvCompute how to compute the fused projection
 * @param prefillCompute how to compute attention in prefill
 * @param decodeCompute how to compute attention in decode
 * @param woCompute how to compute the output projection
 * @param weightMemory where the weights lie
 * @param innerMemory where the interleaved tensors inside lie
 * @param outputMemory where the output lies
 */
public record AttentionPlan(
    int hiddenSize,
    int numHeads,
    int numKvHeads,
    int headDim,
    boolean qkvBias,
    boolean outputBias,
    float scale,
    int slidingWindow,
    RoPEStyle ropeStyle,
    DataType wqkvDtype,
    DataType woDtype,
    DataType activationDtype,
    DataType cacheDtype,
    ComputeConfig wqkvCompute,
    ComputeConfig prefillCompute,
    ComputeConfig decodeCompute,
    ComputeConfig woCompute,
    MemoryConfig weightMemory,
    MemoryConfig innerMemory,
    MemoryConfig outputMemory) {
  /** Checks the numbers. */
  public AttentionPlan {
    Checks.positive("attention", "hiddenSize", hiddenSize);
    Checks.positive("attention", "numHeads", numHeads);
    Checks.positive("attention", "numKvHeads", numKvHeads);
    Checks.positive("attention", "headDim", headDim);
    if (numHeads % numKvHeads != 0) {
      throw new IllegalArgumentException(
          "attention: numHeads is %d, expected a multiple of numKvHeads %d"
              .formatted(numHeads, numKvHeads));
    }
    if (!(scale > 0) || Float.isInfinite(scale)) {
      throw new IllegalArgumentException(
          "attention: scale is %s, expected more than 0".formatted(scale));
    }
    if (slidingWindow < 0) {
      throw new IllegalArgumentException(
          "attention: slidingWindow is %d, expected 0 (none) or more".formatted(slidingWindow));
    }
    Objects.requireNonNull(ropeStyle, "ropeStyle");
    Checks.floating("attention", "wqkvDtype", wqkvDtype);
    Checks.floating("attention", "woDtype", woDtype);
    Checks.floating("attention", "cacheDtype", cacheDtype);
    Checks.rowMajorFloat("attention", "activationDtype", activationDtype);
    Objects.requireNonNull(wqkvCompute, "wqkvCompute");
    Objects.requireNonNull(prefillCompute, "prefillCompute");
    Objects.requireNonNull(decodeCompute, "decodeCompute");
    Objects.requireNonNull(woCompute, "woCompute");
    Objects.requireNonNull(weightMemory, "weightMemory");
    Objects.requireNonNull(innerMemory, "innerMemory");
    Objects.requireNonNull(outputMemory, "outputMemory");
  }

  /** Returns the columns of the fused projection: (NH + 2 KV) D. */
  public int qkvSize() {
    return (numHeads + 2 * numKvHeads) * headDim;
  }

  /** Returns the columns of the joined heads: NH D. */
  public int headsSize() {
    return numHeads * headDim;
  }
}
