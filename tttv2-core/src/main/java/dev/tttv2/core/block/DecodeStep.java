// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.Tensor;

/**
 * What all layers of a decode step share: one position of each user. Holds the caller's tensors,
 * closes none.
 *
 * @param rope the rotations of the positions
 * @param cache where keys and values are and go
 * @param pageTable the users' blocks, [B, P], INT32, ROW_MAJOR
 * @param positions [B], INT32, ROW_MAJOR; negative: the user is idle, its row has no meaning
 */
public record DecodeStep(Rotation rope, KVCache cache, Tensor pageTable, Tensor positions) {
  /** Checks the numbers. */
  public DecodeStep {
    if (pageTable.dim(0) != positions.dim(0)) {
      throw new IllegalArgumentException(
          "decode: page table %s and positions %s are of different numbers of users"
              .formatted(pageTable, positions));
    }
  }

  /** Returns the number of users, B. */
  public long users() {
    return positions.dim(0);
  }
}
