// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import dev.tttv2.ffm.TtnnConstants;

/** How a tensor is spread over banks or cores. */
public enum TensorMemoryLayout {
  /** Page by page over all banks. */
  INTERLEAVED(TtnnConstants.MEMORY_LAYOUT_INTERLEAVED),
  /** A group of rows for each core. */
  HEIGHT_SHARDED(TtnnConstants.MEMORY_LAYOUT_HEIGHT_SHARDED),
  /** A group of columns for each core. */
  WIDTH_SHARDED(TtnnConstants.MEMORY_LAYOUT_WIDTH_SHARDED),
  /** A block of rows and columns for each core. */
  BLOCK_SHARDED(TtnnConstants.MEMORY_LAYOUT_BLOCK_SHARDED);

  private final int code;

  TensorMemoryLayout(int code) {
    this.code = code;
  }

  /** Returns the memory layout's number in the C interface. */
  public int code() {
    return code;
  }

  static TensorMemoryLayout of(int code) {
    for (TensorMemoryLayout layout : values()) {
      if (layout.code == code) {
        return layout;
      }
    }
    throw new IllegalArgumentException("unknown memory layout number " + code);
  }
}
