// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.Device;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.MatmulArgs;
import dev.tttv2.core.OpArgs;
import dev.tttv2.core.SdpaArgs;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import dev.tttv2.core.Ttnn;
import java.util.List;

/**
 * Attention of one sequence to another, such as a decoder's to an encoder's output. Keys and values
 * of the other sequence are computed once, by {@link #context}, and used for any number of steps.
 *
 * <pre>
 * context  y T [B, 1, T, HC] -&gt; linear [B, 1, T, 2 KV D] -&gt; slice, reshape, permute
 *            -&gt; k, v [B, KV, T, D]
 * forward  x T [B, 1, S, H] -&gt; linear [B, 1, S, NH D] -&gt; reshape, permute -&gt; q [B, NH, S, D]
 *            -&gt; scaled_dot_product_attention(q, k, v), not causal
 *            -&gt; nlp_concat_heads -&gt; linear                      [B, 1, S, H]
 * </pre>
 */
public final class CrossAttention implements AutoCloseable {
  private final CrossAttentionPlan plan;
  private final TensorScope weights;
  private final Tensor wq;
  private final Tensor wkv;
  private final Tensor wo;
  private final MatmulArgs qArgs;
  private final MatmulArgs kvArgs;
  private final MatmulArgs woArgs;
  private final SdpaArgs sdpa;
  private final OpArgs join;

  /**
   * Keys and values of what is attended to.
   *
   * @param k [B, KV, T, D]
   * @param v [B, KV, T, D]
   */
  public record Context(Tensor k, Tensor v) implements AutoCloseable {
    /** Closes the tensors. Idempotent. */
    @Override
    public void close() {
      k.close();
      v.close();
    }
  }

  /**
   * Loads the weights; k and v become one projection.
   *
   * @param given q [NH D, H], k and v [KV D, HC], o [H, NH D]; no norms, no sinks
   * @throws IllegalArgumentException if they do not fit the plan
   */
  public CrossAttention(Device device, CrossAttentionPlan plan, AttentionWeights given) {
    check(plan, given);
    this.plan = plan;
    HeadLayout layout = plan.layout();
    try (Weights loading = new Weights(device)) {
      wq = loading.projection(layout.padded(given.q()), plan.weightDtype(), plan.weightMemory());
      wkv =
          loading.projection(
              LazyWeight.concat(List.of(layout.padded(given.k()), layout.padded(given.v()))),
              plan.weightDtype(),
              plan.weightMemory());
      wo =
          loading.projection(
              layout.paddedColumns(given.o()), plan.weightDtype(), plan.weightMemory());
      LazyWeight kvBias =
          plan.qkvBias()
              ? LazyWeight.concat(
                  List.of(layout.padded(given.kBias()), layout.padded(given.vBias())))
              : null;
      qArgs = args(loading, layout.padded(given.qBias()));
      kvArgs = args(loading, kvBias);
      woArgs = args(loading, given.oBias());
      weights = loading.keep();
    }
    sdpa =
        SdpaArgs.builder()
            .causal(false)
            .scale(plan.scale())
            .memory(plan.outputMemory())
            .compute(plan.sdpaCompute())
            .build();
    join = OpArgs.builder().memory(plan.outputMemory()).build();
  }

  private static void check(CrossAttentionPlan plan, AttentionWeights given) {
    String block = "cross attention";
    long q = (long) plan.numHeads() * plan.headDim();
    long kv = (long) plan.numKvHeads() * plan.headDim();
    Checks.weight(block, "q", given.q(), q, plan.hiddenSize());
    Checks.weight(block, "k", given.k(), kv, plan.contextSize());
    Checks.weight(block, "v", given.v(), kv, plan.contextSize());
    Checks.weight(block, "o", given.o(), plan.hiddenSize(), q);
    Checks.vector(block, "q bias", plan.qkvBias(), given.qBias(), q);
    Checks.vector(block, "k bias", plan.qkvBias(), given.kBias(), kv);
    Checks.vector(block, "v bias", plan.qkvBias(), given.vBias(), kv);
    Checks.vector(block, "o bias", plan.outputBias(), given.oBias(), plan.hiddenSize());
    Checks.vector(block, "q norm", false, given.qNorm(), 0);
    Checks.vector(block, "k norm", false, given.kNorm(), 0);
    Checks.vector(block, "sinks", false, given.sinks(), 0);
  }

  private MatmulArgs args(Weights loading, LazyWeight bias) {
    return MatmulArgs.builder()
        .bias(loading.bias(bias, plan.activationDtype()))
        .dtype(plan.activationDtype())
        .compute(plan.linearCompute())
        .memory(plan.outputMemory())
        .build();
  }

  /**
   * Computes keys and values.
   *
   * @param y [B, 1, T, HC], TILE
   * @return [B, KV, T, D] each; the caller closes them
   */
  public Context context(Tensor y) {
    long columns = (long) plan.numKvHeads() * plan.paddedHeadDim();
    try (Tensor kv = Ttnn.linear(y, wkv, kvArgs);
        TensorScope scope = new TensorScope()) {
      Tensor k = scope.add(part(kv, 0, columns));
      Tensor v = scope.add(part(kv, columns, 2 * columns));
      scope.release(k);
      scope.release(v);
      return new Context(k, v);
    }
  }

  private Tensor part(Tensor kv, long from, long to) {
    long[] starts = {0, 0, 0, from};
    long[] ends = {kv.dim(0), 1, kv.dim(2), to};
    try (Tensor columns = Ttnn.slice(kv, starts, ends)) {
      return heads(columns, plan.numKvHeads());
    }
  }

  /** Splits [B, 1, S, heads D] into [B, heads, S, D]. */
  private Tensor heads(Tensor x, int heads) {
    try (Tensor split = Ttnn.reshape(x, x.dim(0), x.dim(2), heads, plan.paddedHeadDim())) {
      return Ttnn.permute(split, 0, 2, 1, 3);
    }
  }

  /**
   * Attends.
   *
   * @param x [B, 1, S, H], TILE
   * @param context keys and values of B sequences; stays the caller's
   * @param mask [B or 1, NH or 1, S, T], TILE, added to the scaled scores; or null
   * @return [B, 1, S, H], TILE; the caller closes it
   * @throws dev.tttv2.ffm.TtnnException.Shape if x, context and mask do not fit each other
   */
  public Tensor forward(Tensor x, Context context, Tensor mask) {
    return Tensor.composed("cross attention", () -> applied(x, context, mask));
  }

  private Tensor applied(Tensor x, Context context, Tensor mask) {
    try (Tensor projected = Ttnn.linear(x, wq, qArgs);
        Tensor q = heads(projected, plan.numHeads());
        Tensor attended = attend(q, context, mask);
        Tensor joined = Ttnn.nlpConcatHeads(attended, join)) {
      return Ttnn.linear(joined, wo, woArgs);
    }
  }

  private Tensor attend(Tensor q, Context context, Tensor mask) {
    return mask == null
        ? Ttnn.scaledDotProductAttention(q, context.k(), context.v(), sdpa)
        : Ttnn.scaledDotProductAttention(q, context.k(), context.v(), mask, sdpa);
  }

  /** Returns what the block was made from. */
  public CrossAttentionPlan plan() {
    return plan;
  }

  /** Frees the weights. Idempotent. */
  @Override
  public void close() {
    weights.close();
  }
}
