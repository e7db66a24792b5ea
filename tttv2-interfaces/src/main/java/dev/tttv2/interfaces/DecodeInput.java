// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.Optional;

/**
 * One decode step for {@link ModelRunner#decodeForward}. The arrays are read during the call.
 *
 * @param tokens the token that each row feeds; as many rows as one of {@link
 *     RunnerCapabilities#decodeBatches} says. Not read unless all is reloaded
 * @param positions the positions of those tokens; -1: the row is idle. Not read unless all is
 *     reloaded
 * @param blocks each row's blocks, up to its position's; none for idle rows. Not read if nothing is
 *     reloaded
 * @param slotRemap where rows have moved since the last step: row i goes on with what row {@code
 *     slotRemap[i]} had, a negative one is idle. Absent: all stay. Matters if not all is reloaded
 * @param reload what of the inputs is new
 * @param chooseOnDevice whether the device chooses the most likely tokens, and hands over no logits
 */
public record DecodeInput(
    int[] tokens,
    int[] positions,
    int[][] blocks,
    Optional<int[]> slotRemap,
    DecodeReload reload,
    boolean chooseOnDevice) {
  /** Returns the number of rows. */
  public int rows() {
    return tokens.length;
  }
}
