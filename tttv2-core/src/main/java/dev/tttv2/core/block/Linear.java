// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.Device;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.MatmulArgs;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import dev.tttv2.core.Ttnn;
import dev.tttv2.core.UnaryOp;

/**
 * A linear with or without an activation: poolers, classifiers and projections of encoders.
 *
 * <pre>
 * x T [.., I] -&gt; linear, the activation fused to it T [.., O]
 * </pre>
 */
public final class Linear implements Block {
  private final LinearPlan plan;
  private final TensorScope weights;
  private final Tensor weight;
  private final MatmulArgs args;

  /**
   * Loads the weights.
   *
   * @param weight [O, I]
   * @param bias [O], or null where the plan has none
   * @throws IllegalArgumentException if one is of another shape or missing, or a bias is given that
   *     the plan does not have; gives both shapes
   */
  public Linear(Device device, LinearPlan plan, LazyWeight weight, LazyWeight bias) {
    Checks.weight("linear", "weight", weight, plan.outputSize(), plan.inputSize());
    Checks.vector("linear", "bias", plan.bias(), bias, plan.outputSize());
    this.plan = plan;
    try (Weights loading = new Weights(device)) {
      this.weight = loading.projection(weight, plan.weightDtype(), plan.weightMemory());
      args =
          MatmulArgs.builder()
              .bias(loading.bias(bias, plan.outputDtype()))
              .activation(plan.activation().flatMap(Activation::fused).orElse(UnaryOp.NONE))
              .dtype(plan.outputDtype())
              .compute(plan.compute())
              .memory(plan.outputMemory())
              .build();
      weights = loading.keep();
    }
  }

  @Override
  public Tensor forward(Tensor x) {
    return Ttnn.linear(x, weight, args);
  }

  /** Returns what the block was made from. */
  public LinearPlan plan() {
    return plan;
  }

  @Override
  public void close() {
    weights.close();
  }
}
