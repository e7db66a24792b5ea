// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import dev.tttv2.ffm.TtnnConstants;

/** How a tensor's elements follow each other. */
public enum Layout {
  /** Row after row, without padding. */
  ROW_MAJOR(TtnnConstants.LAYOUT_ROW_MAJOR),
  /** In tiles of 32 x 32 elements; the last two dimensions are padded to them. */
  TILE(TtnnConstants.LAYOUT_TILE);

  private final int code;

  Layout(int code) {
    this.code = code;
  }

  /** Returns the layout's number in the C interface. */
  public int code() {
    return code;
  }

  static Layout of(int code) {
    return code == TtnnConstants.LAYOUT_TILE ? TILE : ROW_MAJOR;
  }

  static int codeOf(Layout layout) {
    return layout == null ? TtnnConstants.LAYOUT_DEFAULT : layout.code;
  }
}
