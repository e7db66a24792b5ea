// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.ComputeConfig;
import dev.tttv2.core.DataType;
import dev.tttv2.core.DeviceTarget;
import dev.tttv2.core.MemoryConfig;

/**
 * Wishes for an MLP. What is null is left to {@link #resolve}.
 *
 * @param hiddenSize the input's and the output's extent, H
 * @param intermediateSize the inner extent, F
 * @param gated whether the inner values are products of a gate and an up projection; default true
 * @param activation the function of the gate, or of the inner values where there is none; default
 *     SILU
 * @param bias whether the products have biases; default false
 * @param gateUpDtype of the gate and up weights (w1 and w3), or of the first weight; default
 *     BFLOAT8_B
 * @param downDtype of the down weight (w2); default BFLOAT8_B
 * @param activationDtype of what the products give; default BFLOAT16
 * @param gateUpCompute how to compute the gate and up products; default HIFI2
 * @param downCompute how to compute the down product; default HIFI2
 * @param weightMemory where the weights lie; default DRAM_INTERLEAVED
 * @param innerMemory where the gate and up products and their product lie; default DRAM_INTERLEAVED
 * @param outputMemory where the output lies; default DRAM_INTERLEAVED
 * @param programs who decides how the cores share the products; default AUTOMATIC
 */
public record MLPConfig(
    int hiddenSize,
    int intermediateSize,
    Boolean gated,
    Activation activation,
    Boolean bias,
    DataType gateUpDtype,
    DataType downDtype,
    DataType activationDtype,
    ComputeConfig gateUpCompute,
    ComputeConfig downCompute,
    MemoryConfig weightMemory,
    MemoryConfig innerMemory,
    MemoryConfig outputMemory,
    ProgramConfigs programs) {
  /** Returns a builder that wishes for nothing beyond what is required. */
  public static Builder builder(int hiddenSize, int intermediateSize) {
    return new Builder(hiddenSize, intermediateSize);
  }

  /**
   * Fills in the defaults and checks the result against the hardware.
   *
   * @throws IllegalArgumentException if the numbers do not fit each other or the target
   */
  public MLPPlan resolve(DeviceTarget target) {
    return new MLPPlan(
        hiddenSize,
        intermediateSize,
        gated != null ? gated : true,
        activation != null ? activation : Activation.SILU,
        bias != null ? bias : false,
        gateUpDtype != null ? gateUpDtype : DataType.BFLOAT8_B,
        downDtype != null ? downDtype : DataType.BFLOAT8_B,
        activationDtype != null ? activationDtype : DataType.BFLOAT16,
        gateUpCompute != null ? gateUpCompute : ComputeConfig.HIFI2,
        downCompute != null ? downCompute : ComputeConfig.HIFI2,
        weightMemory != null ? weightMemory : MemoryConfig.DRAM_INTERLEAVED,
        innerMemory != null ? innerMemory : MemoryConfig.DRAM_INTERLEAVED,
        outputMemory != null ? outputMemory : MemoryConfig.DRAM_INTERLEAVED,
        programs != null ? programs : ProgramConfigs.AUTOMATIC,
        target.tensorParallel());
  }

  /** Collects wishes. */
  public static final class Builder {
    private final int hiddenSize;
    private final int intermediateSize;
    private Boolean gated;
    private Activation activation;
    private Boolean bias;
    private DataType gateUpDtype;
    private DataType downDtype;
    private DataType activationDtype;
    private ComputeConfig gateUpCompute;
    private ComputeConfig downCompute;
    private MemoryConfig weightMemory;
    private MemoryConfig innerMemory;
    private MemoryConfig outputMemory;
    private ProgramConfigs programs;

    private Builder(int hiddenSize, int intermediateSize) {
      this.hiddenSize = hiddenSize;
      this.intermediateSize = intermediateSize;
    }

    /** Sets whether the inner values are products of a gate and an up projection. */
    public Builder gated(boolean value) {
      gated = value;
      return this;
    }

    /** Sets the function of the gate, or of the inner values where there is none. */
    public Builder activation(Activation value) {
      activation = value;
      return this;
    }

    /** Sets whether the products have biases. */
    public Builder bias(boolean value) {
      bias = value;
      return this;
    }

    /** Sets the dtype of the gate and up weights (w1 and w3), or of the first weight. */
    public Builder gateUpDtype(DataType value) {
      gateUpDtype = value;
      return this;
    }

    /** Sets the dtype of the down weight (w2). */
    public Builder downDtype(DataType value) {
      downDtype = value;
      return this;
    }

    /** Sets the dtype of what the products give. */
    public Builder activationDtype(DataType value) {
      activationDtype = value;
      return this;
    }

    /** Sets how to compute the gate and up products. */
    public Builder gateUpCompute(ComputeConfig value) {
      gateUpCompute = value;
      return this;
    }

    /** Sets how to compute the down product. */
    public Builder downCompute(ComputeConfig value) {
      downCompute = value;
      return this;
    }

    /** Sets where the weights lie. */
    public Builder weightMemory(MemoryConfig value) {
      weightMemory = value;
      return this;
    }

    /** Sets where the gate and up products and their product lie. */
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
    public MLPConfig build() {
      return new MLPConfig(
          hiddenSize,
          intermediateSize,
          gated,
          activation,
          bias,
          gateUpDtype,
          downDtype,
          activationDtype,
          gateUpCompute,
          downCompute,
          weightMemory,
          innerMemory,
          outputMemory,
          programs);
    }
  }
}
