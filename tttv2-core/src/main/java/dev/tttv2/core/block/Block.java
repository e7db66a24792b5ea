// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.Tensor;

/** A block that maps activations to activations: norms, MLPs, heads. */
public interface Block extends AutoCloseable {
  /**
   * Applies the block, to prompts and to decode steps alike.
   *
   * @param x activations, TILE: [1, 1, S, extent in] of a prompt, [1, 1, B, extent in] of a decode
   *     step, [B, 1, S, extent in] of whole texts
   * @return x's shape with the extent out, TILE; the caller closes it
   * @throws dev.tttv2.ffm.TtnnException.Shape if x is of another extent
   */
  Tensor forward(Tensor x);

  /** Frees the weights. Idempotent. */
  @Override
  void close();
}
