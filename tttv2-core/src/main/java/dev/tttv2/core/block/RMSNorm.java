// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.Device;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.NormArgs;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import dev.tttv2.core.TensorSpec;
import dev.tttv2.core.Ttnn;

/**
 * Root mean square norm: x / sqrt(mean(x^2) + epsilon) * weight over the last dimension.
 *
 * <pre>
 * prefill and decode   x T [.., H] -> rms_norm T [.., H]
 * </pre>
 */
public final class RMSNorm implements Block {
  private static final int TILE = 32;

  private final RMSNormPlan plan;
  private final TensorScope weights;
  private final NormArgs args;

  /**
   * Loads the weight.
   *
   * @param weight [H]
   */
  public RMSNorm(Device device, RMSNormPlan plan, LazyWeight weight) {
    Checks.weight("RMSNorm", "weight", weight, plan.hiddenSize());
    this.plan = plan;
    try (Weights loading = new Weights(device)) {
      args = args(plan).weight(loading.as(weightSpec(plan), weight)).build();
      weights = loading.keep();
    }
  }

  /** Makes a norm without a weight. */
  public RMSNorm(RMSNormPlan plan) {
    this.plan = plan;
    args = args(plan).build();
    weights = new TensorScope();
  }

  private static NormArgs.Builder args(RMSNormPlan plan) {
    return NormArgs.builder()
        .epsilon(plan.epsilon())
        .memory(plan.outputMemory())
        .compute(plan.compute());
  }

  /** A tile's width of weights in each row where H allows it: TTNN then reads no padding. */
  private static TensorSpec weightSpec(RMSNormPlan plan) {
    long size = plan.hiddenSize();
    return size % TILE == 0
        ? TensorSpec.rowMajor(plan.weightDtype(), 1, 1, size / TILE, TILE)
        : TensorSpec.tile(plan.weightDtype(), 1, 1, 1, size);
  }

  /**
   * Norms each row.
   *
   * @param x [.., H], TILE
   * @return of x's shape and dtype
   */
  @Override
  public Tensor forward(Tensor x) {
    return Ttnn.rmsNorm(x, args);
  }

  /** Returns what the block was made from. */
  public RMSNormPlan plan() {
    return plan;
  }

  @Override
  public void close() {
    weights.close();
  }
}
