// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.Arrays;
import java.util.Objects;

/**
 * Images of one size as pixels, normalised as the model wants them: Hugging Face's {@code
 * pixel_values}, [B, C, height, width].
 *
 * @param pixelValues row-major; not copied
 * @param size how many images, B
 * @param channels values of a pixel, C
 * @param height pixels of a column
 * @param width pixels of a row
 */
public record ImageBatch(float[] pixelValues, int size, int channels, int height, int width)
    implements EncoderInputs {
  /**
   * Checks that there are as many values as the shape says.
   *
   * @throws IllegalArgumentException if a size is not positive, or there are more or fewer values;
   *     gives shape and numbers
   * @throws NullPointerException if pixelValues is null
   * @throws ArithmeticException if the shape has more values than a long counts
   */
  public ImageBatch {
    Objects.requireNonNull(pixelValues, "pixelValues");
    if (size < 1 || channels < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "pixel_values are empty: [%d, %d, %d, %d]".formatted(size, channels, height, width));
    }
    long volume =
        Math.multiplyExact(
            Math.multiplyExact((long) size, channels), Math.multiplyExact((long) height, width));
    if (volume != pixelValues.length) {
      throw new IllegalArgumentException(
          "pixel_values [%d, %d, %d, %d] are %d values, %d were given"
              .formatted(size, channels, height, width, volume, pixelValues.length));
    }
  }

  /** Returns some of the images. */
  ImageBatch part(int from, int to) {
    int image = pixelValues.length / size;
    float[] part = Arrays.copyOfRange(pixelValues, from * image, to * image);
    return new ImageBatch(part, to - from, channels, height, width);
  }
}
