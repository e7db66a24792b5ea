// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.ComputeConfig;
import dev.tttv2.core.DataType;
import dev.tttv2.core.DeviceTarget;
import dev.tttv2.core.MemoryConfig;

/**
 * Wishes for a layer norm. What is null is left to {@link #resolve}.
 *
 * @param hiddenSize the normalised extent, H
 * @param epsilon what is added to the variance; default 1e-5f
 * @param weightDtype of weight and bias: BFLOAT16 or FLOAT32; default BFLOAT16
 * @param compute how to compute; default HIFI4
 * @param outputMemory where the output lies; default DRAM_INTERLEAVED
 */
public record LayerNormConfig(
    int hiddenSize,
    Float epsilon,
    DataType weightDtype,
    ComputeConfig compute,
    MemoryConfig outputMemory) {
  /** Returns a builder that wishes for nothing beyond what is required. */
  public static Builder builder(int hiddenSize) {
    return new Builder(hiddenSize);
  }

  /**
   * Fills in the defaults and checks the result against the hardware.
   *
   * @throws IllegalArgumentException if the numbers do not fit each other or the target
   */
  public LayerNormPlan resolve(DeviceTarget target) {
    return new LayerNormPlan(
        hiddenSize,
        epsilon != null ? epsilon : 1e-5f,
        weightDtype != null ? weightDtype : DataType.BFLOAT16,
        compute != null ? compute : ComputeConfig.HIFI4,
        outputMemory != null ? outputMemory : MemoryConfig.DRAM_INTERLEAVED,
        target.tensorParallel());
  }

  /** Collects wishes. */
  public static final class Builder {
    private final int hiddenSize;
    private Float epsilon;
    private DataType weightDtype;
    private ComputeConfig compute;
    private MemoryConfig outputMemory;

    private Builder(int hiddenSize) {
      this.hiddenSize = hiddenSize;
    }

    /** Sets what is added to the variance. */
    public Builder epsilon(float value) {
      epsilon = value;
      return this;
    }

    /** Sets the dtype of weight and bias: BFLOAT16 or FLOAT32. */
    public Builder weightDtype(DataType value) {
      weightDtype = value;
      return this;
    }

    /** Sets how to compute. */
    public Builder compute(ComputeConfig value) {
      compute = value;
      return this;
    }

    /** Sets where the output lies. */
    public Builder outputMemory(MemoryConfig value) {
      outputMemory = value;
      return this;
    }

    /** Returns the wishes. */
    public LayerNormConfig build() {
      return new LayerNormConfig(hiddenSize, epsilon, weightDtype, compute, outputMemory);
    }
  }
}
