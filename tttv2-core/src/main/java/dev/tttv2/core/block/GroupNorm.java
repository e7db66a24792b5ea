// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.Device;
import dev.tttv2.core.GroupNormArgs;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import dev.tttv2.core.Ttnn;

/**
 * Group norm over images: groups of neighbouring channels are normalised by the mean and variance
 * of all their values in one image. TTNN holds images channels last: what is NCHW elsewhere comes
 * as [N, 1, H W, C].
 *
 * <pre>
 * x T [N, 1, HW, C] -&gt; group_norm T [N, 1, HW, C]
 * </pre>
 */
public final class GroupNorm implements Block {
  private final GroupNormPlan plan;
  private final TensorScope weights;
  private final GroupNormArgs args;

  /**
   * Loads weight and bias.
   *
   * @param weight [C], or null for none
   * @param bias [C], or null for none
   * @throws IllegalArgumentException if one is of another shape
   */
  public GroupNorm(Device device, GroupNormPlan plan, LazyWeight weight, LazyWeight bias) {
    this.plan = plan;
    GroupNormArgs.Builder builder =
        GroupNormArgs.builder(plan.numGroups())
            .epsilon(plan.epsilon())
            .memory(plan.outputMemory())
            .compute(plan.compute());
    try (Weights loading = new Weights(device)) {
      if (weight != null) {
        Checks.weight("GroupNorm", "weight", weight, plan.numChannels());
        builder.weight(loading.norm(weight, plan.weightDtype()));
      }
      if (bias != null) {
        Checks.weight("GroupNorm", "bias", bias, plan.numChannels());
        builder.bias(loading.norm(bias, plan.weightDtype()));
      }
      args = builder.build();
      weights = loading.keep();
    }
  }

  /**
   * Norms images.
   *
   * @param x [N, 1, HW, C], BFLOAT16 or FLOAT32, TILE
   * @return of x's shape and dtype; the caller closes it
   */
  @Override
  public Tensor forward(Tensor x) {
    return Ttnn.groupNorm(x, args);
  }

  /** Returns what the block was made from. */
  public GroupNormPlan plan() {
    return plan;
  }

  @Override
  public void close() {
    weights.close();
  }
}
