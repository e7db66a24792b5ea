// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.ComputeConfig;
import dev.tttv2.core.DataType;
import dev.tttv2.core.DeviceTarget;
import dev.tttv2.core.MemoryConfig;

/**
 * Wishes for cross attention. What is null is left to {@link #resolve}.
 *
 * @param hiddenSize the input's and the output's extent, H
 * @param contextSize the extent of what is attended to, HC
 * @param numHeads query heads, NH
 * @param numKvHeads key and value heads, KV
 * @param headDim the extent of a head, D
 * @param qkvBias whether q, k and v have biases; default false
 * @param outputBias whether the output projection has a bias; default false
 * @param scale the factor of q k^T; default D^-0.5
 * @param weightDtype of the weights; default BFLOAT8_B
 * @param activationDtype of activations: BFLOAT16, or FLOAT32 on the host; default BFLOAT16
 * @param linearCompute how to compute the projections; default HIFI2
 * @param sdpaCompute how to compute attention; default HIFI4
 * @param weightMemory where the weights lie; default DRAM_INTERLEAVED
 * @param outputMemory where the output and the tensors inside lie; default DRAM_INTERLEAVED
 */
public record CrossAttentionConfig(
    int hiddenSize,
    int contextSize,
    int numHeads,
    int numKvHeads,
    int headDim,
    Boolean qkvBias,
    Boolean outputBias,
    Float scale,
    DataType weightDtype,
    DataType activationDtype,
    ComputeConfig linearCompute,
    ComputeConfig sdpaCompute,
    MemoryConfig weightMemory,
    MemoryConfig outputMemory) {
  /** Returns a builder that wishes for nothing beyond what is required. */
  public static Builder builder(
      int hiddenSize, int contextSize, int numHeads, int numKvHeads, int headDim) {
    return new Builder(hiddenSize, contextSize, numHeads, numKvHeads, headDim);
  }

  /**
   * Fills in the defaults and checks the result against the hardware.
   *
   * @throws IllegalArgumentException if the numbers do not fit each other or the target
   */
  public CrossAttentionPlan resolve(DeviceTarget target) {
    target.requireOneDevice("cross attention");
    CrossAttentionPlan plan =
        new CrossAttentionPlan(
            hiddenSize,
            contextSize,
            numHeads,
            numKvHeads,
            headDim,
            qkvBias != null ? qkvBias : false,
            outputBias != null ? outputBias : false,
            scale != null ? scale : (float) (1 / Math.sqrt(headDim)),
            weightDtype != null ? weightDtype : DataType.BFLOAT8_B,
            activationDtype != null ? activationDtype : DataType.BFLOAT16,
            linearCompute != null ? linearCompute : ComputeConfig.HIFI2,
            sdpaCompute != null ? sdpaCompute : ComputeConfig.HIFI4,
            weightMemory != null ? weightMemory : MemoryConfig.DRAM_INTERLEAVED,
            outputMemory != null ? outputMemory : MemoryConfig.DRAM_INTERLEAVED,
            HeadLayout.of(headDim, 0, RoPEStyle.HALF, target).paddedDim());
    target.requireAttentionType("cross attention: activationDtype", plan.activationDtype());
    return plan;
  }

  /** Collects wishes. */
  public static final class Builder {
    private final int hiddenSize;
    private final int contextSize;
    private final int numHeads;
    private final int numKvHeads;
    private final int headDim;
    private Boolean qkvBias;
    private Boolean outputBias;
    private Float scale;
    private DataType weightDtype;
    private DataType activationDtype;
    private ComputeConfig linearCompute;
    private ComputeConfig sdpaCompute;
    private MemoryConfig weightMemory;
    private MemoryConfig outputMemory;

    private Builder(int hiddenSize, int contextSize, int numHeads, int numKvHeads, int headDim) {
      this.hiddenSize = hiddenSize;
      this.contextSize = contextSize;
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

    /** Sets the dtype of the weights. */
    public Builder weightDtype(DataType value) {
      weightDtype = value;
      return this;
    }

    /** Sets the dtype of activations: BFLOAT16, or FLOAT32 on the host. */
    public Builder activationDtype(DataType value) {
      activationDtype = value;
      return this;
    }

    /** Sets how to compute the projections. */
    public Builder linearCompute(ComputeConfig value) {
      linearCompute = value;
      return this;
    }

    /** Sets how to compute attention. */
    public Builder sdpaCompute(ComputeConfig value) {
      sdpaCompute = value;
      return this;
    }

    /** Sets where the weights lie. */
    public Builder weightMemory(MemoryConfig value) {
      weightMemory = value;
      return this;
    }

    /** Sets where the output and the tensors inside lie. */
    public Builder outputMemory(MemoryConfig value) {
      outputMemory = value;
      return this;
    }

    /** Returns the wishes. */
    public CrossAttentionConfig build() {
      return new CrossAttentionConfig(
          hiddenSize,
          contextSize,
          numHeads,
          numKvHeads,
          headDim,
          qkvBias,
          outputBias,
          scale,
          weightDtype,
          activationDtype,
          linearCompute,
          sdpaCompute,
          weightMemory,
          outputMemory);
    }
  }
}
