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
 * on a mesh            all_gather(x), the same with V / devices, all_gather [1, 1, S, V]
 * </pre>
 */
public final class LMHead implements Block {
  private static final int TILE = 32;

  private final LMHeadPlan plan;
  private final TensorParallel parallel;
  private final TensorScope weights;
  private final UnaryOperator<Tensor> project;
  private final UnaryOperator<Tensor> shaped;
  private final UnaryOperator<Tensor> whole;

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
    parallel = TensorParallel.of(device, plan.devices());
    try (Weights loading = new Weights(device)) {
      List<UnaryOperator<Tensor>> parts = load(loading, weight, bias);
      project =
          parallel.gathered(
              plan.outputMemory(),
              parts.size() == 1 ? parts.getFirst() : new Joined(List.copyOf(parts), plan));
      weights = loading.keep();
    }
    whole = whole();
  }

  private List<UnaryOperator<Tensor>> load(Weights loading, LazyWeight weight, LazyWeight bias) {
    long vocabulary = share();
    long tiles = Math.ceilDiv(vocabulary, (long) TILE);
    List<UnaryOperator<Tensor>> parts = new ArrayList<>();
    for (int i = 0; i < plan.splits(); i++) {
      long from = tiles * i / plan.splits() * TILE;
      long to = Math.min(vocabulary, tiles * (i + 1) / plan.splits() * TILE);
      parts.add(
          Projection.of(
              plan.programs(),
              loading.columns(
                  rows(weight, from, to), plan.weightDtype(), plan.weightMemory(), parallel),
              MatmulArgs.builder()
                  .bias(loading.bias(rows(bias, from, to), plan.outputDtype(), parallel))
                  .dtype(plan.outputDtype())
                  .memory(plan.outputMemory())
                  .compute(plan.compute())
                  .build()));
    }
    return parts;
  }

  /** How many tokens each device has logits of: whole tiles where there are several. */
  private long share() {
    return parallel.isShared()
        ? Math.ceilDiv(plan.vocabSize(), TILE * plan.devices()) * (long) TILE
        : plan.vocabSize();
  }

  /** Takes some tokens of each device's share; beyond the vocabulary there are zeros. */
  private LazyWeight rows(LazyWeight weight, long from, long to) {
    if (weight == null || (!parallel.isShared() && plan.splits() == 1)) {
      return weight;
    }
    if (!parallel.isShared()) {
      return weight.rows(from, to);
    }
    int count = (int) (to - from);
    int[] pattern = new int[plan.devices() * count];
    for (int i = 0; i < pattern.length; i++) {
      long token = i / count * share() + from + i % count;
      pattern[i] = token < plan.vocabSize() ? (int) token : -1;
    }
    return weight.rearranged(0, plan.vocabSize(), pattern);
  }

  /** Joins the devices' logits, without those of no token; takes them over. */
  private UnaryOperator<Tensor> whole() {
    UnaryOperator<Tensor> joined = parallel.joined(plan.outputMemory());
    if (share() * plan.devices() == plan.vocabSize()) {
      return joined;
    }
    return logits -> {
      try (Tensor padded = joined.apply(logits)) {
        long[] ends = padded.shape();
        ends[ends.length - 1] = plan.vocabSize();
        return Ttnn.slice(padded, new long[ends.length], ends);
      }
    };
  }

  /**
   * Computes logits.
   *
   * @param x [1, 1, S, H], TILE
   * @return [1, 1, S, V], TILE
   */
  @Override
  public Tensor forward(Tensor x) {
    return whole.apply(shaped.apply(project.apply(x)));
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

  /** All columns, part by part. */
  private record Joined(List<UnaryOperator<Tensor>> parts, LMHeadPlan plan)
      implements UnaryOperator<Tensor> {
    @Override
    public Tensor apply(Tensor x) {
      try (TensorScope scope = new TensorScope()) {
        List<Tensor> logits = new ArrayList<>(parts.size());
        for (UnaryOperator<Tensor> part : parts) {
          logits.add(scope.add(part.apply(x)));
        }
        return Ttnn.concat(logits, -1, plan.outputMemory());
      }
    }
  }
}
