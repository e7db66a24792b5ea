// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.DataType;
import dev.tttv2.core.DeviceTarget;
import java.util.List;

/**
 * Wishes for a rotary position embedding. What is null is left to {@link #resolve}.
 *
 * @param headDim the extent of a head, D
 * @param maxPositions rows of the tables: positions 0 .. maxPositions - 1
 * @param rotaryDim how many values of a head, the first ones, are rotated; default headDim
 * @param theta the base of the frequencies; default 10_000.0
 * @param scaling how frequencies are stretched for longer contexts; default NONE
 * @param style which values form a pair; default HALF
 * @param mropeSections how many pairs follow each of several positions, time, height and width, as
 *     in Qwen2-VL; empty: all follow one; default empty
 * @param dtype of the tables: BFLOAT16, or FLOAT32 on the host; default BFLOAT16
 */
public record RoPEConfig(
    int headDim,
    int maxPositions,
    Integer rotaryDim,
    Double theta,
    RoPEScaling scaling,
    RoPEStyle style,
    List<Integer> mropeSections,
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
    RoPEStyle pairs = style != null ? style : RoPEStyle.HALF;
    int rotated = rotaryDim != null ? rotaryDim : headDim;
    Checks.rotaryDim("RoPE", rotated, headDim);
    HeadLayout layout = HeadLayout.of(headDim, rotated, pairs, target);
    RoPEPlan plan =
        new RoPEPlan(
            headDim,
            maxPositions,
            rotated,
            theta != null ? theta : 10_000.0,
            scaling != null ? scaling : RoPEScaling.NONE,
            pairs,
            mropeSections != null ? mropeSections : List.of(),
            dtype != null ? dtype : DataType.BFLOAT16,
            layout.paddedDim(),
            target.gridX(),
            target.gridY());
    target.requireAttentionType("RoPE: dtype", plan.dtype());
    return plan;
  }

  /** Collects wishes. */
  public static final class Builder {
    private final int headDim;
    private final int maxPositions;
    private Integer rotaryDim;
    private Double theta;
    private RoPEScaling scaling;
    private RoPEStyle style;
    private List<Integer> mropeSections;
    private DataType dtype;

    private Builder(int headDim, int maxPositions) {
      this.headDim = headDim;
      this.maxPositions = maxPositions;
    }

    /** Sets how many values of a head, the first ones, are rotated. */
    public Builder rotaryDim(int value) {
      rotaryDim = value;
      return this;
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

    /**
     * Sets how many pairs follow each of several positions, time, height and width, as in Qwen2-VL;
     * empty: all follow one.
     */
    public Builder mropeSections(List<Integer> value) {
      mropeSections = value;
      return this;
    }

    /** Sets the dtype of the tables: BFLOAT16, or FLOAT32 on the host. */
    public Builder dtype(DataType value) {
      dtype = value;
      return this;
    }

    /** Returns the wishes. */
    public RoPEConfig build() {
      return new RoPEConfig(
          headDim, maxPositions, rotaryDim, theta, scaling, style, mropeSections, dtype);
    }
  }
}
