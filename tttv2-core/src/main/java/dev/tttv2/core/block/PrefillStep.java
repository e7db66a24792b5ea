// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.Tensor;

/**
 * What all layers of a prefill share: one user's prompt, or a part of it. Holds the caller's
 * tensors, closes none.
 *
 * @param rope the rotations of positions start .. start + length - 1; null where nothing is rotated
 * @param cache where keys and values go; it holds the positions below {@code start} already
 * @param pageTable the users' blocks, [users, P], INT32, ROW_MAJOR
 * @param user the row of {@code pageTable}
 * @param start the first position; a multiple of the cache's block size
 * @param length how many positions, S
 * @param mask [1, NH or 1, S, start + S], TILE: added to the scaled scores, and alone says what a
 *     query sees; null: attention is causal
 */
public record PrefillStep(
    Rotation rope, KVCache cache, Tensor pageTable, int user, int start, int length, Tensor mask) {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if length is not positive, start is negative or no multiple of
   *     the block size, the page table has no such user, or too few blocks for the positions; gives
   *     the numbers
   */
  public PrefillStep {
    Checks.positive("prefill", "length", length);
    int blockSize = cache.config().blockSize();
    if (start < 0 || start % blockSize != 0) {
      throw new IllegalArgumentException(
          "prefill: start is %d, expected a multiple of the cache's block size %d"
              .formatted(start, blockSize));
    }
    long users = pageTable.dim(0);
    if (user < 0 || user >= users) {
      throw new IllegalArgumentException(
          "prefill: user is %d, but the page table %s has %d".formatted(user, pageTable, users));
    }
    long room = pageTable.dim(1) * blockSize;
    if (length > room - start) {
      throw new IllegalArgumentException(
          "prefill: positions %d to %d, but the page table %s has room for %d in blocks of %d"
              .formatted(start, (long) start + length - 1, pageTable, room, blockSize));
    }
  }

  /**
   * A step of causal attention.
   *
   * @throws IllegalArgumentException if the numbers do not fit each other, the cache or the page
   *     table
   */
  public PrefillStep(
      Rotation rope, KVCache cache, Tensor pageTable, int user, int start, int length) {
    this(rope, cache, pageTable, user, start, length, null);
  }
}
