// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.core.Tensor;

/**
 * The device tensors that one decode step reads. They stay where they are from step to step, only
 * their values change, so that a captured trace can be replayed.
 *
 * @param ids the token each user feeds, [1, B], UINT32, ROW_MAJOR
 * @param positions the position of that token, [B], INT32, ROW_MAJOR; negative: the user is idle,
 *     its row is neither cached nor meaningful
 * @param ropePositions the same positions for the rotary tables, [1, B], UINT32, ROW_MAJOR; any
 *     valid position (zero) for idle users
 * @param pageTable cache blocks of each user, [B, P], INT32, ROW_MAJOR
 */
public record DecodeInputs(Tensor ids, Tensor positions, Tensor ropePositions, Tensor pageTable)
    implements AutoCloseable {
  /** Closes the four tensors. Idempotent. */
  @Override
  public void close() {
    ids.close();
    positions.close();
    ropePositions.close();
    pageTable.close();
  }
}
