// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

/** Who decides how the cores of a board share a block's products. The host computes the same. */
public enum ProgramConfigs {
  /** TTNN. */
  AUTOMATIC,
  /**
   * The block, by arithmetic, for each number of rows: {@link
   * dev.tttv2.core.MatmulProduct#programConfig}.
   */
  TUNED
}
