// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.Arrays;

/** Ways to make one vector of each input out of its rows of {@code last_hidden_state}. */
public enum Pooling {
  /** The mean of the rows, padding left out. */
  MEAN,
  /** The first row: that of the class token, where the model has one. */
  CLS,
  /** The row of the last token that is no padding; the last patch of an image. */
  LAST,
  /** The largest value of each column; padding does not count. */
  MAX;

  /**
   * Pools.
   *
   * @param hidden {@code last_hidden_state}, [B, S, H]
   * @param inputs what it was made of, whose {@code attention_mask} tells padding
   * @return [B, H]
   * @throws IllegalArgumentException if hidden is not of three dimensions, or not of as many inputs
   */
  public EncoderOutput pool(EncoderOutput hidden, EncoderInputs inputs) {
    int[] shape = hidden.shape();
    if (shape.length != 3 || shape[0] != inputs.size()) {
      throw new IllegalArgumentException(
          "pooling: %s was given for %d inputs, expected [B, S, H]"
              .formatted(Arrays.toString(shape), inputs.size()));
    }
    float[] pooled = new float[shape[0] * shape[2]];
    for (int i = 0; i < shape[0]; i++) {
      float[] vector =
          switch (this) {
            case MEAN -> mean(hidden, i, inputs);
            case CLS -> Arrays.copyOf(hidden.row(i), shape[2]);
            case LAST -> last(hidden, i, inputs);
            case MAX -> max(hidden, i, inputs);
          };
      System.arraycopy(vector, 0, pooled, i * shape[2], shape[2]);
    }
    return new EncoderOutput(new int[] {shape[0], shape[2]}, pooled);
  }

  private static float[] mean(EncoderOutput hidden, int input, EncoderInputs inputs) {
    int rows = hidden.shape()[1];
    int width = hidden.shape()[2];
    float[] values = hidden.row(input);
    double[] sums = new double[width];
    int count = 0;
    for (int row = 0; row < rows; row++) {
      if (isPadding(inputs, input, row)) {
        continue;
      }
      count++;
      for (int i = 0; i < width; i++) {
        sums[i] += values[row * width + i];
      }
    }
    float[] mean = new float[width];
    for (int i = 0; i < width; i++) {
      mean[i] = (float) (sums[i] / count);
    }
    return mean;
  }

  private static float[] last(EncoderOutput hidden, int input, EncoderInputs inputs) {
    int width = hidden.shape()[2];
    int row = hidden.shape()[1] - 1;
    while (row > 0 && isPadding(inputs, input, row)) {
      row--;
    }
    return Arrays.copyOfRange(hidden.row(input), row * width, (row + 1) * width);
  }

  private static float[] max(EncoderOutput hidden, int input, EncoderInputs inputs) {
    int width = hidden.shape()[2];
    float[] values = hidden.row(input);
    float[] max = new float[width];
    Arrays.fill(max, Float.NEGATIVE_INFINITY);
    for (int row = 0; row < hidden.shape()[1]; row++) {
      for (int i = 0; i < width && !isPadding(inputs, input, row); i++) {
        max[i] = Math.max(max[i], values[row * width + i]);
      }
    }
    return max;
  }

  private static boolean isPadding(EncoderInputs inputs, int input, int row) {
    return inputs instanceof TextBatch texts && texts.attentionMask()[input][row] == 0;
  }

  /**
   * Scales vectors to length 1, so that their dot products are cosines.
   *
   * @param vectors [B, H]
   * @return [B, H]; a vector of zeros stays as it is
   */
  public static EncoderOutput normalized(EncoderOutput vectors) {
    float[] values = vectors.values().clone();
    int width = values.length / vectors.shape()[0];
    for (int from = 0; from < values.length; from += width) {
      double squares = 0;
      for (int i = from; i < from + width; i++) {
        squares += (double) values[i] * values[i];
      }
      double length = Math.max(Math.sqrt(squares), 1e-12); // as PyTorch's normalize
      for (int i = from; i < from + width; i++) {
        values[i] /= (float) length;
      }
    }
    return new EncoderOutput(vectors.shape(), values);
  }
}
