// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.Tensor;

/** A block that maps activations to activations: norms, MLPs, heads. */
public interface Block extends AutoCloseable {
  /**
   * Applies the block, to prompts and to decode steps alike.
   *
   * @param x activations, [1, 1, S or B, extent in], TILE
   * @return [1, 1, S or B, extent out], TILE; the caller closes it
   */
  Tensor forward(Tensor x);

  /** Frees the weights. Idempotent. */
  @Override
  void close();
}
