// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.DataType;
import dev.tttv2.core.DeviceTarget;

/**
 * Wishes for ALiBi. What is null is left to {@link #resolve}.
 *
 * @param numHeads query heads, NH
 * @param maxPositions the longest context
 * @param numKvHeads key and value heads, which decide on a mesh where query heads lie; default:
 *     numHeads
 * @param dtype of the masks: that of attention's activations; default BFLOAT16
 */
public record ALiBiConfig(int numHeads, int maxPositions, Integer numKvHeads, DataType dtype) {
  /** Returns a builder that wishes for nothing beyond what is required. */
  public static Builder builder(int numHeads, int maxPositions) {
    return new Builder(numHeads, maxPositions);
  }

  /**
   * Fills in the defaults and checks the result against the hardware.
   *
   * @throws IllegalArgumentException if the numbers do not fit each other or the target, or its
   *     attention takes no masks beside keys in a cache
   */
  public ALiBiPlan resolve(DeviceTarget target) {
    ALiBiPlan plan =
        new ALiBiPlan(
            numHeads,
            maxPositions,
            numKvHeads != null ? numKvHeads : numHeads,
            dtype != null ? dtype : DataType.BFLOAT16,
            target.tensorParallel());
    target.requireAttentionType("ALiBi: dtype", plan.dtype());
    target.requireExtendedAttention("ALiBi: masks beside keys in a cache");
    return plan;
  }

  /** Collects wishes. */
  public static final class Builder {
    private final int numHeads;
    private final int maxPositions;
    private Integer numKvHeads;
    private DataType dtype;

    private Builder(int numHeads, int maxPositions) {
      this.numHeads = numHeads;
      this.maxPositions = maxPositions;
    }

    /** Sets the key and value heads, which decide on a mesh where query heads lie. */
    public Builder numKvHeads(int value) {
      numKvHeads = value;
      return this;
    }

    /** Sets the dtype of the masks: that of attention's activations. */
    public Builder dtype(DataType value) {
      dtype = value;
      return this;
    }

    /** Returns the wishes. */
    public ALiBiConfig build() {
      return new ALiBiConfig(numHeads, maxPositions, numKvHeads, dtype);
    }
  }
}
