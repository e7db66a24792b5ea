// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.LazyWeight;

/**
 * The weights of a gated MLP, as checkpoints hold them.
 *
 * @param gate w1, [F, H]
 * @param up w3, [F, H]
 * @param down w2, [H, F]
 * @param gateBias [F], or null where the plan has no biases
 * @param upBias [F], or null likewise
 * @param downBias [H], or null likewise
 */
public record MLPWeights(
    LazyWeight gate,
    LazyWeight up,
    LazyWeight down,
    LazyWeight gateBias,
    LazyWeight upBias,
    LazyWeight downBias) {
  /** The weights of an MLP without biases. */
  public MLPWeights(LazyWeight gate, LazyWeight up, LazyWeight down) {
    this(gate, up, down, null, null, null);
  }
}
