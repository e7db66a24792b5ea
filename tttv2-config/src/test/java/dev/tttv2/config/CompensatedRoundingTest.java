// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.core.DataType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rounding by second moments against its definition, on small matrices of any size. */
class CompensatedRoundingTest {
  private static final double DAMPING = 0.01;

  private static float[] weight(int outputs, int inputs) {
    Random random = new Random(outputs * 1000L + inputs);
    float[] weight = new float[outputs * inputs];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) random.nextGaussian();
    }
    return weight;
  }

  /** The moments of inputs that are mixtures of half as many others. */
  private static float[] moments(int inputs) {
    Random random = new Random(inputs);
    int sources = Math.max(1, inputs / 2);
    double[][] mixture = new double[sources][inputs];
    for (double[] row : mixture) {
      Arrays.setAll(row, i -> random.nextGaussian() * (1 + i % 5));
    }
    float[] moments = new float[inputs * inputs];
    for (int i = 0; i < inputs; i++) {
      for (int j = 0; j < inputs; j++) {
        double sum = 0;
        for (double[] row : mixture) {
          sum += row[i] * row[j];
        }
        moments[i * inputs + j] = (float) sum;
      }
    }
    return moments;
  }

  private static float[] rounded(
      DataType dtype, float[] weight, int outputs, int inputs, float[] moments) {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_FLOAT, weight);
      new CompensatedRounding(dtype, moments, inputs, DAMPING).round(bytes, outputs);
      return bytes.toArray(ValueLayout.JAVA_FLOAT);
    }
  }

  /**
   * The definition (Hassibi and Stork, 1993): when a weight is rounded, those that are still to
   * come change by -error / H^-1[i,i] times the column i of H^-1, H the moments of these alone.
   */
  private static float[] byDefinition(
      DataType dtype, float[] weight, int outputs, int inputs, float[] moments) {
    BlockFloatGroups groups = new BlockFloatGroups(dtype);
    double mean =
        IntStream.range(0, inputs).mapToDouble(i -> moments[i * inputs + i]).sum() / inputs;
    int[] order =
        IntStream.range(0, inputs)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -moments[i * inputs + i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[][] values = new double[inputs][outputs];
    for (int i = 0; i < inputs; i++) {
      for (int o = 0; o < outputs; o++) {
        values[i][o] = weight[o * inputs + i];
      }
    }
    float[] result = new float[weight.length];
    for (int at = 0; at < inputs; at++) {
      int[] left = Arrays.copyOfRange(order, at, inputs);
      double[][] h = new double[left.length][left.length];
      for (int a = 0; a < left.length; a++) {
        for (int b = 0; b < left.length; b++) {
          h[a][b] = moments[left[a] * inputs + left[b]] + (a == b ? DAMPING * mean : 0);
        }
      }
      double[] column = firstColumnOfInverse(h);
      float[] row = new float[outputs];
      for (int o = 0; o < outputs; o++) {
        row[o] = (float) values[order[at]][o];
      }
      groups.round(row, 0, outputs);
      for (int o = 0; o < outputs; o++) {
        double error = values[order[at]][o] - row[o];
        for (int a = 1; a < left.length; a++) {
          values[left[a]][o] -= error * column[a] / column[0];
        }
        result[o * inputs + order[at]] = row[o];
      }
    }
    return result;
  }

  /** Solves h x = e_0 by elimination with pivots. */
  private static double[] firstColumnOfInverse(double[][] h) {
    int n = h.length;
    double[][] rows = new double[n][];
    for (int i = 0; i < n; i++) {
      rows[i] = Arrays.copyOf(h[i], n + 1);
    }
    rows[0][n] = 1;
    for (int c = 0; c < n; c++) {
      int column = c;
      int pivot =
          IntStream.range(c, n)
              .boxed()
              .max(Comparator.comparingDouble(i -> Math.abs(rows[i][column])))
              .orElseThrow();
      double[] swapped = rows[c];
      rows[c] = rows[pivot];
      rows[pivot] = swapped;
      for (int i = 0; i < n; i++) {
        double factor = i == c ? 0 : rows[i][c] / rows[c][c];
        for (int j = c; j <= n && factor != 0; j++) {
          rows[i][j] -= factor * rows[c][j];
        }
      }
    }
    double[] x = new double[n];
    Arrays.setAll(x, i -> rows[i][n] / rows[i][i]);
    return x;
  }

  /** The sum over outputs of d H d^T, d the change of an output's weights: that of its results. */
  private static double error(
      float[] weight, float[] rounded, int outputs, int inputs, float[] moments) {
    double sum = 0;
    for (int o = 0; o < outputs; o++) {
      for (int i = 0; i < inputs; i++) {
        double d = (double) weight[o * inputs + i] - rounded[o * inputs + i];
        for (int j = 0; j < inputs; j++) {
          double other = (double) weight[o * inputs + j] - rounded[o * inputs + j];
          sum += d * other * moments[i * inputs + j];
        }
      }
    }
    return sum;
  }

  /** Each value to the nearest, with the same choice of exponents. */
  private static float[] nearest(DataType dtype, float[] weight, int outputs, int inputs) {
    return rounded(dtype, weight, outputs, inputs, identity(inputs));
  }

  private static float[] identity(int inputs) {
    float[] moments = new float[inputs * inputs];
    for (int i = 0; i < inputs; i++) {
      moments[i * inputs + i] = 1;
    }
    return moments;
  }

  @ParameterizedTest
  @CsvSource({
    "BFLOAT4_B, 1, 1",
    "BFLOAT4_B, 1, 7",
    "BFLOAT4_B, 16, 32",
    "BFLOAT4_B, 50, 37", // neither whole groups nor whole tiles
    "BFLOAT4_B, 65, 48", // a task's outputs and one
    "BFLOAT4_B, 200, 24",
    "BFLOAT8_B, 50, 37",
    "BFLOAT8_B, 96, 40"
  })
  void valuesAreThoseOfTheDefinition(DataType dtype, int outputs, int inputs) {
    float[] weight = weight(outputs, inputs);
    float[] moments = moments(inputs);
    float[] actual = rounded(dtype, weight, outputs, inputs, moments);
    assertArrayEquals(byDefinition(dtype, weight, outputs, inputs, moments), actual);
    float[] nearest = nearest(dtype, weight, outputs, inputs);
    double compensated = error(weight, actual, outputs, inputs, moments);
    double plain = error(weight, nearest, outputs, inputs, moments);
    assertTrue(
        compensated <= (inputs < 8 ? 1 : 0.6) * plain,
        () -> "%s of %s".formatted(compensated, plain));
  }

  /** Inputs that tell nothing of each other make up for nothing. */
  @Test
  void withoutCorrelationItIsRoundingOfGroups() {
    float[] weight = weight(64, 20);
    float[] actual = nearest(DataType.BFLOAT4_B, weight, 64, 20);
    BlockFloatGroups groups = new BlockFloatGroups(DataType.BFLOAT4_B);
    for (int i = 0; i < 20; i++) {
      float[] row = new float[64];
      for (int o = 0; o < 64; o++) {
        row[o] = weight[o * 20 + i];
      }
      groups.round(row, 0, 64);
      for (int o = 0; o < 64; o++) {
        assertTrue(row[o] == actual[o * 20 + i], "output " + o + ", input " + i);
      }
    }
  }

  /** An input that was always zero takes no part, and the others have their order. */
  @Test
  void aDeadInputIsRoundedToTheNearest() {
    int dead = 5;
    float[] moments = moments(24);
    for (int i = 0; i < 24; i++) {
      moments[dead * 24 + i] = 0;
      moments[i * 24 + dead] = 0;
    }
    float[] weight = weight(32, 24);
    float[] actual = rounded(DataType.BFLOAT4_B, weight, 32, 24, moments);
    float[] nearest = nearest(DataType.BFLOAT4_B, weight, 32, 24);
    for (int o = 0; o < 32; o++) {
      assertTrue(nearest[o * 24 + dead] == actual[o * 24 + dead], "output " + o);
    }
  }

  /** What rounding made indefinite is damped until it has a decomposition. */
  @Test
  void momentsThatAreNotPositiveAreDampedMore() {
    float[] moments = {1, 2, 2, 1};
    float[] weight = weight(16, 2);
    float[] actual = rounded(DataType.BFLOAT4_B, weight, 16, 2, moments);
    for (int i = 0; i < weight.length; i++) {
      assertTrue(Math.abs(actual[i] - weight[i]) < 2, "value " + i + ": " + actual[i]);
    }
  }
}
