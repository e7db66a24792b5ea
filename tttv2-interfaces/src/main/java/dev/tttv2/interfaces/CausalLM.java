// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.core.Device;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.block.KVCache;
import java.util.Optional;

/**
 * A decoder-only language model on a device: what a {@link ModelFamily} loads and what a {@link
 * Generator} drives.
 *
 * <p>A model holds weights and nothing of any request: every call says which cache, page table and
 * positions it works on. Any thread may call it; work that consists of several calls holds {@link
 * Device#lock} where other threads use the device as well.
 */
public interface CausalLM extends AutoCloseable {
  /**
   * Returns the model's description; its {@code maxPositions} is the longest context it was loaded
   * for.
   */
  DecoderConfig config();

  /** Returns the device that holds the weights. */
  Device device();

  /** Returns the precisions the weights were loaded with. */
  OptimizationConfig optimizations();

  /**
   * Makes an empty paged cache for this model; the caller closes it.
   *
   * @param numBlocks blocks shared by all users of the cache
   * @param blockSize tokens a block
   */
  KVCache newCache(int numBlocks, int blockSize);

  /**
   * Runs one user's prompt, or the part of it at positions {@code start ..}, and fills the cache
   * with its keys and values.
   *
   * @param ids token ids, [1, S], UINT32, ROW_MAJOR; those at position {@code total} and beyond are
   *     padding, which models have that {@link #takesPadding take it}; the page table has blocks
   *     for it
   * @param start the position of the first id; a multiple of the cache's block size
   * @param total the length of the whole prompt, on which the rotations of some models depend
   * @param cache the cache to fill; it holds positions below {@code start} already
   * @param pageTable [users, P], INT32, ROW_MAJOR
   * @param user the row of {@code pageTable} that belongs to this prompt
   * @param which whether all positions' logits are wanted, padding's too, or those of the last
   *     position that is none alone
   * @return logits, [1, 1, 1, V] for {@link Logits#LAST}, [1, 1, S, V] for {@link Logits#ALL}; the
   *     caller closes them
   */
  default Tensor prefill(
      Tensor ids, int start, int total, KVCache cache, Tensor pageTable, int user, Logits which) {
    return prefill(ids, start, total, cache, pageTable, user, which, HiddenStateListener.NONE);
  }

  /**
   * Runs a prompt, or a part of it, as {@link #prefill(Tensor, int, int, KVCache, Tensor, int,
   * Logits)} does, and shows what flows between the layers.
   *
   * @param listener is shown every hidden state; behind the final norm as many rows as logits are
   *     wanted
   */
  Tensor prefill(
      Tensor ids,
      int start,
      int total,
      KVCache cache,
      Tensor pageTable,
      int user,
      Logits which,
      HiddenStateListener listener);

  /**
   * Tells whether {@link #prefill} may be given more ids than the prompt has. A model that takes
   * the last row's logits for the last position's does not take it; this is the default.
   */
  default boolean takesPadding() {
    return false;
  }

  /**
   * Returns prefill in two halves, of which the first can be captured as a trace, where the model
   * and its device have that. By default there is none.
   */
  default Optional<PromptLayers> promptLayers() {
    return Optional.empty();
  }

  /**
   * Runs one token of each user. Neither reads from nor writes to the host, so that it can be
   * captured as a trace.
   *
   * @param inputs ids and positions of B users
   * @param cache the cache that holds the users' earlier positions
   * @return logits, [1, 1, B, V]; rows of idle users have no meaning; the caller closes them
   */
  Tensor decode(DecodeInputs inputs, KVCache cache);

  /** Frees the weights. Idempotent; does not close the device. */
  @Override
  void close();
}
