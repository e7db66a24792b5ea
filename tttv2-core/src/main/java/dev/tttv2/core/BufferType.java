// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import dev.tttv2.ffm.TtnnConstants;

/** A device's two kinds of memory. */
public enum BufferType {
  /** The device's large memory. */
  DRAM(TtnnConstants.BUFFER_TYPE_DRAM),
  /** The memory inside the cores. */
  L1(TtnnConstants.BUFFER_TYPE_L1);

  private final int code;

  BufferType(int code) {
    this.code = code;
  }

  /** Returns the buffer type's number in the C interface. */
  public int code() {
    return code;
  }

  static BufferType of(int code) {
    return code == TtnnConstants.BUFFER_TYPE_L1 ? L1 : DRAM;
  }
}
