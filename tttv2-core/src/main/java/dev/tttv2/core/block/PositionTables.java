// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.LazyWeight;

/** Tables of positions that are computed: to be looked up by an {@link Embedding}. */
public final class PositionTables {
  /** The slope of bicubic interpolation at whole distances, PyTorch's. */
  private static final double CUBIC = -0.75;

  private PositionTables() {}

  /**
   * Makes sinusoidal positions (Vaswani et al., 2017), sines and cosines in halves as in
   * tensor2tensor and Hugging Face's {@code SinusoidalPositionalEmbedding}: of position p, column i
   * is sin(p w^i) and column H / 2 + i is cos(p w^i), with w^(H / 2 - 1) = 1 / 10000.
   *
   * @param maxPositions rows
   * @param hiddenSize columns, H: even, at least 4
   * @return [maxPositions, H]
   * @throws IllegalArgumentException if maxPositions is not positive, or hiddenSize is odd or less
   *     than 4
   * @throws ArithmeticException if the table has more values than an array holds
   */
  public static LazyWeight sinusoidal(int maxPositions, int hiddenSize) {
    Checks.positive("sinusoidal positions", "maxPositions", maxPositions);
    if (hiddenSize < 4 || hiddenSize % 2 != 0) {
      throw new IllegalArgumentException(
          "sinusoidal positions: hiddenSize is %d, expected an even number of at least 4"
              .formatted(hiddenSize));
    }
    int half = hiddenSize / 2;
    float[] values = new float[Math.multiplyExact(maxPositions, hiddenSize)];
    for (int p = 0; p < maxPositions; p++) {
      for (int i = 0; i < half; i++) {
        double angle = p * Math.exp(-Math.log(10_000) * i / (half - 1));
        values[p * hiddenSize + i] = (float) Math.sin(angle);
        values[p * hiddenSize + half + i] = (float) Math.cos(angle);
      }
    }
    return LazyWeight.of("sinusoidal positions", values, maxPositions, hiddenSize);
  }

  /**
   * Interpolates a grid of learned positions to another size: bicubic, corners not aligned, as
   * PyTorch's {@code interpolate(mode="bicubic", align_corners=False)}.
   *
   * @param table [extra + rows columns, hiddenSize], row-major
   * @param extra leading rows that belong to no place, such as a class token's; kept as they are
   * @return [extra + newRows newColumns, hiddenSize]
   */
  static float[] interpolated(
      float[] table,
      int extra,
      int rows,
      int columns,
      int newRows,
      int newColumns,
      int hiddenSize) {
    float[] result = new float[(extra + newRows * newColumns) * hiddenSize];
    System.arraycopy(table, 0, result, 0, extra * hiddenSize);
    for (int y = 0; y < newRows; y++) {
      Taps vertical = Taps.of(y, rows, newRows);
      for (int x = 0; x < newColumns; x++) {
        Taps horizontal = Taps.of(x, columns, newColumns);
        int target = (extra + y * newColumns + x) * hiddenSize;
        for (int i = 0; i < 4; i++) {
          for (int j = 0; j < 4; j++) {
            double weight = vertical.weights[i] * horizontal.weights[j];
            int source = (extra + vertical.places[i] * columns + horizontal.places[j]) * hiddenSize;
            for (int h = 0; h < hiddenSize; h++) {
              result[target + h] += (float) (weight * table[source + h]);
            }
          }
        }
      }
    }
    return result;
  }

  /** The four neighbours of a place along one axis, and their weights. */
  private record Taps(int[] places, double[] weights) {
    static Taps of(int place, int size, int newSize) {
      double at = (place + 0.5) * size / newSize - 0.5;
      int floor = (int) Math.floor(at);
      double t = at - floor;
      int[] places = new int[4];
      for (int i = 0; i < 4; i++) {
        places[i] = Math.clamp(floor - 1 + i, 0, size - 1);
      }
      return new Taps(places, new double[] {outer(t + 1), inner(t), inner(1 - t), outer(2 - t)});
    }

    /** For distances up to 1. */
    private static double inner(double d) {
      return ((CUBIC + 2) * d - (CUBIC + 3)) * d * d + 1;
    }

    /** For distances from 1 to 2. */
    private static double outer(double d) {
      return ((CUBIC * d - 5 * CUBIC) * d + 8 * CUBIC) * d - 4 * CUBIC;
    }
  }
}
