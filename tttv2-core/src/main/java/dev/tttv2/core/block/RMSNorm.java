// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.NormArgs;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import dev.tttv2.core.TensorSpec;
import dev.tttv2.core.Ttnn;
import java.util.function.UnaryOperator;

/**
 * Root mean square norm: x / sqrt(mean(x^2) + epsilon) * weight over the last dimension. Of a
 * weight stored less one (Gemma) the one is added when it is loaded.
 *
 * <pre>
 * prefill and decode   x T [.., H] -&gt; rms_norm T [.., H]
 * with a residual      x, residual T [.., H] -&gt; rms_norm of their sum T [.., H]
 * on a mesh            x T [.., H / devices] -&gt; rms_norm_pre_all_gather -&gt; all_gather
 *                        -&gt; rms_norm_post_all_gather T [.., H / devices]
 * </pre>
 */
public final class RMSNorm implements Norm {
  private final RMSNormPlan plan;
  private final TensorScope weights;
  private final NormArgs args;
  private final UnaryOperator<Tensor> normed;

  /**
   * Loads the weight.
   *
   * @param weight [H]
   * @throws IllegalArgumentException if it is missing or of another shape
   */
  public RMSNorm(Device device, RMSNormPlan plan, LazyWeight weight) {
    Checks.weight("RMSNorm", "weight", weight, plan.hiddenSize());
    this.plan = plan;
    try (Weights loading = new Weights(device)) {
      args = args(plan).weight(weight(loading, plan, weight)).build();
      normed = normed(device, plan, args);
      weights = loading.keep();
    }
  }

  /**
   * Makes a norm without a weight.
   *
   * @throws IllegalArgumentException if the plan is for another number of devices
   */
  public RMSNorm(Device device, RMSNormPlan plan) {
    this.plan = plan;
    args = args(plan).build();
    normed = normed(device, plan, args);
    weights = new TensorScope();
  }

  private static Tensor weight(Weights loading, RMSNormPlan plan, LazyWeight weight) {
    TensorParallel parallel = TensorParallel.of(loading.device(), plan.devices());
    if (!plan.unitOffset()) {
      return loading.norm(weight, plan.weightDtype(), parallel);
    }
    // Rounded once, after the sum, as Hugging Face does.
    TensorSpec exact = Weights.normSpec(DataType.FLOAT32, plan.hiddenSize() / plan.devices());
    try (Tensor stored =
            weight.load(loading.device(), exact, false, Weights.normMapping(exact, parallel));
        Tensor whole = Ttnn.add(stored, 1)) {
      return loading.add(Ttnn.typecast(whole, plan.weightDtype()).named(weight.name()));
    }
  }

  private static UnaryOperator<Tensor> normed(Device device, RMSNormPlan plan, NormArgs args) {
    TensorParallel parallel = TensorParallel.of(device, plan.devices());
    return parallel.isShared()
        ? SharedNorm.of(
            Ttnn::rmsNormPreAllGather, Ttnn::rmsNormPostAllGather, parallel, plan.compute(), args)
        : x -> Ttnn.rmsNorm(x, args);
  }

  private static NormArgs.Builder args(RMSNormPlan plan) {
    return NormArgs.builder()
        .epsilon(plan.epsilon())
        .memory(plan.outputMemory())
        .compute(plan.compute());
  }

  @Override
  public Tensor forward(Tensor x) {
    return normed.apply(x);
  }

  @Override
  public Tensor forward(Tensor x, Tensor residual) {
    if (plan.devices() == 1) {
      return Ttnn.rmsNorm(x, residual, args);
    }
    try (Tensor sum = Ttnn.add(x, residual)) {
      return normed.apply(sum);
    }
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
