// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

/**
 * A part of a prompt for {@link ModelRunner#prefillForward}. The arrays are read during the call.
 *
 * @param tokens the part's tokens
 * @param start the position of the first one; a multiple of the block size. What lies before it is
 *     in the cache
 * @param total the length of the whole prompt
 * @param blocks the sequence's blocks, for all positions up to the part's end
 * @param which whether all positions' logits are wanted, or those of the last one
 */
public record PrefillInput(int[] tokens, int start, int total, int[] blocks, Logits which) {
  /** Returns the position behind the part's last token. */
  public int end() {
    return start + tokens.length;
  }
}
