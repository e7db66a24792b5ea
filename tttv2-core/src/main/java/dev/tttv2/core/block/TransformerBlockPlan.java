// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.DataType;
import dev.tttv2.core.MemoryConfig;
import java.util.Objects;

/**
 * A transformer block, decided in full and checked. Made by {@link TransformerBlockConfig#resolve}.
 *
 * @param layer which layer of the cache the block's attention uses, from 0
 * @param residualScale the factor of what attention and MLP add to the residual stream
 * @param residualDtype of the sums, but for those that {@link Residual.PostNorm} normalises: they
 *     are of the sublayer's dtype
 * @param residualMemory where the sums lie
 */
public record TransformerBlockPlan(
    int layer, float residualScale, DataType residualDtype, MemoryConfig residualMemory) {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if layer is negative, residualScale is not positive, or
   *     residualDtype is an integer type or FLOAT16
   * @throws NullPointerException if residualDtype or residualMemory is null
   */
  public TransformerBlockPlan {
    if (layer < 0) {
      throw new IllegalArgumentException(
          "transformer block: layer is %d, expected 0 or more".formatted(layer));
    }
    Checks.positive("transformer block", "residualScale", residualScale);
    Checks.floating("transformer block", "residualDtype", residualDtype);
    Objects.requireNonNull(residualMemory, "residualMemory");
  }
}
