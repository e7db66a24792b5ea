// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.ComputeConfig;
import dev.tttv2.core.DataType;
import dev.tttv2.core.DeviceTarget;
import dev.tttv2.core.MemoryConfig;

/**
 * Wishes for a language model head. What is null is left to {@link #resolve}.
 *
 * @param hiddenSize the input's extent, H
 * @param vocabSize the output's extent, V
 * @param bias whether a bias is added; default false
 * @param logitsScale the factor of the logits; default 1
 * @param softcap the bound c of the logits, c tanh(logit / c), after the factor; 0: none; default 0
 * @param splits into how many products the vocabulary is split; more than one needs less memory at
 *     once for programs; default 1
 * @param weightDtype of the weight; default BFLOAT8_B
 * @param outputDtype of the logits; default BFLOAT16
 * @param compute how to compute; default HIFI2
 * @param weightMemory where the weight lies; default DRAM_INTERLEAVED
 * @param outputMemory where the logits lie; default DRAM_INTERLEAVED
 * @param programs who decides how the cores share the products; default AUTOMATIC
 */
public record LMHeadConfig(
    int hiddenSize,
    int vocabSize,
    Boolean bias,
    Float logitsScale,
    Float softcap,
    Integer splits,
    DataType weightDtype,
    DataType outputDtype,
    ComputeConfig compute,
    MemoryConfig weightMemory,
    MemoryConfig outputMemory,
    ProgramConfigs programs) {
  /** Returns a builder that wishes for nothing beyond what is required. */
  public static Builder builder(int hiddenSize, int vocabSize) {
    return new Builder(hiddenSize, vocabSize);
  }

  /**
   * Fills in the defaults and checks the result against the hardware.
   *
   * @throws IllegalArgumentException if the numbers do not fit each other or the target
   */
  public LMHeadPlan resolve(DeviceTarget target) {
    return new LMHeadPlan(
        hiddenSize,
        vocabSize,
        bias != null ? bias : false,
        logitsScale != null ? logitsScale : 1f,
        softcap != null ? softcap : 0f,
        splits != null ? splits : 1,
        weightDtype != null ? weightDtype : DataType.BFLOAT8_B,
        outputDtype != null ? outputDtype : DataType.BFLOAT16,
        compute != null ? compute : ComputeConfig.HIFI2,
        weightMemory != null ? weightMemory : MemoryConfig.DRAM_INTERLEAVED,
        outputMemory != null ? outputMemory : MemoryConfig.DRAM_INTERLEAVED,
        programs != null ? programs : ProgramConfigs.AUTOMATIC,
        target.tensorParallel());
  }

  /** Collects wishes. */
  public static final class Builder {
    private final int hiddenSize;
    private final int vocabSize;
    private Boolean bias;
    private Float logitsScale;
    private Float softcap;
    private Integer splits;
    private DataType weightDtype;
    private DataType outputDtype;
    private ComputeConfig compute;
    private MemoryConfig weightMemory;
    private MemoryConfig outputMemory;
    private ProgramConfigs programs;

    private Builder(int hiddenSize, int vocabSize) {
      this.hiddenSize = hiddenSize;
      this.vocabSize = vocabSize;
    }

    /** Sets whether a bias is added. */
    public Builder bias(boolean value) {
      bias = value;
      return this;
    }

    /** Sets the factor of the logits. */
    public Builder logitsScale(float value) {
      logitsScale = value;
      return this;
    }

    /** Sets the bound c of the logits, c tanh(logit / c), after the factor; 0: none. */
    public Builder softcap(float value) {
      softcap = value;
      return this;
    }

    /**
     * Sets into how many products the vocabulary is split; more than one needs less memory at once
     * for programs.
     */
    public Builder splits(int value) {
      splits = value;
      return this;
    }

    /** Sets the dtype of the weight. */
    public Builder weightDtype(DataType value) {
      weightDtype = value;
      return this;
    }

    /** Sets the dtype of the logits. */
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

    /** Sets where the logits lie. */
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
    public LMHeadConfig build() {
      return new LMHeadConfig(
          hiddenSize,
          vocabSize,
          bias,
          logitsScale,
          softcap,
          splits,
          weightDtype,
          outputDtype,
          compute,
          weightMemory,
          outputMemory,
          programs);
    }
  }
}
