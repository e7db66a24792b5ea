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
 * @param rotaryDim how many values of a head, the first ones, are rotated; 0: none
 * @param qkvBias whether q, k and v have biases
 * @param outputBias whether the output projection has a bias
 * @param qkNorm whether queries and keys are normalised before they are rotated
 * @param qkNormEpsilon what that norm adds to the mean square
 * @param qkNormUnitOffset whether its weights are stored less one
 * @param causal whether a query sees no later keys where no mask says what it sees
 * @param scale the factor of q k^T
 * @param logitSoftcap the bound c of the scores, c tanh(score / c), on the host alone; 0: none
 * @param slidingWindow where no mask says what a query sees: how many keys, its own position
 *     included, or where attention is not causal, those at most slidingWindow / 2 positions away;
 *     0: all
 * @param sinks whether each head has one more logit, without a value
 * @param ropeStyle which values form a pair, as in the RoPE block
 * @param wqkvDtype of the fused q, k and v weight
 * @param woDtype of the output projection's weight
 * @param normDtype of the weights of the norm of queries and keys: BFLOAT16 or FLOAT32
 * @param activationDtype of activations: BFLOAT16, or FLOAT32 on the host
 * @param cacheDtype of the KV cache: BFLOAT16, BFLOAT8_B, BFLOAT4_B, or FLOAT32 on the host
 * @param wqkvPrefillCompute how to compute the fused projection in prefill
 * @param wqkvDecodeCompute how to compute the fused projection in decode
 * @param prefillCompute how to compute attention in prefill
 * @param decodeCompute how to compute attention in decode
 * @param woPrefillCompute how to compute the output projection in prefill
 * @param woDecodeCompute how to compute the output projection in decode
 * @param normCompute how to compute the norm of queries and keys
 * @param prefillChunk how many queries and keys a core takes at a time in prefill, at most; 0:
 *     TTNN's choice
 * @param weightMemory where the weights lie
 * @param innerMemory where the interleaved tensors inside lie
 * @param outputMemory where the output lies
 * @param programs who decides how the cores share the products
 * @param paddedHeadDim the extent of a head on the device, where padding fills its tiles; it is
 *     what the cache holds
 * @param gridX columns of cores, for the shards of decode
 * @param gridY rows of cores, likewise
 * @param devices over how many devices of a mesh it is shared out
 */
public record AttentionPlan(
    int hiddenSize,
    int numHeads,
    int numKvHeads,
    int headDim,
    int rotaryDim,
    boolean qkvBias,
    boolean outputBias,
    QkNorm qkNorm,
    float qkNormEpsilon,
    boolean qkNormUnitOffset,
    boolean causal,
    float scale,
    float logitSoftcap,
    int slidingWindow,
    boolean sinks,
    RoPEStyle ropeStyle,
    DataType wqkvDtype,
    DataType woDtype,
    DataType normDtype,
    DataType activationDtype,
    DataType cacheDtype,
    ComputeConfig wqkvPrefillCompute,
    ComputeConfig wqkvDecodeCompute,
    ComputeConfig prefillCompute,
    ComputeConfig decodeCompute,
    ComputeConfig woPrefillCompute,
    ComputeConfig woDecodeCompute,
    ComputeConfig normCompute,
    int prefillChunk,
    MemoryConfig weightMemory,
    MemoryConfig innerMemory,
    MemoryConfig outputMemory,
    ProgramConfigs programs,
    int paddedHeadDim,
    int gridX,
    int gridY,
    int devices) {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if a size or the scale is not positive, numHeads is no
   *     multiple of numKvHeads, rotaryDim is odd, negative or above headDim, qkNormEpsilon,
   *     logitSoftcap or slidingWindow is negative, prefillChunk is neither 0 nor a power of two
   *     from 32 on, paddedHeadDim is less than headDim, or a dtype is none that its tensor can
   *     have; gives the numbers
   * @throws NullPointerException if qkNorm, ropeStyle, a dtype of a weight or of the cache, or a
   *     compute or memory config is null
   */
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
    Checks.rotaryDim("attention", rotaryDim, headDim);
    Objects.requireNonNull(qkNorm, "qkNorm");
    Checks.epsilon("attention: qkNormEpsilon", qkNormEpsilon);
    Checks.positive("attention", "scale", scale);
    Checks.softcap("attention: logitSoftcap", logitSoftcap);
    if (slidingWindow < 0) {
      throw new IllegalArgumentException(
          "attention: slidingWindow is %d, expected 0 (none) or more".formatted(slidingWindow));
    }
    Objects.requireNonNull(ropeStyle, "ropeStyle");
    Checks.floating("attention", "wqkvDtype", wqkvDtype);
    Checks.floating("attention", "woDtype", woDtype);
    Checks.floating("attention", "cacheDtype", cacheDtype);
    Checks.rowMajorFloat("attention", "normDtype", normDtype);
    Checks.rowMajorFloat("attention", "activationDtype", activationDtype);
    Objects.requireNonNull(wqkvPrefillCompute, "wqkvPrefillCompute");
    Objects.requireNonNull(wqkvDecodeCompute, "wqkvDecodeCompute");
    Objects.requireNonNull(prefillCompute, "prefillCompute");
    Objects.requireNonNull(decodeCompute, "decodeCompute");
    Objects.requireNonNull(woPrefillCompute, "woPrefillCompute");
    Objects.requireNonNull(woDecodeCompute, "woDecodeCompute");
    Objects.requireNonNull(normCompute, "normCompute");
    PrefillChunks.check(prefillChunk);
    Objects.requireNonNull(weightMemory, "weightMemory");
    Objects.requireNonNull(innerMemory, "innerMemory");
    Objects.requireNonNull(outputMemory, "outputMemory");
    Objects.requireNonNull(programs, "programs");
    TensorParallel.checkShared("attention", "hiddenSize", hiddenSize, devices);
    if (paddedHeadDim < headDim) {
      throw new IllegalArgumentException(
          "attention: paddedHeadDim is %d, expected headDim %d or more"
              .formatted(paddedHeadDim, headDim));
    }
  }

  /** Returns the query heads of each device: NH on one. */
  public int deviceHeads() {
    return shares().heads();
  }

  /** Returns the key and value heads of each device: KV on one. */
  public int deviceKvHeads() {
    return shares().kvHeads();
  }

  /**
   * Returns the columns of the fused projection on each device: (NH + 2 KV) paddedHeadDim on one.
   */
  public int qkvSize() {
    return (deviceHeads() + 2 * deviceKvHeads()) * paddedHeadDim;
  }

  /** Returns the columns of the joined heads on each device: NH paddedHeadDim on one. */
  public int headsSize() {
    return deviceHeads() * paddedHeadDim;
  }

  /**
   * Returns how many queries and keys a core takes at a time in prefill; 0: TTNN's choice.
   *
   * @param start the position of the first query
   * @param length how many queries there are, in all texts together
   */
  public int prefillChunk(int start, long length) {
    return PrefillChunks.of(this, start, length);
  }

  HeadShares shares() {
    return new HeadShares(numHeads, numKvHeads, devices);
  }

  HeadLayout layout() {
    return new HeadLayout(headDim, rotaryDim, ropeStyle, paddedHeadDim);
  }
}
