// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.BinaryArgs;
import dev.tttv2.core.ComputeConfig;
import dev.tttv2.core.Device;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.MatmulArgs;
import dev.tttv2.core.MemoryConfig;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import dev.tttv2.core.Ttnn;

/**
 * Gated MLP: (activation(x w1) * (x w3)) w2.
 *
 * <pre>
 * prefill and decode
 *   x T [1, 1, S, H]
 *   gate = linear(x, w1), up = linear(x, w3)                    [1, 1, S, F]
 *   gated = multiply(gate, up), the activation fused to gate    [1, 1, S, F]
 *   linear(gated, w2)                                           [1, 1, S, H]
 * </pre>
 */
public final class MLP implements Block {
  private final MLPPlan plan;
  private final TensorScope weights;
  private final Tensor w1;
  private final Tensor w2;
  private final Tensor w3;
  private final MatmulArgs gateArgs;
  private final MatmulArgs upArgs;
  private final BinaryArgs multiplyArgs;
  private final MatmulArgs downArgs;

  /** Loads the weights. */
  public MLP(Device device, MLPPlan plan, MLPWeights given) {
    check(plan, given);
    this.plan = plan;
    try (Weights loading = new Weights(device)) {
      w1 = loading.projection(given.gate(), plan.gateUpDtype(), plan.weightMemory());
      w3 = loading.projection(given.up(), plan.gateUpDtype(), plan.weightMemory());
      w2 = loading.projection(given.down(), plan.downDtype(), plan.weightMemory());
      gateArgs = args(loading, given.gateBias(), plan.gateUpCompute(), plan.innerMemory());
      upArgs = args(loading, given.upBias(), plan.gateUpCompute(), plan.innerMemory());
      downArgs = args(loading, given.downBias(), plan.downCompute(), plan.outputMemory());
      multiplyArgs =
          BinaryArgs.builder()
              .activationA(plan.activation())
              .dtype(plan.activationDtype())
              .memory(plan.innerMemory())
              .build();
      weights = loading.keep();
    }
  }

  private static void check(MLPPlan plan, MLPWeights given) {
    long hidden = plan.hiddenSize();
    long inner = plan.intermediateSize();
    Checks.weight("MLP", "gate", given.gate(), inner, hidden);
    Checks.weight("MLP", "up", given.up(), inner, hidden);
    Checks.weight("MLP", "down", given.down(), hidden, inner);
    Checks.bias("MLP", "gate bias", plan.bias(), given.gateBias(), inner);
    Checks.bias("MLP", "up bias", plan.bias(), given.upBias(), inner);
    Checks.bias("MLP", "down bias", plan.bias(), given.downBias(), hidden);
  }

  private MatmulArgs args(
      Weights loading, LazyWeight bias, ComputeConfig compute, MemoryConfig memory) {
    return MatmulArgs.builder()
        .bias(loading.bias(bias, plan.activationDtype()))
        .dtype(plan.activationDtype())
        .compute(compute)
        .memory(memory)
        .build();
  }

  /**
   * Applies the MLP.
   *
   * @param x [1, 1, S, H], TILE
   * @return [1, 1, S, H], TILE
   */
  @Override
  public Tensor forward(Tensor x) {
    try (Tensor gated = gated(x)) {
      return Ttnn.linear(gated, w2, downArgs);
    }
  }

  private Tensor gated(Tensor x) {
    try (Tensor gate = Ttnn.linear(x, w1, gateArgs);
        Tensor up = Ttnn.linear(x, w3, upArgs)) {
      return Ttnn.multiply(gate, up, multiplyArgs);
    }
  }

  /** Returns what the block was made from. */
  public MLPPlan plan() {
    return plan;
  }

  @Override
  public void close() {
    weights.close();
  }
}
