// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.LazyWeight;

/**
 * The weights of attention, as checkpoints hold them.
 *
 * @param q [NH D, H]
 * @param k [KV D, H]
 * @param v [KV D, H]
 * @param o [H, NH D]
 * @param qBias [NH D], or null where the plan has no such bias
 * @param kBias [KV D], or null likewise
 * @param vBias [KV D], or null likewise
 * @param oBias [H], or null likewise
 */
public record AttentionWeights(
    LazyWeight q,
    LazyWeight k,
    LazyWeight v,
    LazyWeight o,
    LazyWeight qBias,
    LazyWeight kBias,
    LazyWeight vBias,
    LazyWeight oBias) {
  /** The weights of attention without biases. */
  public AttentionWeights(LazyWeight q, LazyWeight k, LazyWeight v, LazyWeight o) {
    this(q, k, v, o, null, null, null, null);
  }
}
