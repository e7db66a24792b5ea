// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.CoreRange;
import dev.tttv2.core.MemoryConfig;
import dev.tttv2.core.TensorMemoryLayout;

/** Height sharded memory in L1 for decode: one user on each of B cores, B up to 32. */
final class UserShards {
  /** The most users that TTNN's decode operations take. */
  static final int MAX_USERS = 32;

  private static final int TILE = 32;

  /** By the number of users. */
  private final MemoryConfig[] shards;

  /**
   * Makes the memory configs.
   *
   * @param height rows of a user, rounded up to whole tiles
   * @param width columns, likewise
   */
  UserShards(int height, int width, int gridX, int gridY) {
    int users = Math.min(MAX_USERS, gridX * gridY);
    shards = new MemoryConfig[users + 1];
    for (int b = 1; b <= users; b++) {
      shards[b] =
          MemoryConfig.sharded(
              TensorMemoryLayout.HEIGHT_SHARDED,
              Math.ceilDiv(height, TILE) * TILE,
              Math.ceilDiv(width, TILE) * TILE,
              CoreRange.rowByRow(b, gridX, gridY));
    }
  }

  /** Returns the most users there is memory for. */
  int most() {
    return shards.length - 1;
  }

  /** Returns the memory for so many users, 1 to {@link #most}. */
  MemoryConfig of(int users) {
    return shards[users];
  }
}
