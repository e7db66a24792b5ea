// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.LazyWeight;

/**
 * The weights of an MLP, as checkpoints hold them. What the plan does not have is null.
 *
 * @param gate w1, [F, H]; null where the MLP is not gated
 * @param up w3, [F, H]; the first of two matrices where the MLP is not gated
 * @param down w2, [H, F]
 * @param gateBias [F]
 * @param upBias [F]
 * @param downBias [H]
 */
public record MLPWeights(
    LazyWeight gate,
    LazyWeight up,
    LazyWeight down,
    LazyWeight gateBias,
    LazyWeight upBias,
    LazyWeight downBias) {
  /** The weights of a gated MLP without biases. */
  public MLPWeights(LazyWeight gate, LazyWeight up, LazyWeight down) {
    this(gate, up, down, null, null, null);
  }

  /**
   * The weights of a gated MLP whose checkpoint stacks gate and up by rows.
   *
   * @param gateUp [2 F, H], the gate first
   * @param down [H, F]
   */
  public static MLPWeights stacked(LazyWeight gateUp, LazyWeight down) {
    long rows = gateUp.shape()[0];
    return new MLPWeights(gateUp.rows(0, rows / 2), gateUp.rows(rows / 2, rows), down);
  }

  /** The weights of an MLP of two matrices, [F, H] and [H, F], without biases. */
  public static MLPWeights standard(LazyWeight first, LazyWeight second) {
    return new MLPWeights(null, first, second);
  }

  /** The weights of an MLP of two matrices, [F, H] and [H, F], with biases [F] and [H]. */
  public static MLPWeights standard(
      LazyWeight first, LazyWeight firstBias, LazyWeight second, LazyWeight secondBias) {
    return new MLPWeights(null, first, second, null, firstBias, secondBias);
  }
}
