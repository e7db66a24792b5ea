// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.BinaryArgs;
import dev.tttv2.core.Device;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.MatmulArgs;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import dev.tttv2.core.Ttnn;
import dev.tttv2.core.UnaryOp;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Language model head: logits of every token of the vocabulary. A head tied to the embedding is
 * given the embedding's weight.
 *
 * <pre>
 * prefill and decode   x T [1, 1, S, H] -&gt; linear [1, 1, S, V]
 * with splits          x T [1, 1, S, H] -&gt; linear [1, 1, S, V/n], n times -&gt; concat [1, 1, S, V]
 * with a scale         multiply(logits, scale)
 * with a soft-cap c    multiply(multiply(logits, scale / c), tanh fused to it, c)
 * </pre>
 */
public final class LMHead implements Block {
  private static final int TILE = 32;

  private final LMHeadPlan plan;
  private final TensorScope weights;
  private final UnaryOperator<Tensor> project;
  private final UnaryOperator<Tensor> shaped;

  /**
   * Loads the weight.
   *
   * @param weight [V, H]
   * @throws IllegalArgumentException if it is of another shape, or the plan has a bias
   */
  public LMHead(Device device, LMHeadPlan plan, LazyWeight weight) {
    this(device, plan, weight, null);
  }

  /**
   * Loads the weight and the bias.
   *
   * @param weight [V, H]
   * @param bias [V], or null where the plan has none
   * @throws IllegalArgumentException if they do not fit the plan
   */
  public LMHead(Device device, LMHeadPlan plan, LazyWeight weight, LazyWeight bias) {
    Checks.weight("LMHead", "weight", weight, plan.vocabSize(), plan.hiddenSize());
    Checks.vector("LMHead", "bias", plan.bias(), bias, plan.vocabSize());
    this.plan = plan;
    shaped = shaped(plan);
    try (Weights loading = new Weights(device)) {
      List<Part> parts = load(loading, plan, weight, bias);
      project = parts.size() == 1 ? parts.getFirst() : new Joined(List.copyOf(parts), plan);
      weights = loading.keep();
    }
  }

  private static List<Part> load(
      Weights loading, LMHeadPlan plan, LazyWeight weight, LazyWeight bias) {
    int tiles = Math.ceilDiv(plan.vocabSize(), TILE);
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < plan.splits(); i++) {
      long from = (long) tiles * i / plan.splits() * TILE;
      long to = Math.min(plan.vocabSize(), (long) tiles * (i + 1) / plan.splits() * TILE);
      boolean whole = plan.splits() == 1;
      LazyWeight rows = whole ? weight : weight.rows(from, to);
      LazyWeight biasRows = whole || bias == null ? bias : bias.rows(from, to);
      parts.add(
          new Part(
              loading.projection(rows, plan.weightDtype(), plan.weightMemory()),
              MatmulArgs.builder()
                  .bias(loading.bias(biasRows, plan.outputDtype()))
                  .dtype(plan.outputDtype())
                  .memory(plan.outputMemory())
                  .compute(plan.compute())
                  .build()));
    }
    return parts;
  }

  /**
   * Computes logits.
   *
   * @param x [1, 1, S, H], TILE
   * @return [1, 1, S, V], TILE
   */
  @Override
  public Tensor forward(Tensor x) {
    return shaped.apply(project.apply(x));
  }

  /** Scales and bounds logits; takes them over. */
  private static UnaryOperator<Tensor> shaped(LMHeadPlan plan) {
    float cap = plan.softcap();
    BinaryArgs.Builder args =
        BinaryArgs.builder().dtype(plan.outputDtype()).memory(plan.outputMemory());
    BinaryArgs plain = args.build();
    if (cap > 0) {
      BinaryArgs bounded = args.activation(UnaryOp.TANH).build();
      return logits -> {
        try (logits;
            Tensor share = Ttnn.multiply(logits, plan.logitsScale() / cap, bounded)) {
          return Ttnn.multiply(share, cap, plain);
        }
      };
    }
    if (plan.logitsScale() == 1) {
      return UnaryOperator.identity();
    }
    return logits -> {
      try (logits) {
        return Ttnn.multiply(logits, plan.logitsScale(), plain);
      }
    };
  }

  /** Returns what the block was made from. */
  public LMHeadPlan plan() {
    return plan;
  }

  @Override
  public void close() {
    weights.close();
  }

  /** Some columns of the logits, or all. */
  private record Part(Tensor weight, MatmulArgs args) implements UnaryOperator<Tensor> {
    @Override
    public Tensor apply(Tensor x) {
      return Ttnn.linear(x, weight, args);
    }
  }

  /** All columns, part by part. */
  private record Joined(List<Part> parts, LMHeadPlan plan) implements UnaryOperator<Tensor> {
    @Override
    public Tensor apply(Tensor x) {
      try (TensorScope scope = new TensorScope()) {
        List<Tensor> logits = new ArrayList<>(parts.size());
        for (Part part : parts) {
          logits.add(scope.add(part.apply(x)));
        }
        return Ttnn.concat(logits, -1, plan.outputMemory());
      }
    }
  }
}
