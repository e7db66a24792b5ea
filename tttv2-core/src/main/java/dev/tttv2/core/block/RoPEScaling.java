// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import java.util.Arrays;

/**
 * How rotary frequencies are stretched for contexts longer than those of the first training. The
 * formulas are those of Hugging Face transformers, modeling_rope_utils.py, in float32.
 */
public sealed interface RoPEScaling {
  /** Frequencies as they are. */
  RoPEScaling NONE = new None();

  /**
   * Returns the frequency of each pair, in radians per position.
   *
   * @param theta base of the frequencies: without scaling, theta^(-2 i / rotaryDim) for pair i
   * @param rotaryDim how many values of a head are rotated, R: even
   * @param length positions of the whole sequence; matters only if {@link #dependsOnLength}
   * @return R / 2 numbers
   * @throws IllegalArgumentException if the numbers do not fit each other or the scaling
   */
  float[] frequencies(double theta, int rotaryDim, int length);

  /** Returns what cosines and sines are multiplied with, whatever the length; 1 for most kinds. */
  default double attentionFactor() {
    return 1;
  }

  /** Tells whether the frequencies of a sequence depend on its length. */
  default boolean dependsOnLength() {
    return false;
  }

  /** Frequencies as they are. */
  record None() implements RoPEScaling {
    @Override
    public float[] frequencies(double theta, int rotaryDim, int length) {
      return unscaled(theta, rotaryDim, length);
    }
  }

  /**
   * All frequencies divided by a factor: rope_type "linear".
   *
   * @param factor how many times the original context
   */
  record Linear(double factor) implements RoPEScaling {
    /**
     * Checks the factor.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Linear {
      Checks.positive("RoPE linear scaling", "factor", factor);
    }

    @Override
    public float[] frequencies(double theta, int rotaryDim, int length) {
      float[] frequencies = unscaled(theta, rotaryDim, length);
      for (int i = 0; i < frequencies.length; i++) {
        frequencies[i] /= (float) factor;
      }
      return frequencies;
    }
  }

  /**
   * A base that grows with the sequence beyond the original context: rope_type "dynamic", NTK-aware
   * scaling.
   *
   * @param factor by how much the base grows
   * @param originalMaxPositions up to this length, frequencies are as they are
   */
  record Dynamic(double factor, int originalMaxPositions) implements RoPEScaling {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if factor is less than 1, or originalMaxPositions not
     *     positive
     */
    public Dynamic {
      if (!(factor >= 1) || Double.isInfinite(factor)) {
        throw new IllegalArgumentException(
            "RoPE dynamic scaling: factor is %s, expected at least 1".formatted(factor));
      }
      Checks.positive("RoPE dynamic scaling", "originalMaxPositions", originalMaxPositions);
    }

    @Override
    public float[] frequencies(double theta, int rotaryDim, int length) {
      if (rotaryDim < 4) {
        throw new IllegalArgumentException(
            "RoPE dynamic scaling: rotaryDim is %d, expected at least 4".formatted(rotaryDim));
      }
      double stretch = (double) Math.max(length, originalMaxPositions) / originalMaxPositions;
      double growth = Math.pow(factor * stretch - (factor - 1), rotaryDim / (rotaryDim - 2.0));
      return unscaled(theta * growth, rotaryDim, length);
    }

    @Override
    public boolean dependsOnLength() {
      return true;
    }
  }

  /**
   * Low frequencies divided by a factor, high ones kept, those between blended: rope_type "llama3".
   *
   * @param factor how many times the original context
   * @param lowFreqFactor wavelengths above originalMaxPositions / lowFreqFactor are stretched
   * @param highFreqFactor wavelengths below originalMaxPositions / highFreqFactor are kept
   * @param originalMaxPositions the original context
   */
  record Llama3(
      double factor, double lowFreqFactor, double highFreqFactor, int originalMaxPositions)
      implements RoPEScaling {
    /**
     * Checks the factors.
     *
     * @throws IllegalArgumentException if one is not positive, or highFreqFactor not more than
     *     lowFreqFactor
     */
    public Llama3 {
      Checks.positive("RoPE llama3 scaling", "factor", factor);
      Checks.positive("RoPE llama3 scaling", "lowFreqFactor", lowFreqFactor);
      Checks.positive("RoPE llama3 scaling", "originalMaxPositions", originalMaxPositions);
      if (!(highFreqFactor > lowFreqFactor) || Double.isInfinite(highFreqFactor)) {
        throw new IllegalArgumentException(
            "RoPE llama3 scaling: highFreqFactor is %s, expected more than lowFreqFactor %s"
                .formatted(highFreqFactor, lowFreqFactor));
      }
    }

    @Override
    public float[] frequencies(double theta, int rotaryDim, int length) {
      float longest = (float) (originalMaxPositions / lowFreqFactor);
      float shortest = (float) (originalMaxPositions / highFreqFactor);
      float low = (float) lowFreqFactor;
      float span = (float) (highFreqFactor - lowFreqFactor);
      float[] frequencies = unscaled(theta, rotaryDim, length);
      for (int i = 0; i < frequencies.length; i++) {
        float frequency = frequencies[i];
        float wavelength = (float) (2 * Math.PI) / frequency;
        if (wavelength > longest) {
          frequencies[i] = frequency / (float) factor;
        } else if (wavelength >= shortest) {
          float smooth = (originalMaxPositions / wavelength - low) / span;
          frequencies[i] = (1 - smooth) * frequency / (float) factor + smooth * frequency;
        }
      }
      return frequencies;
    }
  }

  /**
   * Slow pairs divided by a factor, fast ones kept, a ramp over the pairs between: rope_type
   * "yarn". How fast a pair is, is counted in its turns over the original context.
   *
   * @param factor how many times the original context
   * @param originalMaxPositions the original context
   * @param betaFast pairs with more turns are kept
   * @param betaSlow pairs with fewer turns are stretched
   * @param attentionFactor what cosines and sines are multiplied with
   * @param truncate whether the ramp begins and ends at whole pairs
   */
  record Yarn(
      double factor,
      int originalMaxPositions,
      double betaFast,
      double betaSlow,
      double attentionFactor,
      boolean truncate)
      implements RoPEScaling {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is not positive, or betaFast less than betaSlow
     */
    public Yarn {
      Checks.positive("RoPE yarn scaling", "factor", factor);
      Checks.positive("RoPE yarn scaling", "originalMaxPositions", originalMaxPositions);
      Checks.positive("RoPE yarn scaling", "betaSlow", betaSlow);
      Checks.positive("RoPE yarn scaling", "attentionFactor", attentionFactor);
      if (!(betaFast >= betaSlow) || Double.isInfinite(betaFast)) {
        throw new IllegalArgumentException(
            "RoPE yarn scaling: betaFast is %s, expected at least betaSlow %s"
                .formatted(betaFast, betaSlow));
      }
    }

    /**
     * Makes the usual kind: between 1 and 32 turns, whole pairs, the paper's attention factor.
     *
     * @throws IllegalArgumentException if one is not positive
     */
    public Yarn(double factor, int originalMaxPositions) {
      this(factor, originalMaxPositions, 32, 1, attentionFactor(factor, 1), true);
    }

    /**
     * Returns {@code 0.1 weight ln(factor) + 1}, or 1 if nothing is stretched: the attention factor
     * that the paper recommends, for a weight of 1.
     */
    public static double attentionFactor(double factor, double weight) {
      return factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1;
    }

    @Override
    public float[] frequencies(double theta, int rotaryDim, int length) {
      double first = pairOf(betaFast, theta, rotaryDim);
      double last = pairOf(betaSlow, theta, rotaryDim);
      if (truncate) {
        first = Math.floor(first);
        last = Math.ceil(last);
      }
      first = Math.max(first, 0);
      last = Math.min(last, rotaryDim - 1);
      if (first == last) {
        last += 0.001; // a step
      }
      float[] frequencies = unscaled(theta, rotaryDim, length);
      for (int i = 0; i < frequencies.length; i++) {
        float ramp = (i - (float) first) / (float) (last - first);
        float stretched = Math.clamp(ramp, 0f, 1f);
        float kept = 1 - stretched;
        frequencies[i] = frequencies[i] / (float) factor * stretched + frequencies[i] * kept;
      }
      return frequencies;
    }

    /** Returns the pair, counted from 0 and not rounded, that turns so often. */
    private double pairOf(double turns, double theta, int rotaryDim) {
      if (theta <= 1) {
        throw new IllegalArgumentException(
            "RoPE yarn scaling: theta is %s, expected more than 1".formatted(theta));
      }
      return rotaryDim
          * Math.log(originalMaxPositions / (turns * 2 * Math.PI))
          / (2 * Math.log(theta));
    }
  }

  /**
   * Each frequency divided by a factor of its own, of which there is one set up to the original
   * context and one for all positions of a longer sequence: rope_type "longrope".
   *
   * @param shortFactors for sequences of at most originalMaxPositions; one for each pair
   * @param longFactors for longer ones; one for each pair
   * @param originalMaxPositions the original context
   * @param attentionFactor what cosines and sines are multiplied with
   */
  record LongRope(
      float[] shortFactors, float[] longFactors, int originalMaxPositions, double attentionFactor)
      implements RoPEScaling {
    /**
     * Checks the numbers and copies the factors.
     *
     * @throws IllegalArgumentException if one is not positive, or there are not as many short
     *     factors as long ones
     */
    public LongRope {
      shortFactors = divisors("RoPE longrope scaling", "shortFactors", shortFactors);
      longFactors = divisors("RoPE longrope scaling", "longFactors", longFactors);
      if (shortFactors.length != longFactors.length) {
        throw new IllegalArgumentException(
            "RoPE longrope scaling: %d shortFactors, but %d longFactors"
                .formatted(shortFactors.length, longFactors.length));
      }
      Checks.positive("RoPE longrope scaling", "originalMaxPositions", originalMaxPositions);
      Checks.positive("RoPE longrope scaling", "attentionFactor", attentionFactor);
    }

    /**
     * Returns {@code sqrt(1 + ln(factor) / ln(originalMaxPositions))}, or 1 if nothing is
     * stretched: the usual attention factor.
     *
     * @param factor how many times the original context
     */
    public static double attentionFactor(double factor, int originalMaxPositions) {
      return factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(originalMaxPositions));
    }

    @Override
    public float[] shortFactors() {
      return shortFactors.clone();
    }

    @Override
    public float[] longFactors() {
      return longFactors.clone();
    }

    @Override
    public float[] frequencies(double theta, int rotaryDim, int length) {
      return divided(
          "RoPE longrope scaling",
          unscaled(theta, rotaryDim, length),
          length > originalMaxPositions ? longFactors : shortFactors);
    }

    @Override
    public boolean dependsOnLength() {
      return true;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof LongRope that
          && Arrays.equals(shortFactors, that.shortFactors)
          && Arrays.equals(longFactors, that.longFactors)
          && originalMaxPositions == that.originalMaxPositions
          && Double.compare(attentionFactor, that.attentionFactor) == 0;
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(shortFactors) + Arrays.hashCode(longFactors);
    }

    @Override
    public String toString() {
      return "LongRope[shortFactors=%s, longFactors=%s, originalMaxPositions=%d, attentionFactor=%s]"
          .formatted(
              Arrays.toString(shortFactors),
              Arrays.toString(longFactors),
              originalMaxPositions,
              attentionFactor);
    }
  }

  /**
   * Each frequency divided by a factor of its own, as the tensor {@code rope_freqs.weight} of a
   * GGUF says.
   *
   * @param divisors one for each pair
   */
  record Factors(float[] divisors) implements RoPEScaling {
    /**
     * Checks and copies the divisors.
     *
     * @throws IllegalArgumentException if one is not positive
     */
    public Factors {
      divisors = RoPEScaling.divisors("RoPE factors", "divisors", divisors);
    }

    @Override
    public float[] divisors() {
      return divisors.clone();
    }

    @Override
    public float[] frequencies(double theta, int rotaryDim, int length) {
      return divided("RoPE factors", unscaled(theta, rotaryDim, length), divisors);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Factors that && Arrays.equals(divisors, that.divisors);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(divisors);
    }

    @Override
    public String toString() {
      return "Factors[divisors=%s]".formatted(Arrays.toString(divisors));
    }
  }

  private static float[] unscaled(double theta, int rotaryDim, int length) {
    Checks.positive("RoPE", "theta", theta);
    Checks.positive("RoPE", "length", length);
    if (rotaryDim < 2 || rotaryDim % 2 != 0) {
      throw new IllegalArgumentException(
          "RoPE: rotaryDim is %d, expected an even number".formatted(rotaryDim));
    }
    float[] frequencies = new float[rotaryDim / 2];
    for (int i = 0; i < frequencies.length; i++) {
      float exponent = (float) (2 * i) / rotaryDim;
      frequencies[i] = 1 / (float) Math.pow((float) theta, exponent);
    }
    return frequencies;
  }

  private static float[] divided(String what, float[] frequencies, float[] divisors) {
    if (frequencies.length != divisors.length) {
      throw new IllegalArgumentException(
          "%s: %d factors for %d pairs".formatted(what, divisors.length, frequencies.length));
    }
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] /= divisors[i];
    }
    return frequencies;
  }

  private static float[] divisors(String what, String field, float[] divisors) {
    for (int i = 0; i < divisors.length; i++) {
      Checks.positive(what, field + "[" + i + "]", divisors[i]);
    }
    return divisors.clone();
  }
}
