// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.ComputeConfig;
import dev.tttv2.core.Device;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.MatmulArgs;
import dev.tttv2.core.MemoryConfig;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import java.util.function.UnaryOperator;

/**
 * MLP, gated or of two matrices.
 *
 * <pre>
 * prefill and decode, gated: (activation(x w1) * (x w3)) w2
 *   x T [1, 1, S, H]
 *   gate = linear(x, w1), up = linear(x, w3)                    [1, 1, S, F]
 *   gated = multiply(gate, up), the activation fused to gate    [1, 1, S, F]
 *   linear(gated, w2)                                           [1, 1, S, H]
 *
 * prefill and decode, standard: activation(x w1) w2
 *   x T [1, 1, S, H]
 *   inner = linear(x, w1), the activation fused to it           [1, 1, S, F]
 *   linear(inner, w2)                                           [1, 1, S, H]
 *
 * activations that no operation takes along
 *   RELU_SQUARED   multiply(h, h), relu fused to both
 *   QUICK_GELU     multiply(h, multiply(h, 1.702)), sigmoid fused to the latter
 * </pre>
 */
public final class MLP implements Block {
  private final MLPPlan plan;
  private final TensorParallel parallel;
  private final TensorScope weights;
  private final UnaryOperator<Tensor> inner;
  private final UnaryOperator<Tensor> down;

  /**
   * Loads the weights.
   *
   * @throws IllegalArgumentException if they do not fit the plan
   */
  public MLP(Device device, MLPPlan plan, MLPWeights given) {
    check(plan, given);
    this.plan = plan;
    parallel = TensorParallel.of(device, plan.devices());
    try (Weights loading = new Weights(device)) {
      Tensor w2 =
          loading.rows(padded(given.down(), 1), plan.downDtype(), plan.weightMemory(), parallel);
      down =
          parallel.rowParallel(
              plan.programs(),
              w2,
              () -> args(plan.downCompute(), plan.outputMemory()),
              loading.bias(given.downBias(), plan.activationDtype(), parallel),
              plan.activationDtype(),
              plan.outputMemory());
      inner =
          parallel.gathered(
              plan.innerMemory(), plan.gated() ? gated(loading, given) : standard(loading, given));
      weights = loading.keep();
    }
  }

  /** Fills the inner extent of a weight up with zeros, so that the devices can share it. */
  private LazyWeight padded(LazyWeight weight, int dim) {
    int[] pattern = parallel.padding(plan.intermediateSize());
    return weight == null || pattern.length == plan.intermediateSize()
        ? weight
        : weight.rearranged(dim, plan.intermediateSize(), pattern);
  }

  private Tensor first(Weights loading, LazyWeight weight) {
    return loading.columns(padded(weight, 0), plan.gateUpDtype(), plan.weightMemory(), parallel);
  }

  private UnaryOperator<Tensor> projection(Tensor weight, MatmulArgs.Builder args) {
    return Projection.of(plan.programs(), weight, args.build());
  }

  private UnaryOperator<Tensor> gated(Weights loading, MLPWeights given) {
    return new Gated(
        projection(first(loading, given.gate()), innerArgs(loading, given.gateBias())),
        projection(first(loading, given.up()), innerArgs(loading, given.upBias())),
        GatedActivation.of(plan.activation(), plan.activationDtype(), plan.innerMemory()));
  }

  private static void check(MLPPlan plan, MLPWeights given) {
    long hidden = plan.hiddenSize();
    long inner = plan.intermediateSize();
    if (plan.gated()) {
      Checks.weight("MLP", "gate", given.gate(), inner, hidden);
    } else if (given.gate() != null) {
      throw new IllegalArgumentException(
          "MLP: gate %s was given, but the plan is not gated".formatted(given.gate().name()));
    }
    Checks.weight("MLP", "up", given.up(), inner, hidden);
    Checks.weight("MLP", "down", given.down(), hidden, inner);
    Checks.vector("MLP", "gate bias", plan.gated() && plan.bias(), given.gateBias(), inner);
    Checks.vector("MLP", "up bias", plan.bias(), given.upBias(), inner);
    Checks.vector("MLP", "down bias", plan.bias(), given.downBias(), hidden);
  }

  private MatmulArgs.Builder innerArgs(Weights loading, LazyWeight bias) {
    return args(plan.gateUpCompute(), plan.innerMemory())
        .bias(loading.bias(padded(bias, 0), plan.activationDtype(), parallel));
  }

  private MatmulArgs.Builder args(ComputeConfig compute, MemoryConfig memory) {
    return MatmulArgs.builder().dtype(plan.activationDtype()).compute(compute).memory(memory);
  }

  private UnaryOperator<Tensor> standard(Weights loading, MLPWeights given) {
    Tensor w1 = first(loading, given.up());
    MatmulArgs.Builder args = innerArgs(loading, given.upBias());
    if (plan.activation().fused().isPresent()) {
      return projection(w1, args.activation(plan.activation().fused().get()));
    }
    UnaryOperator<Tensor> plain = projection(w1, args);
    UnaryOperator<Tensor> activation =
        GatedActivation.composed(plan.activation(), plan.activationDtype(), plan.innerMemory());
    return x -> {
      try (Tensor h = plain.apply(x)) {
        return activation.apply(h);
      }
    };
  }

  /**
   * Applies the MLP.
   *
   * @param x [1, 1, S, H] or [B, 1, S, H], TILE
   * @return of x's shape, TILE; the caller closes it
   */
  @Override
  public Tensor forward(Tensor x) {
    return Tensor.composed("MLP", () -> applied(x));
  }

  private Tensor applied(Tensor x) {
    try (Tensor h = inner.apply(x)) {
      return down.apply(h);
    }
  }

  /** Returns what the block was made from. */
  public MLPPlan plan() {
    return plan;
  }

  /** Frees the weights. Idempotent. */
  @Override
  public void close() {
    weights.close();
  }

  /** The inner values of a gated MLP. */
  private record Gated(
      UnaryOperator<Tensor> w1, UnaryOperator<Tensor> w3, GatedActivation activation)
      implements UnaryOperator<Tensor> {
    @Override
    public Tensor apply(Tensor x) {
      try (Tensor gate = w1.apply(x);
          Tensor up = w3.apply(x)) {
        return activation.apply(gate, up);
      }
    }
  }
}
