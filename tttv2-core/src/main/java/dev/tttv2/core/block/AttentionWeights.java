// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.LazyWeight;

/**
 * The weights of attention, as checkpoints hold them. What the plan does not have is null.
 *
 * @param q [NH D, H]
 * @param k [KV D, H]
 * @param v [KV D, H]
 * @param o [H, NH D]
 * @param qBias [NH D]
 * @param kBias [KV D]
 * @param vBias [KV D]
 * @param oBias [H]
 * @param qNorm [D] for a norm of each head, [NH D] for one of all heads
 * @param kNorm [D] or [KV D] likewise
 * @param sinks [NH], one logit without a value for each head
 */
public record AttentionWeights(
    LazyWeight q,
    LazyWeight k,
    LazyWeight v,
    LazyWeight o,
    LazyWeight qBias,
    LazyWeight kBias,
    LazyWeight vBias,
    LazyWeight oBias,
    LazyWeight qNorm,
    LazyWeight kNorm,
    LazyWeight sinks) {
  /** The weights of attention with projections alone. */
  public AttentionWeights(LazyWeight q, LazyWeight k, LazyWeight v, LazyWeight o) {
    this(q, k, v, o, null, null, null, null, null, null, null);
  }

  /** Returns a copy with biases of queries, keys and values. */
  public AttentionWeights withQkvBias(LazyWeight query, LazyWeight key, LazyWeight value) {
    return new AttentionWeights(q, k, v, o, query, key, value, oBias, qNorm, kNorm, sinks);
  }

  /** Returns a copy with a bias of the output projection. */
  public AttentionWeights withOutputBias(LazyWeight bias) {
    return new AttentionWeights(q, k, v, o, qBias, kBias, vBias, bias, qNorm, kNorm, sinks);
  }

  /** Returns a copy with the weights of the norms of queries and keys. */
  public AttentionWeights withQkNorm(LazyWeight query, LazyWeight key) {
    return new AttentionWeights(q, k, v, o, qBias, kBias, vBias, oBias, query, key, sinks);
  }

  /** Returns a copy with attention sinks. */
  public AttentionWeights withSinks(LazyWeight logits) {
    return new AttentionWeights(q, k, v, o, qBias, kBias, vBias, oBias, qNorm, kNorm, logits);
  }

  /**
   * The weights of attention whose checkpoint stacks queries, keys and values by rows.
   *
   * @param qkv [(NH + 2 KV) D, H]
   * @param o [H, NH D]
   * @param queries rows of the queries, NH D
   */
  public static AttentionWeights stacked(LazyWeight qkv, LazyWeight o, long queries) {
    long rows = qkv.shape()[0];
    long keys = (rows - queries) / 2;
    return new AttentionWeights(
        qkv.rows(0, queries), qkv.rows(queries, queries + keys), qkv.rows(queries + keys, rows), o);
  }

  /** Returns a copy with biases that are stacked as {@link #stacked} weights, [(NH + 2 KV) D]. */
  public AttentionWeights withStackedBias(LazyWeight bias, long queries) {
    AttentionWeights parts = stacked(bias, null, queries);
    return withQkvBias(parts.q, parts.k, parts.v);
  }
}
