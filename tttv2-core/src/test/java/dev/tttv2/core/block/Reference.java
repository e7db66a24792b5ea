// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import java.util.Random;

/** Plain loops in float64, written to be read, that blocks are compared with. */
final class Reference {
  private Reference() {}

  /** Splits row-major values into rows. */
  static double[][] rows(float[] values, int width) {
    double[][] rows = new double[values.length / width][width];
    for (int i = 0; i < values.length; i++) {
      rows[i / width][i % width] = values[i];
    }
    return rows;
  }

  /** Joins rows from .. to - 1. */
  static float[] floats(double[][] rows, int from, int to) {
    int width = rows[0].length;
    float[] values = new float[(to - from) * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rows[from + i / width][i % width];
    }
    return values;
  }

  /** Joins rows. */
  static float[] floats(double[][] rows) {
    return floats(rows, 0, rows.length);
  }

  /** Makes normally distributed values whose sums of {@code fanIn} products keep their size. */
  static float[] random(Random random, int count, int fanIn) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() / Math.sqrt(fanIn));
    }
    return values;
  }

  /** x W^T + b. */
  static double[][] linear(double[][] x, float[] weight, float[] bias) {
    int in = x[0].length;
    int out = weight.length / in;
    double[][] y = new double[x.length][out];
    for (int i = 0; i < x.length; i++) {
      for (int o = 0; o < out; o++) {
        double sum = bias == null ? 0 : bias[o];
        for (int c = 0; c < in; c++) {
          sum += x[i][c] * weight[o * in + c];
        }
        y[i][o] = sum;
      }
    }
    return y;
  }

  /** x + scale y. */
  static double[][] add(double[][] x, double[][] y, double scale) {
    double[][] sum = new double[x.length][x[0].length];
    for (int i = 0; i < x.length; i++) {
      for (int c = 0; c < sum[i].length; c++) {
        sum[i][c] = x[i][c] + scale * y[i][c];
      }
    }
    return sum;
  }

  /** Norms each group of as many neighbours as there are weights. */
  static double[][] rmsNorm(double[][] x, float[] weight, double epsilon, boolean unitOffset) {
    double[][] y = new double[x.length][x[0].length];
    for (int i = 0; i < x.length; i++) {
      for (int start = 0; start < x[i].length; start += weight.length) {
        double squares = 0;
        for (int c = 0; c < weight.length; c++) {
          squares += x[i][start + c] * x[i][start + c];
        }
        double root = Math.sqrt(squares / weight.length + epsilon);
        for (int c = 0; c < weight.length; c++) {
          y[i][start + c] = x[i][start + c] / root * (weight[c] + (unitOffset ? 1 : 0));
        }
      }
    }
    return y;
  }

  /** (x - mean) / sqrt(variance + epsilon) * weight + bias. */
  static double[][] layerNorm(double[][] x, float[] weight, float[] bias, double epsilon) {
    double[][] y = new double[x.length][x[0].length];
    for (int i = 0; i < x.length; i++) {
      double mean = 0;
      for (double value : x[i]) {
        mean += value / x[i].length;
      }
      double variance = 0;
      for (double value : x[i]) {
        variance += (value - mean) * (value - mean) / x[i].length;
      }
      for (int c = 0; c < y[i].length; c++) {
        y[i][c] = (x[i][c] - mean) / Math.sqrt(variance + epsilon) * weight[c] + bias[c];
      }
    }
    return y;
  }

  static double activation(Activation activation, double x) {
    return switch (activation) {
      case SILU -> x / (1 + Math.exp(-x));
      case GELU -> x * (1 + erf(x / Math.sqrt(2))) / 2;
      case GELU_TANH ->
          x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))) / 2;
      case RELU -> Math.max(x, 0);
      case TANH -> Math.tanh(x);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case RELU_SQUARED -> Math.max(x, 0) * Math.max(x, 0);
      case QUICK_GELU -> x / (1 + Math.exp(-1.702 * x));
    };
  }

  /** 2 / sqrt(pi) exp(-x^2) (x + 2 x^3 / 3 + 4 x^5 / 15 + ..). */
  private static double erf(double x) {
    if (Math.abs(x) > 6) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; n < 200; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  /** What is added to the score of a query and a key; negative infinity: the key is not seen. */
  interface Bias {
    double of(int head, int query, int key);
  }

  /** A query sees the keys up to its own, and of them the last {@code window}; 0: all. */
  static Bias causal(int window) {
    return (head, query, key) -> seen(key <= query && (window == 0 || key > query - window));
  }

  /** A query sees the keys at most window / 2 away, to both sides; 0: all. */
  static Bias bothSides(int window) {
    return (head, query, key) -> seen(window == 0 || Math.abs(key - query) <= window / 2);
  }

  private static double seen(boolean seen) {
    return seen ? 0 : Double.NEGATIVE_INFINITY;
  }

  /**
   * Attends.
   *
   * @param q [S][NH D]
   * @param k [T][KV D]
   * @param v [T][KV D]
   * @param softcap 0: none
   * @param sinks [NH], or null
   * @return [S][NH D]
   */
  static double[][] attend(
      double[][] q,
      double[][] k,
      double[][] v,
      int heads,
      int kvHeads,
      double scale,
      double softcap,
      float[] sinks,
      Bias bias) {
    int width = q[0].length / heads;
    double[][] out = new double[q.length][q[0].length];
    for (int h = 0; h < heads; h++) {
      int from = h * width;
      int kvFrom = h / (heads / kvHeads) * width;
      for (int i = 0; i < q.length; i++) {
        double[] weights = new double[k.length];
        double total = sinks == null ? 0 : Math.exp(sinks[h]);
        for (int j = 0; j < k.length; j++) {
          double score = 0;
          for (int d = 0; d < width; d++) {
            score += q[i][from + d] * k[j][kvFrom + d] * scale;
          }
          if (softcap > 0) {
            score = softcap * Math.tanh(score / softcap);
          }
          weights[j] = Math.exp(score + bias.of(h, i, j));
          total += weights[j];
        }
        for (int j = 0; j < k.length; j++) {
          for (int d = 0; d < width; d++) {
            out[i][from + d] += weights[j] / total * v[j][kvFrom + d];
          }
        }
      }
    }
    return out;
  }

  /** Rotates the first {@code rotaryDim} values of each head of row p by p theta^(-2 i / dim). */
  static double[][] rotate(
      double[][] x, int headDim, int rotaryDim, RoPEStyle style, double theta) {
    double[][] y = new double[x.length][];
    for (int p = 0; p < x.length; p++) {
      y[p] = x[p].clone();
      for (int head = 0; head < x[p].length; head += headDim) {
        for (int i = 0; i < rotaryDim / 2; i++) {
          double angle = p * Math.pow(theta, -2.0 * i / rotaryDim);
          int a = head + (style == RoPEStyle.HALF ? i : 2 * i);
          int b = style == RoPEStyle.HALF ? a + rotaryDim / 2 : a + 1;
          y[p][a] = x[p][a] * Math.cos(angle) - x[p][b] * Math.sin(angle);
          y[p][b] = x[p][b] * Math.cos(angle) + x[p][a] * Math.sin(angle);
        }
      }
    }
    return y;
  }
}
