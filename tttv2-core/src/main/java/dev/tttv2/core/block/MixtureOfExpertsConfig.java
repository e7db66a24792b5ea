// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.ComputeConfig;
import dev.tttv2.core.DataType;
import dev.tttv2.core.DeviceTarget;
import dev.tttv2.core.MemoryConfig;

/**
 * Wishes for a mixture of experts. What is null is left to {@link #resolve}.
 *
 * @param hiddenSize the input's and the output's extent, H
 * @param expertSize the inner extent of an expert, F
 * @param numExperts experts, E
 * @param expertsPerToken how many of them a token is given to, K
 * @param normalized whether the chosen experts' shares are divided by their sum; default true
 * @param routedScale the factor of the shares; default 1
 * @param activation the function of the gate; default SILU
 * @param routerDtype of the router's weight; default BFLOAT16
 * @param gateUpDtype of the experts' gate and up weights; default BFLOAT8_B
 * @param downDtype of the experts' down weights; default BFLOAT8_B
 * @param activationDtype of what the products give; default BFLOAT16
 * @param routerCompute how to compute the router's logits; default HIFI4
 * @param gateUpCompute how to compute the gate and up products; default HIFI2
 * @param downCompute how to compute the down product; default HIFI2
 * @param weightMemory where the weights lie; default DRAM_INTERLEAVED
 * @param outputMemory where the output lies; default DRAM_INTERLEAVED
 */
public record MixtureOfExpertsConfig(
    int hiddenSize,
    int expertSize,
    int numExperts,
    int expertsPerToken,
    Boolean normalized,
    Float routedScale,
    Activation activation,
    DataType routerDtype,
    DataType gateUpDtype,
    DataType downDtype,
    DataType activationDtype,
    ComputeConfig routerCompute,
    ComputeConfig gateUpCompute,
    ComputeConfig downCompute,
    MemoryConfig weightMemory,
    MemoryConfig outputMemory) {
  /** Returns a builder that wishes for nothing beyond what is required. */
  public static Builder builder(
      int hiddenSize, int expertSize, int numExperts, int expertsPerToken) {
    return new Builder(hiddenSize, expertSize, numExperts, expertsPerToken);
  }

  /**
   * Fills in the defaults and checks the result against the hardware.
   *
   * @throws IllegalArgumentException if the numbers do not fit each other or the target
   */
  public MixtureOfExpertsPlan resolve(DeviceTarget target) {
    return new MixtureOfExpertsPlan(
        hiddenSize,
        expertSize,
        numExperts,
        expertsPerToken,
        normalized != null ? normalized : true,
        routedScale != null ? routedScale : 1f,
        activation != null ? activation : Activation.SILU,
        routerDtype != null ? routerDtype : DataType.BFLOAT16,
        gateUpDtype != null ? gateUpDtype : DataType.BFLOAT8_B,
        downDtype != null ? downDtype : DataType.BFLOAT8_B,
        activationDtype != null ? activationDtype : DataType.BFLOAT16,
        routerCompute != null ? routerCompute : ComputeConfig.HIFI4,
        gateUpCompute != null ? gateUpCompute : ComputeConfig.HIFI2,
        downCompute != null ? downCompute : ComputeConfig.HIFI2,
        weightMemory != null ? weightMemory : MemoryConfig.DRAM_INTERLEAVED,
        outputMemory != null ? outputMemory : MemoryConfig.DRAM_INTERLEAVED,
        target.headDimMultiple(),
        target.tensorParallel());
  }

  /** Collects wishes. */
  public static final class Builder {
    private final int hiddenSize;
    private final int expertSize;
    private final int numExperts;
    private final int expertsPerToken;
    private Boolean normalized;
    private Float routedScale;
    private Activation activation;
    private DataType routerDtype;
    private DataType gateUpDtype;
    private DataType downDtype;
    private DataType activationDtype;
    private ComputeConfig routerCompute;
    private ComputeConfig gateUpCompute;
    private ComputeConfig downCompute;
    private MemoryConfig weightMemory;
    private MemoryConfig outputMemory;

    private Builder(int hiddenSize, int expertSize, int numExperts, int expertsPerToken) {
      this.hiddenSize = hiddenSize;
      this.expertSize = expertSize;
      this.numExperts = numExperts;
      this.expertsPerToken = expertsPerToken;
    }

    /** Sets whether the chosen experts' shares are divided by their sum. */
    public Builder normalized(boolean value) {
      normalized = value;
      return this;
    }

    /** Sets the factor of the shares. */
    public Builder routedScale(float value) {
      routedScale = value;
      return this;
    }

    /** Sets the function of the gate. */
    public Builder activation(Activation value) {
      activation = value;
      return this;
    }

    /** Sets the dtype of the router's weight. */
    public Builder routerDtype(DataType value) {
      routerDtype = value;
      return this;
    }

    /** Sets the dtype of the experts' gate and up weights. */
    public Builder gateUpDtype(DataType value) {
      gateUpDtype = value;
      return this;
    }

    /** Sets the dtype of the experts' down weights. */
    public Builder downDtype(DataType value) {
      downDtype = value;
      return this;
    }

    /** Sets the dtype of what the products give. */
    public Builder activationDtype(DataType value) {
      activationDtype = value;
      return this;
    }

    /** Sets how to compute the router's logits. */
    public Builder routerCompute(ComputeConfig value) {
      routerCompute = value;
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

    /** Sets where the output lies. */
    public Builder outputMemory(MemoryConfig value) {
      outputMemory = value;
      return this;
    }

    /** Returns the wishes. */
    public MixtureOfExpertsConfig build() {
      return new MixtureOfExpertsConfig(
          hiddenSize,
          expertSize,
          numExperts,
          expertsPerToken,
          normalized,
          routedScale,
          activation,
          routerDtype,
          gateUpDtype,
          downDtype,
          activationDtype,
          routerCompute,
          gateUpCompute,
          downCompute,
          weightMemory,
          outputMemory);
    }
  }
}
