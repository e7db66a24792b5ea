// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.DataType;

/**
 * ALiBi, decided in full and checked. Made by {@link ALiBiConfig#resolve}.
 *
 * @param numHeads query heads, NH
 * @param maxPositions the longest context
 * @param numKvHeads key and value heads, which decide on a mesh where query heads lie
 * @param dtype of the masks: that of attention's activations
 * @param devices over how many devices of a mesh it is shared out
 */
public record ALiBiPlan(
    int numHeads, int maxPositions, int numKvHeads, DataType dtype, int devices) {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if a number is not positive, or dtype is neither BFLOAT16 nor
   *     FLOAT32; names the field
   */
  public ALiBiPlan {
    Checks.positive("ALiBi", "numHeads", numHeads);
    Checks.positive("ALiBi", "maxPositions", maxPositions);
    Checks.positive("ALiBi", "numKvHeads", numKvHeads);
    Checks.positive("ALiBi", "devices", devices);
    Checks.rowMajorFloat("ALiBi", "dtype", dtype);
  }
}
