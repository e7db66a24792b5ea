// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import dev.tttv2.core.block.QkNorm;
import java.util.List;
import java.util.Objects;

/**
 * The attention of every block.
 *
 * @param numHeads query heads
 * @param numKvHeads key and value heads; divides numHeads
 * @param headDim width of a head; numHeads * headDim need not be the model's width
 * @param scale factor of the scores
 * @param logitSoftcap bound c of the scores, {@code c tanh(score / c)}; 0: none
 * @param causal whether a position sees only itself and those before
 * @param qkvBias whether the projections to queries, keys and values have biases
 * @param outputBias whether the output projection has a bias
 * @param qkNorm whether queries and keys are normalised
 * @param slidingWindows for each layer how many positions are seen, the own included; 0: all
 */
public record AttentionSpec(
    int numHeads,
    int numKvHeads,
    int headDim,
    double scale,
    double logitSoftcap,
    boolean causal,
    boolean qkvBias,
    boolean outputBias,
    QkNorm qkNorm,
    List<Integer> slidingWindows) {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if a size or the scale is not positive, numHeads is no
   *     multiple of numKvHeads, or logitSoftcap or a window is negative; gives the numbers
   * @throws NullPointerException if qkNorm, slidingWindows or one of them is null
   */
  public AttentionSpec {
    Checks.positive("attention", "numHeads", numHeads);
    Checks.positive("attention", "numKvHeads", numKvHeads);
    Checks.positive("attention", "headDim", headDim);
    if (numHeads % numKvHeads != 0) {
      throw new IllegalArgumentException(
          "attention: numHeads %d is not a multiple of numKvHeads %d"
              .formatted(numHeads, numKvHeads));
    }
    Checks.positive("attention", "scale", scale);
    Checks.notNegative("attention", "logitSoftcap", logitSoftcap);
    Objects.requireNonNull(qkNorm, "qkNorm");
    slidingWindows = List.copyOf(slidingWindows);
    for (int window : slidingWindows) {
      Checks.notNegative("attention", "slidingWindows", window);
    }
  }

  /** Returns how many query heads share a key/value head. */
  public int groupSize() {
    return numHeads / numKvHeads;
  }

  /**
   * Returns how many positions a layer's queries see, the own included; 0: all.
   *
   * @param layer from 0
   * @throws IndexOutOfBoundsException if there is no such layer
   */
  public int slidingWindow(int layer) {
    return slidingWindows.get(layer);
  }
}
