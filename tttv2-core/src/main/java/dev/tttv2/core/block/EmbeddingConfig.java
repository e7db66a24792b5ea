// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.DataType;
import dev.tttv2.core.DeviceTarget;
import dev.tttv2.core.MemoryConfig;

/**
 * Wishes for an embedding. What is null is left to {@link #resolve}.
 *
 * @param vocabSize rows of the table, V
 * @param hiddenSize columns of the table, H
 * @param scale the factor of what is looked up; default 1
 * @param weightDtype of the table: BFLOAT16, or FLOAT32 on the host; default BFLOAT16
 * @param outputDtype of the output; default that of the table
 * @param outputMemory where the output lies; default DRAM_INTERLEAVED
 */
public record EmbeddingConfig(
    int vocabSize,
    int hiddenSize,
    Float scale,
    DataType weightDtype,
    DataType outputDtype,
    MemoryConfig outputMemory) {
  /** Returns a builder that wishes for nothing beyond what is required. */
  public static Builder builder(int vocabSize, int hiddenSize) {
    return new Builder(vocabSize, hiddenSize);
  }

  /**
   * Fills in the defaults and checks the result against the hardware.
   *
   * @throws IllegalArgumentException if the numbers do not fit each other or the target
   */
  public EmbeddingPlan resolve(DeviceTarget target) {
    DataType tableDtype = weightDtype != null ? weightDtype : DataType.BFLOAT16;
    EmbeddingPlan plan =
        new EmbeddingPlan(
            vocabSize,
            hiddenSize,
            scale != null ? scale : 1f,
            tableDtype,
            outputDtype != null ? outputDtype : tableDtype,
            outputMemory != null ? outputMemory : MemoryConfig.DRAM_INTERLEAVED,
            target.tensorParallel());
    target.requireAttentionType("embedding: weightDtype", plan.weightDtype());
    return plan;
  }

  /** Collects wishes. */
  public static final class Builder {
    private final int vocabSize;
    private final int hiddenSize;
    private Float scale;
    private DataType weightDtype;
    private DataType outputDtype;
    private MemoryConfig outputMemory;

    private Builder(int vocabSize, int hiddenSize) {
      this.vocabSize = vocabSize;
      this.hiddenSize = hiddenSize;
    }

    /** Sets the factor of what is looked up. */
    public Builder scale(float value) {
      scale = value;
      return this;
    }

    /** Sets the dtype of the table: BFLOAT16, or FLOAT32 on the host. */
    public Builder weightDtype(DataType value) {
      weightDtype = value;
      return this;
    }

    /** Sets the dtype of the output. */
    public Builder outputDtype(DataType value) {
      outputDtype = value;
      return this;
    }

    /** Sets where the output lies. */
    public Builder outputMemory(MemoryConfig value) {
      outputMemory = value;
      return this;
    }

    /** Returns the wishes. */
    public EmbeddingConfig build() {
      return new EmbeddingConfig(
          vocabSize, hiddenSize, scale, weightDtype, outputDtype, outputMemory);
    }
  }
}
