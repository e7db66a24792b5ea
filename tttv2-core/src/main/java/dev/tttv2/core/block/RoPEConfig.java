// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.DataType;
import dev.tttv2.core.DeviceTarget;

/**
 * Wishes for rotary position embeddings. What is null is left to {@link #resolve}.
 *
 * @param headDim the extent of a head, D: all of it is rotated
 * @param maxPositions rows of the tables: positions 0 .. maxPositions - 1
 * @param theta the base of the frequencies; default 10_000.0
 * @param scaling how frequencies are stretched for longer contexts; default NONE
 * @param style which values form a pair; default HALF
 * @param dtype of the tables: BFLOAT16, or FLOAT32 on the host; default BFLOAT16
 */
public record RoPEConfig(
    int headDim,
    int maxPositions,
    Double theta,
    RoPEScaling scaling,
    RoPEStyle style,
    DataType dtype) {
  /** Returns a builder that wishes for nothing beyond what is required. */
  public static Builder builder(int headDim, int maxPositions) {
    return new Builder(headDim, maxPositions);
  }

  /**
   * Fills in the defaults and checks the result against the hardware.
   *
   * @throws IllegalArgumentException if the numbers do not fit each other or the target
   */
  public RoPEPlan resolve(DeviceTarget target) {
    RoPEPlan plan =
        new RoPEPlan(
            headDim,
            maxPositions,
            theta != null ? theta : 10_000.0,
            scaling != null ? scaling : RoPEScaling.NONE,
            style != null ? style : RoPEStyle.HALF,
            dtype != null ? dtype : DataType.BFLOAT16,
            target.gridX(),
            target.gridY());
    Checks.headDim("RoPE", plan.headDim(), plan.style(), target);
    target.requireAttentionType("RoPE: dtype", plan.dtype());
    return plan;
  }

  /** Collects wishes. */
  public static final class Builder {
    private final int headDim;
    private final int maxPositions;
    private Double theta;
    private RoPEScaling scaling;
    private RoPEStyle style;
    private DataType dtype;

    private Builder(int headDim, int maxPositions) {
      this.headDim = headDim;
      this.maxPositions = maxPositions;
    }

    /** Sets the base of the frequencies. */
    public Builder theta(double value) {
      theta = value;
      return this;
    }

    /** Sets how frequencies are stretched for longer contexts. */
    public Builder scaling(RoPEScaling value) {
      scaling = value;
      return this;
    }

    /** Sets which values form a pair. */
    public Builder style(RoPEStyle value) {
      style = value;
      return this;
    }

    /** Sets the dtype of the tables: BFLOAT16, or FLOAT32 on the host. */
    public Builder dtype(DataType value) {
      dtype = value;
      return this;
    }

    /** Returns the wishes. */
    public RoPEConfig build() {
      return new RoPEConfig(headDim, maxPositions, theta, scaling, style, dtype);
    }
  }
}
