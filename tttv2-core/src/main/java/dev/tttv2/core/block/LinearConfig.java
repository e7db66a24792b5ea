// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.ComputeConfig;
import dev.tttv2.core.DataType;
import dev.tttv2.core.DeviceTarget;
import dev.tttv2.core.MemoryConfig;
import java.util.Optional;

/**
 * Wishes for a linear. What is null is left to {@link #resolve}.
 *
 * @param inputSize the input's extent, I
 * @param outputSize the output's extent, O
 * @param bias whether a bias is added; default false
 * @param activation the function of the output, one that matmuls take along; default: none
 * @param weightDtype of the weight; default BFLOAT8_B
 * @param outputDtype of the output; default BFLOAT16
 * @param compute how to compute; default HIFI2
 * @param weightMemory where the weight lies; default DRAM_INTERLEAVED
 * @param outputMemory where the output lies; default DRAM_INTERLEAVED
 */
public record LinearConfig(
    int inputSize,
    int outputSize,
    Boolean bias,
    Activation activation,
    DataType weightDtype,
    DataType outputDtype,
    ComputeConfig compute,
    MemoryConfig weightMemory,
    MemoryConfig outputMemory) {
  /** Returns a builder that wishes for nothing beyond what is required. */
  public static Builder builder(int inputSize, int outputSize) {
    return new Builder(inputSize, outputSize);
  }

  /**
   * Fills in the defaults and checks the result against the hardware.
   *
   * @throws IllegalArgumentException if the numbers do not fit each other or the target
   */
  public LinearPlan resolve(DeviceTarget target) {
    target.requireOneDevice("linear");
    return new LinearPlan(
        inputSize,
        outputSize,
        bias != null ? bias : false,
        Optional.ofNullable(activation),
        weightDtype != null ? weightDtype : DataType.BFLOAT8_B,
        outputDtype != null ? outputDtype : DataType.BFLOAT16,
        compute != null ? compute : ComputeConfig.HIFI2,
        weightMemory != null ? weightMemory : MemoryConfig.DRAM_INTERLEAVED,
        outputMemory != null ? outputMemory : MemoryConfig.DRAM_INTERLEAVED);
  }

  /** Collects wishes. */
  public static final class Builder {
    private final int inputSize;
    private final int outputSize;
    private Boolean bias;
    private Activation activation;
    private DataType weightDtype;
    private DataType outputDtype;
    private ComputeConfig compute;
    private MemoryConfig weightMemory;
    private MemoryConfig outputMemory;

    private Builder(int inputSize, int outputSize) {
      this.inputSize = inputSize;
      this.outputSize = outputSize;
    }

    /** Sets whether a bias is added. */
    public Builder bias(boolean value) {
      bias = value;
      return this;
    }

    /** Sets the function of the output. */
    public Builder activation(Activation value) {
      activation = value;
      return this;
    }

    /** Sets the dtype of the weight. */
    public Builder weightDtype(DataType value) {
      weightDtype = value;
      return this;
    }

    /** Sets the dtype of the output. */
    public Builder outputDtype(DataType value) {
      outputDtype = value;
      return this;
    }

    /** Sets how to compute. */
    public Builder compute(ComputeConfig value) {
      compute = value;
      return this;
    }

    /** Sets where the weight lies. */
    public Builder weightMemory(MemoryConfig value) {
      weightMemory = value;
      return this;
    }

    /** Sets where the output lies. */
    public Builder outputMemory(MemoryConfig value) {
      outputMemory = value;
      return this;
    }

    /** Returns the wishes. */
    public LinearConfig build() {
      return new LinearConfig(
          inputSize,
          outputSize,
          bias,
          activation,
          weightDtype,
          outputDtype,
          compute,
          weightMemory,
          outputMemory);
    }
  }
}
