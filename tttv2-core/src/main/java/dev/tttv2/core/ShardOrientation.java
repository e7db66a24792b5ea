// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import dev.tttv2.ffm.TtnnConstants;

/** The order in which shards are given to cores. */
public enum ShardOrientation {
  /** Along the rows of the grid. */
  ROW_MAJOR(TtnnConstants.SHARD_ORIENTATION_ROW_MAJOR),
  /** Along its columns. */
  COL_MAJOR(TtnnConstants.SHARD_ORIENTATION_COL_MAJOR);

  private final int code;

  ShardOrientation(int code) {
    this.code = code;
  }

  /** Returns the orientation's number in the C interface. */
  public int code() {
    return code;
  }

  static ShardOrientation of(int code) {
    return code == TtnnConstants.SHARD_ORIENTATION_COL_MAJOR ? COL_MAJOR : ROW_MAJOR;
  }
}
