// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.Device;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.NormArgs;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import dev.tttv2.core.Ttnn;
import java.util.function.UnaryOperator;

/**
 * Layer norm: (x - mean(x)) / sqrt(var(x) + epsilon) * weight + bias over the last dimension, with
 * the variance of the whole population.
 *
 * <pre>
 * prefill and decode   x T [.., H] -&gt; layer_norm T [.., H]
 * with a residual      x, residual T [.., H] -&gt; layer_norm of their sum T [.., H]
 * on a mesh            x T [.., H / devices] -&gt; layer_norm_pre_all_gather -&gt; all_gather
 *                        -&gt; layer_norm_post_all_gather T [.., H / devices]
 * </pre>
 */
public final class LayerNorm implements Norm {
  private final LayerNormPlan plan;
  private final TensorScope weights;
  private final NormArgs args;
  private final UnaryOperator<Tensor> normed;

  /**
   * Loads weight and bias.
   *
   * @param weight [H], or null for none
   * @param bias [H], or null for none
   * @throws IllegalArgumentException if one is of another shape
   */
  public LayerNorm(Device device, LayerNormPlan plan, LazyWeight weight, LazyWeight bias) {
    this.plan = plan;
    TensorParallel parallel = TensorParallel.of(device, plan.devices());
    NormArgs.Builder builder =
        NormArgs.builder()
            .epsilon(plan.epsilon())
            .memory(plan.outputMemory())
            .compute(plan.compute());
    try (Weights loading = new Weights(device)) {
      if (weight != null) {
        Checks.weight("LayerNorm", "weight", weight, plan.hiddenSize());
        builder.weight(loading.norm(weight, plan.weightDtype(), parallel));
      }
      if (bias != null) {
        Checks.weight("LayerNorm", "bias", bias, plan.hiddenSize());
        builder.bias(loading.norm(bias, plan.weightDtype(), parallel));
      }
      args = builder.build();
      normed =
          parallel.isShared()
              ? SharedNorm.of(
                  Ttnn::layerNormPreAllGather,
                  Ttnn::layerNormPostAllGather,
                  parallel,
                  plan.compute(),
                  args)
              : x -> Ttnn.layerNorm(x, args);
      weights = loading.keep();
    }
  }

  @Override
  public Tensor forward(Tensor x) {
    return normed.apply(x);
  }

  @Override
  public Tensor forward(Tensor x, Tensor residual) {
    if (plan.devices() == 1) {
      return Ttnn.layerNorm(x, residual, args);
    }
    try (Tensor sum = Ttnn.add(x, residual)) {
      return normed.apply(sum);
    }
  }

  /** Returns what the block was made from. */
  public LayerNormPlan plan() {
    return plan;
  }

  @Override
  public void close() {
    weights.close();
  }
}
