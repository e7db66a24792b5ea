// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.DataType;
import dev.tttv2.core.DeviceTarget;
import dev.tttv2.core.MemoryConfig;

/**
 * Wishes for a transformer block. What is null is left to {@link #resolve}.
 *
 * @param layer which layer of the cache the block's attention uses, from 0
 * @param residualScale the factor of what attention and MLP add to the residual stream; default 1
 * @param residualDtype of the sums, but for those that {@link Residual.PostNorm} normalises: they
 *     are of the sublayer's dtype; default BFLOAT16
 * @param residualMemory where the sums lie; default DRAM_INTERLEAVED
 */
public record TransformerBlockConfig(
    int layer, Float residualScale, DataType residualDtype, MemoryConfig residualMemory) {
  /** Returns a builder that wishes for nothing beyond what is required. */
  public static Builder builder(int layer) {
    return new Builder(layer);
  }

  /**
   * Fills in the defaults and checks the result against the hardware.
   *
   * @throws IllegalArgumentException if the numbers do not fit each other or the target
   */
  public TransformerBlockPlan resolve(DeviceTarget target) {
    return new TransformerBlockPlan(
        layer,
        residualScale != null ? residualScale : 1f,
        residualDtype != null ? residualDtype : DataType.BFLOAT16,
        residualMemory != null ? residualMemory : MemoryConfig.DRAM_INTERLEAVED);
  }

  /** Collects wishes. */
  public static final class Builder {
    private final int layer;
    private Float residualScale;
    private DataType residualDtype;
    private MemoryConfig residualMemory;

    private Builder(int layer) {
      this.layer = layer;
    }

    /** Sets the factor of what attention and MLP add to the residual stream. */
    public Builder residualScale(float value) {
      residualScale = value;
      return this;
    }

    /** Sets the dtype of the sums. */
    public Builder residualDtype(DataType value) {
      residualDtype = value;
      return this;
    }

    /** Sets where the sums lie. */
    public Builder residualMemory(MemoryConfig value) {
      residualMemory = value;
      return this;
    }

    /** Returns the wishes. */
    public TransformerBlockConfig build() {
      return new TransformerBlockConfig(layer, residualScale, residualDtype, residualMemory);
    }
  }
}
