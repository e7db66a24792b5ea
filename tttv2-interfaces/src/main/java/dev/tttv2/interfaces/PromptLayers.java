// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.core.Tensor;
import dev.tttv2.core.block.KVCache;

/**
 * A whole prompt's {@linkplain CausalLM#prefill prefill} in two halves, of which the first is the
 * same for all prompts of a length and can be captured as a trace.
 */
public interface PromptLayers {
  /**
   * Runs all layers over a prompt from position 0, and fills the cache. Neither reads from nor
   * writes to the host.
   *
   * @param ids token ids, [1, S], UINT32, ROW_MAJOR, padding behind the prompt included
   * @param cache the cache to fill
   * @param pageTable [1, P], INT32, ROW_MAJOR, with blocks for S positions
   * @return the residual stream behind the last layer, [1, 1, S, H], TILE; the caller closes it
   */
  Tensor forward(Tensor ids, KVCache cache, Tensor pageTable);

  /**
   * Makes the logits of one position.
   *
   * @param hidden what {@link #forward} gave; stays the caller's
   * @param row the position, of the prompt's last token for the next one
   * @return [1, 1, 1, V]; the caller closes them
   */
  Tensor logits(Tensor hidden, int row);
}
