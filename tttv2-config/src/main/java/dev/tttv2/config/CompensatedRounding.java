// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import dev.tttv2.core.DataType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Rounds a linear's weight to a block float so that its outputs change little, not its values: GPTQ
 * (Frantar et al., 2022). Input by input, the weights of all outputs are rounded, and the error is
 * made up for by the inputs that are still to come, as far as they go along with this one. Inputs
 * of the largest second moment come first.
 *
 * <p>With H the second moments and H^-1 = U^T U, U upper triangular, the rounding error of input i
 * changes each later input j by -U[i,j] / U[i,i] of it. The groups that share an exponent lie along
 * the outputs: when an input's turn comes, its groups are whole, and their exponents are chosen for
 * what the values have become. Results do not depend on the number of threads.
 */
final class CompensatedRounding {
  /** Outputs that a task works on; whole groups, in memory next to each other. */
  private static final int TASK_OUTPUTS = 4 * BlockFloatGroups.SIZE;

  private final BlockFloatGroups groups;
  private final int inputs;
  private final int[] order;
  // shares[i][j - i - 1]: how much of input i's error is subtracted from input j, in their order
  private final float[][] shares;

  /**
   * Prepares for weights that are given the same inputs.
   *
   * @param dtype a block float
   * @param moments the inputs' second moments, [inputs, inputs] row-major; left unchanged
   * @param damping what is added to every input's own moment, as a share of their mean; ten times
   *     as much, and again, as long as the moments have no decomposition, since rounding made them
   *     those of no inputs at all
   */
  CompensatedRounding(DataType dtype, float[] moments, int inputs, double damping) {
    groups = new BlockFloatGroups(dtype);
    this.inputs = inputs;
    order =
        IntStream.range(0, inputs)
            .boxed()
            .sorted((a, b) -> Float.compare(moments[b * inputs + b], moments[a * inputs + a]))
            .mapToInt(Integer::intValue)
            .toArray();
    double share = damping;
    double[][] damped = damped(moments, share);
    while (!decompose(damped)) {
      share *= 10;
      damped = damped(moments, share);
    }
    shares = shares(damped);
  }

  /** Returns the moments in the order of the rounding, damped. */
  private double[][] damped(float[] moments, double damping) {
    double mean = 0;
    for (int i = 0; i < inputs; i++) {
      mean += (double) moments[i * inputs + i] / inputs;
    }
    double[][] damped = new double[inputs][inputs];
    for (int i = 0; i < inputs; i++) {
      for (int j = 0; j < inputs; j++) {
        damped[i][j] = moments[order[i] * inputs + order[j]];
      }
      damped[i][i] += damping * mean;
    }
    return damped;
  }

  /**
   * H = R R^T with R upper triangular, a Cholesky decomposition from the last row up.
   *
   * @param h becomes R
   * @return whether h is positive definite, as it must be
   */
  private boolean decompose(double[][] h) {
    for (int j = inputs - 1; j >= 0; j--) {
      double[] pivotRow = h[j];
      double square = pivotRow[j] - squares(pivotRow, j + 1);
      if (!(square > 0)) {
        return false;
      }
      double pivot = Math.sqrt(square);
      pivotRow[j] = pivot;
      int column = j;
      IntStream.range(0, j)
          .parallel()
          .forEach(
              i -> {
                double sum = h[i][column];
                for (int k = column + 1; k < inputs; k++) {
                  sum -= h[i][k] * pivotRow[k];
                }
                h[i][column] = sum / pivot;
              });
    }
    return true;
  }

  /** U = R^-1, row by row. */
  private float[][] shares(double[][] r) {
    float[][] result = new float[inputs][];
    IntStream.range(0, inputs).parallel().forEach(i -> result[i] = share(r, i));
    return result;
  }

  private double squares(double[] row, int from) {
    double sum = 0;
    for (int k = from; k < inputs; k++) {
      sum += row[k] * row[k];
    }
    return sum;
  }

  /** Returns row i of R^-1 behind its diagonal, divided by the diagonal's. */
  private float[] share(double[][] r, int i) {
    // x R = e_i, solved from the left: x[k] is what is left of e_i[k], divided by R[k][k].
    double[] left = new double[inputs - i];
    left[0] = 1;
    float[] share = new float[inputs - i - 1];
    for (int k = i; k < inputs; k++) {
      double[] row = r[k];
      double x = left[k - i] / row[k];
      for (int j = k + 1; j < inputs; j++) {
        left[j - i] -= x * row[j];
      }
      if (k > i) {
        share[k - i - 1] = (float) (x * r[i][i]);
      }
    }
    return share;
  }

  /**
   * Rounds a weight in place.
   *
   * @param weight [outputs, inputs] float32, row-major, in native memory
   * @param outputs its rows
   */
  void round(MemorySegment weight, long outputs) {
    LongStream.range(0, Math.ceilDiv(outputs, TASK_OUTPUTS))
        .map(task -> task * TASK_OUTPUTS)
        .parallel()
        .forEach(first -> round(weight, first, (int) Math.min(TASK_OUTPUTS, outputs - first)));
  }

  private void round(MemorySegment weight, long first, int outputs) {
    float[] row = new float[inputs];
    float[] slab = new float[inputs * outputs]; // [inputs in their order, outputs]
    for (int o = 0; o < outputs; o++) {
      long start = (first + o) * inputs * Float.BYTES;
      MemorySegment.copy(weight, ValueLayout.JAVA_FLOAT, start, row, 0, inputs);
      for (int i = 0; i < inputs; i++) {
        slab[i * outputs + o] = row[order[i]];
      }
    }
    float[] error = new float[outputs];
    for (int i = 0; i < inputs; i++) {
      int at = i * outputs;
      System.arraycopy(slab, at, error, 0, outputs);
      groups.round(slab, at, at + outputs);
      for (int o = 0; o < outputs; o++) {
        error[o] -= slab[at + o];
      }
      for (int j = i + 1; j < inputs; j++) {
        subtract(slab, j * outputs, error, -shares[i][j - i - 1]);
      }
    }
    for (int o = 0; o < outputs; o++) {
      for (int i = 0; i < inputs; i++) {
        row[order[i]] = slab[i * outputs + o];
      }
      long start = (first + o) * inputs * Float.BYTES;
      MemorySegment.copy(row, 0, weight, ValueLayout.JAVA_FLOAT, start, inputs);
    }
  }

  private static void subtract(float[] slab, int at, float[] error, float factor) {
    for (int o = 0; o < error.length; o++) {
      slab[at + o] += factor * error[o];
    }
  }
}
