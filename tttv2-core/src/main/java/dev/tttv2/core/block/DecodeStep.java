// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.Tensor;

/**
 * What all layers of a decode step share: one position of each user. Holds the caller's tensors,
 * closes none.
 *
 * @param rope the rotations of the positions; null where nothing is rotated
 * @param cache where keys and values are and go
 * @param pageTable the users' blocks, [B, P], INT32, ROW_MAJOR
 * @param positions [B], INT32, ROW_MAJOR; negative: the user is idle, its row has no meaning
 * @param mask [B, 1, NH, P * block size], TILE: added to the scaled scores, and alone says what a
 *     query sees; null: attention is causal
 */
public record DecodeStep(
    Rotation rope, KVCache cache, Tensor pageTable, Tensor positions, Tensor mask) {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if page table and positions are of different numbers of users
   */
  public DecodeStep {
    if (pageTable.dim(0) != positions.dim(0)) {
      throw new IllegalArgumentException(
          "decode: page table %s and positions %s are of different numbers of users"
              .formatted(pageTable, positions));
    }
  }

  /**
   * A step of causal attention.
   *
   * @throws IllegalArgumentException if page table and positions are of different numbers of users
   */
  public DecodeStep(Rotation rope, KVCache cache, Tensor pageTable, Tensor positions) {
    this(rope, cache, pageTable, positions, null);
  }

  /** Returns the number of users, B. */
  public long users() {
    return positions.dim(0);
  }
}
