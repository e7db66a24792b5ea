// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.core.Tensor;

/** Is shown the residual stream of a model between its layers. */
@FunctionalInterface
public interface HiddenStateListener {
  /** Looks at nothing. */
  HiddenStateListener NONE = (index, x) -> {};

  /**
   * Is shown a hidden state.
   *
   * @param index 0 behind the embeddings, i behind layer i - 1, and one more behind the final norm
   *     if there is one
   * @param x [1, 1, S, H] of a prompt, [B, 1, S, H] of an encoder's batch, TILE; stays the model's,
   *     and is closed when this returns
   */
  void hiddenState(int index, Tensor x);
}
