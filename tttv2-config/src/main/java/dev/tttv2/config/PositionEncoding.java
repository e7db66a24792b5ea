// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import dev.tttv2.core.block.RoPEScaling;
import dev.tttv2.core.block.RoPEStyle;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** How a model knows where its tokens are. */
public sealed interface PositionEncoding {
  /**
   * Pairs of values of queries and keys are rotated.
   *
   * @param rotaryDim how many values of a head, from its start, are rotated
   * @param style which values are a pair
   * @param frequencies how fast pairs turn
   * @param localFrequencies how fast in layers with a sliding window, if differently
   * @param layersWithout layers that rotate nothing
   */
  record Rotary(
      int rotaryDim,
      RoPEStyle style,
      Frequencies frequencies,
      Optional<Frequencies> localFrequencies,
      List<Integer> layersWithout)
      implements PositionEncoding {
    /**
     * Checks the numbers, and that scalings fit the number of pairs.
     *
     * @throws IllegalArgumentException if rotaryDim is odd or less than 2, or a scaling does not
     *     fit so many values or its base
     * @throws NullPointerException if something is null
     */
    public Rotary {
      if (rotaryDim < 2 || rotaryDim % 2 != 0) {
        throw new IllegalArgumentException(
            "rotary positions: rotaryDim is %d, expected an even number".formatted(rotaryDim));
      }
      Objects.requireNonNull(style, "style");
      layersWithout = List.copyOf(layersWithout);
      frequencies.scaling().frequencies(frequencies.theta(), rotaryDim, 1);
      localFrequencies.ifPresent(f -> f.scaling().frequencies(f.theta(), rotaryDim, 1));
    }
  }

  /**
   * The frequencies of pairs.
   *
   * @param theta their base
   * @param scaling how they are stretched
   */
  record Frequencies(double theta, RoPEScaling scaling) {
    /**
     * Checks the base.
     *
     * @throws IllegalArgumentException if theta is not positive
     * @throws NullPointerException if scaling is null
     */
    public Frequencies {
      Checks.positive("rotary positions", "theta", theta);
      Objects.requireNonNull(scaling, "scaling");
    }
  }

  /**
   * A learned vector for each position is added to the token's.
   *
   * @param rows of the table in the checkpoint
   * @param offset the row of position 0
   */
  record Learned(int rows, int offset) implements PositionEncoding {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if the offset is negative, or leaves no rows
     */
    public Learned {
      Checks.notNegative("learned positions", "offset", offset);
      if (rows <= offset) {
        throw new IllegalArgumentException(
            "learned positions: %d rows, expected more than the offset %d".formatted(rows, offset));
      }
    }
  }

  /** Scores fall linearly with the distance, with a slope for each head that its number gives. */
  record ALiBi() implements PositionEncoding {}
}
