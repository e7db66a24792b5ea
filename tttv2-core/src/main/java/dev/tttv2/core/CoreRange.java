// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import java.util.List;

/**
 * A rectangle of cores, both corners included.
 *
 * @param startX the first column
 * @param startY the first row
 * @param endX the last column
 * @param endY the last row
 */
public record CoreRange(int startX, int startY, int endX, int endY) {
  /**
   * Checks that the rectangle is one.
   *
   * @throws IllegalArgumentException if the rectangle is empty or a coordinate is negative
   */
  public CoreRange {
    if (startX < 0 || startY < 0 || endX < startX || endY < startY) {
      throw new IllegalArgumentException(
          "core range (%d, %d) to (%d, %d) is empty or negative"
              .formatted(startX, startY, endX, endY));
    }
  }

  /** Returns the number of cores. */
  public int size() {
    return (endX - startX + 1) * (endY - startY + 1);
  }

  /**
   * Takes cores row by row from the grid's first corner: whole rows and the rest of one.
   *
   * @param cores how many, at least 1
   * @param gridX columns of the grid
   * @param gridY rows of the grid
   * @throws IllegalArgumentException if the grid has fewer cores
   */
  public static List<CoreRange> rowByRow(int cores, int gridX, int gridY) {
    if (cores < 1 || cores > gridX * gridY) {
      throw new IllegalArgumentException(
          "%d cores wanted of a grid of %d x %d".formatted(cores, gridX, gridY));
    }
    int rows = cores / gridX;
    int rest = cores % gridX;
    if (rows == 0) {
      return List.of(new CoreRange(0, 0, rest - 1, 0));
    }
    CoreRange whole = new CoreRange(0, 0, gridX - 1, rows - 1);
    return rest == 0 ? List.of(whole) : List.of(whole, new CoreRange(0, rows, rest - 1, rows));
  }
}
