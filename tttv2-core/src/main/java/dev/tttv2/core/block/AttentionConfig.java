// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.ComputeConfig;
import dev.tttv2.core.DataType;
import dev.tttv2.core.DeviceTarget;
import dev.tttv2.core.MemoryConfig;

/**
 * Wishes for attention. What is null is left to {@link #resolve}.
 *
 * @param hiddenSize the input's and the output's extent, H
 * @param numHeads query heads, NH
 * @param numKvHeads key and value heads, KV: NH for multi-head, 1 for multi-query attention
 * @param headDim the extent of a head, D
 * @param rotaryDim how many values of a head, the first ones, are rotated; 0: none; default headDim
 * @param qkvBias whether q, k and v have biases; default false
 * @param outputBias whether the output projection has a bias; default false
 * @param qkNorm whether queries and keys are normalised before they are rotated; default NONE
 * @param qkNormEpsilon what that norm adds to the mean square; default 1e-6f
 * @param qkNormUnitOffset whether its weights are stored less one; default false
 * @param causal whether a query sees no later keys where no mask says what it sees; default true
 * @param scale the factor of q k^T; default D^-0.5
 * @param logitSoftcap the bound c of the scores, c tanh(score / c), on the host alone; 0: none;
 *     default 0
 * @param slidingWindow where no mask says what a query sees: how many keys, its own position
 *     included, or where attention is not causal, those at most slidingWindow / 2 positions away;
 *     0: all; default 0
 * @param sinks whether each head has one more logit, without a value; default false
 * @param ropeStyle which values form a pair, as in the RoPE block; default HALF
 * @param wqkvDtype of the fused q, k and v weight; default BFLOAT8_B
 * @param woDtype of the output projection's weight; default BFLOAT8_B
 * @param normDtype of the weights of the norm of queries and keys: BFLOAT16 or FLOAT32; default
 *     BFLOAT16
 * @param activationDtype of activations: BFLOAT16, or FLOAT32 on the host; default BFLOAT16
 * @param cacheDtype of the KV cache: BFLOAT16, BFLOAT8_B, BFLOAT4_B, or FLOAT32 on the host;
 *     default that of activations
 * @param wqkvPrefillCompute how to compute the fused projection in prefill; default HIFI2
 * @param wqkvDecodeCompute how to compute the fused projection in decode; default HIFI2
 * @param prefillCompute how to compute attention in prefill; default HIFI4
 * @param decodeCompute how to compute attention in decode; default HIFI2
 * @param woPrefillCompute how to compute the output projection in prefill; default HIFI2
 * @param woDecodeCompute how to compute the output projection in decode; default HIFI2
 * @param normCompute how to compute the norm of queries and keys; default HIFI4
 * @param prefillChunk how many queries and keys a core takes at a time in prefill, at most; default
 *     256, or what fits into L1
 * @param weightMemory where the weights lie; default DRAM_INTERLEAVED
 * @param innerMemory where the interleaved tensors inside lie; default DRAM_INTERLEAVED
 * @param outputMemory where the output lies; default DRAM_INTERLEAVED
 * @param programs who decides how the cores share the products; default AUTOMATIC
 */
public record AttentionConfig(
    int hiddenSize,
    int numHeads,
    int numKvHeads,
    int headDim,
    Integer rotaryDim,
    Boolean qkvBias,
    Boolean outputBias,
    QkNorm qkNorm,
    Float qkNormEpsilon,
    Boolean qkNormUnitOffset,
    Boolean causal,
    Float scale,
    Float logitSoftcap,
    Integer slidingWindow,
    Boolean sinks,
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
    Integer prefillChunk,
    MemoryConfig weightMemory,
    MemoryConfig innerMemory,
    MemoryConfig outputMemory,
    ProgramConfigs programs) {
  /** Returns a builder that wishes for nothing beyond what is required. */
  public static Builder builder(int hiddenSize, int numHeads, int numKvHeads, int headDim) {
    return new Builder(hiddenSize, numHeads, numKvHeads, headDim);
  }

  /**
   * Fills in the defaults and checks the result against the hardware.
   *
   * @throws IllegalArgumentException if the numbers do not fit each other or the target, or scores
   *     are to be capped by a target that cannot
   */
  public AttentionPlan resolve(DeviceTarget target) {
    DataType activations = activationDtype != null ? activationDtype : DataType.BFLOAT16;
    RoPEStyle style = ropeStyle != null ? ropeStyle : RoPEStyle.HALF;
    int rotated = rotaryDim != null ? rotaryDim : headDim;
    Checks.rotaryDim("attention", rotated, headDim);
    HeadLayout layout = HeadLayout.of(headDim, rotated, style, target);
    AttentionPlan plan =
        new AttentionPlan(
            hiddenSize,
            numHeads,
            numKvHeads,
            headDim,
            rotated,
            qkvBias != null ? qkvBias : false,
            outputBias != null ? outputBias : false,
            qkNorm != null ? qkNorm : QkNorm.NONE,
            qkNormEpsilon != null ? qkNormEpsilon : 1e-6f,
            qkNormUnitOffset != null ? qkNormUnitOffset : false,
            causal != null ? causal : true,
            scale != null ? scale : (float) (1 / Math.sqrt(headDim)),
            logitSoftcap != null ? logitSoftcap : 0f,
            slidingWindow != null ? slidingWindow : 0,
            sinks != null ? sinks : false,
            style,
            wqkvDtype != null ? wqkvDtype : DataType.BFLOAT8_B,
            woDtype != null ? woDtype : DataType.BFLOAT8_B,
            normDtype != null ? normDtype : DataType.BFLOAT16,
            activations,
            cacheDtype != null ? cacheDtype : activations,
            wqkvPrefillCompute != null ? wqkvPrefillCompute : ComputeConfig.HIFI2,
            wqkvDecodeCompute != null ? wqkvDecodeCompute : ComputeConfig.HIFI2,
            prefillCompute != null ? prefillCompute : ComputeConfig.HIFI4,
            decodeCompute != null ? decodeCompute : ComputeConfig.HIFI2,
            woPrefillCompute != null ? woPrefillCompute : ComputeConfig.HIFI2,
            woDecodeCompute != null ? woDecodeCompute : ComputeConfig.HIFI2,
            normCompute != null ? normCompute : ComputeConfig.HIFI4,
            prefillChunk != null
                ? prefillChunk
                : PrefillChunks.most(layout.paddedDim(), activations),
            weightMemory != null ? weightMemory : MemoryConfig.DRAM_INTERLEAVED,
            innerMemory != null ? innerMemory : MemoryConfig.DRAM_INTERLEAVED,
            outputMemory != null ? outputMemory : MemoryConfig.DRAM_INTERLEAVED,
            programs != null ? programs : ProgramConfigs.AUTOMATIC,
            layout.paddedDim(),
            target.gridX(),
            target.gridY(),
            target.tensorParallel());
    target.requireAttentionType("attention: activationDtype", plan.activationDtype());
    target.requireAttentionType("attention: cacheDtype", plan.cacheDtype());
    if (plan.logitSoftcap() != 0) {
      target.requireExtendedAttention("attention: logitSoftcap " + plan.logitSoftcap());
    }
    return plan;
  }

  /** Collects wishes. */
  public static final class Builder {
    private final int hiddenSize;
    private final int numHeads;
    private final int numKvHeads;
    private final int headDim;
    private Integer rotaryDim;
    private Boolean qkvBias;
    private Boolean outputBias;
    private QkNorm qkNorm;
    private Float qkNormEpsilon;
    private Boolean qkNormUnitOffset;
    private Boolean causal;
    private Float scale;
    private Float logitSoftcap;
    private Integer slidingWindow;
    private Boolean sinks;
    private RoPEStyle ropeStyle;
    private DataType wqkvDtype;
    private DataType woDtype;
    private DataType normDtype;
    private DataType activationDtype;
    private DataType cacheDtype;
    private ComputeConfig wqkvPrefillCompute;
    private ComputeConfig wqkvDecodeCompute;
    private ComputeConfig prefillCompute;
    private ComputeConfig decodeCompute;
    private ComputeConfig woPrefillCompute;
    private ComputeConfig woDecodeCompute;
    private ComputeConfig normCompute;
    private Integer prefillChunk;
    private MemoryConfig weightMemory;
    private MemoryConfig innerMemory;
    private MemoryConfig outputMemory;
    private ProgramConfigs programs;

    private Builder(int hiddenSize, int numHeads, int numKvHeads, int headDim) {
      this.hiddenSize = hiddenSize;
      this.numHeads = numHeads;
      this.numKvHeads = numKvHeads;
      this.headDim = headDim;
    }

    /** Sets how many values of a head, the first ones, are rotated; 0: none. */
    public Builder rotaryDim(int value) {
      rotaryDim = value;
      return this;
    }

    /** Sets whether q, k and v have biases. */
    public Builder qkvBias(boolean value) {
      qkvBias = value;
      return this;
    }

    /** Sets whether the output projection has a bias. */
    public Builder outputBias(boolean value) {
      outputBias = value;
      return this;
    }

    /** Sets whether queries and keys are normalised before they are rotated. */
    public Builder qkNorm(QkNorm value) {
      qkNorm = value;
      return this;
    }

    /** Sets what that norm adds to the mean square. */
    public Builder qkNormEpsilon(float value) {
      qkNormEpsilon = value;
      return this;
    }

    /** Sets whether its weights are stored less one. */
    public Builder qkNormUnitOffset(boolean value) {
      qkNormUnitOffset = value;
      return this;
    }

    /** Sets whether a query sees no later keys where no mask says what it sees. */
    public Builder causal(boolean value) {
      causal = value;
      return this;
    }

    /** Sets the factor of q k^T. */
    public Builder scale(float value) {
      scale = value;
      return this;
    }

    /** Sets the bound c of the scores, c tanh(score / c); 0: none. */
    public Builder logitSoftcap(float value) {
      logitSoftcap = value;
      return this;
    }

    /**
     * Sets how many keys a query sees where no mask says so, its own position included; where
     * attention is not causal, it sees those at most value / 2 positions away; 0: all.
     */
    public Builder slidingWindow(int value) {
      slidingWindow = value;
      return this;
    }

    /** Sets whether each head has one more logit, without a value. */
    public Builder sinks(boolean value) {
      sinks = value;
      return this;
    }

    /** Sets which values form a pair, as in the RoPE block. */
    public Builder ropeStyle(RoPEStyle value) {
      ropeStyle = value;
      return this;
    }

    /** Sets the dtype of the fused q, k and v weight. */
    public Builder wqkvDtype(DataType value) {
      wqkvDtype = value;
      return this;
    }

    /** Sets the dtype of the output projection's weight. */
    public Builder woDtype(DataType value) {
      woDtype = value;
      return this;
    }

    /** Sets the dtype of the weights of the norm of queries and keys: BFLOAT16 or FLOAT32. */
    public Builder normDtype(DataType value) {
      normDtype = value;
      return this;
    }

    /** Sets the dtype of activations: BFLOAT16, or FLOAT32 on the host. */
    public Builder activationDtype(DataType value) {
      activationDtype = value;
      return this;
    }

    /** Sets the dtype of the KV cache: BFLOAT16, BFLOAT8_B, BFLOAT4_B, or FLOAT32 on the host. */
    public Builder cacheDtype(DataType value) {
      cacheDtype = value;
      return this;
    }

    /** Sets how to compute the fused projection in prefill. */
    public Builder wqkvPrefillCompute(ComputeConfig value) {
      wqkvPrefillCompute = value;
      return this;
    }

    /** Sets how to compute the fused projection in decode. */
    public Builder wqkvDecodeCompute(ComputeConfig value) {
      wqkvDecodeCompute = value;
      return this;
    }

    /** Sets how to compute attention in prefill. */
    public Builder prefillCompute(ComputeConfig value) {
      prefillCompute = value;
      return this;
    }

    /** Sets how to compute attention in decode. */
    public Builder decodeCompute(ComputeConfig value) {
      decodeCompute = value;
      return this;
    }

    /** Sets how to compute the output projection in prefill. */
    public Builder woPrefillCompute(ComputeConfig value) {
      woPrefillCompute = value;
      return this;
    }

    /** Sets how to compute the output projection in decode. */
    public Builder woDecodeCompute(ComputeConfig value) {
      woDecodeCompute = value;
      return this;
    }

    /** Sets how to compute the norm of queries and keys. */
    public Builder normCompute(ComputeConfig value) {
      normCompute = value;
      return this;
    }

    /**
     * Sets how many queries and keys a core takes at a time in prefill, at most: a power of two
     * from 32 on, or 0: TTNN's choice.
     */
    public Builder prefillChunk(int value) {
      prefillChunk = value;
      return this;
    }

    /** Sets where the weights lie. */
    public Builder weightMemory(MemoryConfig value) {
      weightMemory = value;
      return this;
    }

    /** Sets where the interleaved tensors inside lie. */
    public Builder innerMemory(MemoryConfig value) {
      innerMemory = value;
      return this;
    }

    /** Sets where the output lies. */
    public Builder outputMemory(MemoryConfig value) {
      outputMemory = value;
      return this;
    }

    /** Sets who decides how the cores share the products. */
    public Builder programs(ProgramConfigs value) {
      programs = value;
      return this;
    }

    /** Returns the wishes. */
    public AttentionConfig build() {
      return new AttentionConfig(
          hiddenSize,
          numHeads,
          numKvHeads,
          headDim,
          rotaryDim,
          qkvBias,
          outputBias,
          qkNorm,
          qkNormEpsilon,
          qkNormUnitOffset,
          causal,
          scale,
          logitSoftcap,
          slidingWindow,
          sinks,
          ropeStyle,
          wqkvDtype,
          woDtype,
          normDtype,
          activationDtype,
          cacheDtype,
          wqkvPrefillCompute,
          wqkvDecodeCompute,
          prefillCompute,
          decodeCompute,
          woPrefillCompute,
          woDecodeCompute,
          normCompute,
          prefillChunk,
          weightMemory,
          innerMemory,
          outputMemory,
          programs);
    }
  }
}
