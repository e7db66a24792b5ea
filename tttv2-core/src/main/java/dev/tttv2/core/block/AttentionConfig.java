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
 * @param qkvBias whether q, k and v have biases; default false
 * @param outputBias whether the output projection has a bias; default false
 * @param scale the factor of q k^T; default D^-0.5
 * @param slidingWindow how many keys a query sees, its own position included; 0: all; default 0
 * @param ropeStyle which values form a pair, as in the RoPE block; default HALF
 * @param wqkvDtype of the fused q, k and v weight; default BFLOAT8_B
 * @param woDtype of the output projection's weight; default BFLOAT8_B
 * @param activationDtype of activations: BFLOAT16, or FLOAT32 on the host; default BFLOAT16
 * @param cacheDtype of the KV cache: BFLOAT16, BFLOAT8_B, BFLOAT4_B, or FLOAT32 on the host;
 *     default that of activations
 * @param wqkvCompute how to compute the fused projection; default HIFI2
 * @param prefillCompute how to compute attention in prefill; default HIFI4
 * @param decodeCompute how to compute attention in decode; default HIFI2
 * @param woCompute how to compute the output projection; default HIFI2
 * @param weightMemory where the weights lie; default DRAM_INTERLEAVED
 * @param innerMemory where the interleaved tensors inside lie; default DRAM_INTERLEAVED
 * @param outputMemory where the output lies; default DRAM_INTERLEAVED
 */
public record AttentionConfig(
    int hiddenSize,
    int numHeads,
    int numKvHeads,
    int headDim,
    Boolean qkvBias,
    Boolean outputBias,
    Float scale,
    Integer slidingWindow,
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
  /** Returns a builder that wishes for nothing beyond what is required. */
  public static Builder builder(int hiddenSize, int numHeads, int numKvHeads, int headDim) {
    return new Builder(hiddenSize, numHeads, numKvHeads, headDim);
  }

  /**
   * Fills in the defaults and checks the result against the hardware.
   *
   * @throws IllegalArgumentException if the numbers do not fit each other or the target
   */
  public AttentionPlan resolve(DeviceTarget target) {
    DataType activationDtype =
        this.activationDtype != null ? this.activationDtype : DataType.BFLOAT16;
    AttentionPlan plan =
        new AttentionPlan(
            hiddenSize,
            numHeads,
            numKvHeads,
            headDim,
            qkvBias != null ? qkvBias : false,
            outputBias != null ? outputBias : false,
            scale != null ? scale : (float) (1 / Math.sqrt(headDim)),
            slidingWindow != null ? slidingWindow : 0,
            ropeStyle != null ? ropeStyle : RoPEStyle.HALF,
            wqkvDtype != null ? wqkvDtype : DataType.BFLOAT8_B,
            woDtype != null ? woDtype : DataType.BFLOAT8_B,
            activationDtype,
            cacheDtype != null ? cacheDtype : activationDtype,
            wqkvCompute != null ? wqkvCompute : ComputeConfig.HIFI2,
            prefillCompute != null ? prefillCompute : ComputeConfig.HIFI4,
            decodeCompute != null ? decodeCompute : ComputeConfig.HIFI2,
            woCompute != null ? woCompute : ComputeConfig.HIFI2,
            weightMemory != null ? weightMemory : MemoryConfig.DRAM_INTERLEAVED,
            innerMemory != null ? innerMemory : MemoryConfig.DRAM_INTERLEAVED,
            outputMemory != null ? outputMemory : MemoryConfig.DRAM_INTERLEAVED);
    Checks.headDim("attention", plan.headDim(), plan.ropeStyle(), target);
    target.requireAttentionType("attention: activationDtype", plan.activationDtype());
    target.requireAttentionType("attention: cacheDtype", plan.cacheDtype());
    return plan;
  }

  /** Collects wishes. */
  public static final class Builder {
    private final int hiddenSize;
    private final int numHeads;
    private final int numKvHeads;
    private final int headDim;
    private Boolean qkvBias;
    private Boolean outputBias;
    private Float scale;
    private Integer slidingWindow;
    private RoPEStyle ropeStyle;
    private DataType wqkvDtype;
    private DataType woDtype;
    private DataType activationDtype;
    private DataType cacheDtype;
    private ComputeConfig wqkvCompute;
    private ComputeConfig prefillCompute;
    private ComputeConfig decodeCompute;
    private ComputeConfig woCompute;
    private MemoryConfig weightMemory;
    private MemoryConfig innerMemory;
    private MemoryConfig outputMemory;

    private Builder(int hiddenSize, int numHeads, int numKvHeads, int headDim) {
      this.hiddenSize = hiddenSize;
      this.numHeads = numHeads;
      this.numKvHeads = numKvHeads;
      this.headDim = headDim;
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

    /** Sets the factor of q k^T. */
    public Builder scale(float value) {
      scale = value;
      return this;
    }

    /** Sets how many keys a query sees, its own position included; 0: all. */
    public Builder slidingWindow(int value) {
      slidingWindow = value;
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

    /** Sets how to compute the fused projection. */
    public Builder wqkvCompute(ComputeConfig value) {
      wqkvCompute = value;
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

    /** Sets how to compute the output projection. */
    public Builder woCompute(ComputeConfig value) {
      woCompute = value;
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

    /** Returns the wishes. */
    public AttentionConfig build() {
      return new AttentionConfig(
          hiddenSize,
          numHeads,
          numKvHeads,
          headDim,
          qkvBias,
          outputBias,
          scale,
          slidingWindow,
          ropeStyle,
          wqkvDtype,
          woDtype,
          activationDtype,
          cacheDtype,
          wqkvCompute,
          prefillCompute,
          decodeCompute,
          woCompute,
          weightMemory,
          innerMemory,
          outputMemory);
    }
  }
}
