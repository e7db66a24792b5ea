// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

/**
 * How rotary frequencies are stretched for contexts longer than those of the first training. The
 * formulas are those of Hugging Face transformers, modeling_rope_utils.py, in float32.
 */
public sealed interface RoPEScaling {
  /** Frequencies as they are. */
  RoPEScaling NONE = new None();

  /**
   * Returns the scaled frequencies.
   *
   * @param frequencies theta^(-2 i / D) for each pair i; left unchanged
   * @return as many
   */
  float[] scale(float[] frequencies);

  /** Frequencies as they are. */
  record None() implements RoPEScaling {
    @Override
    public float[] scale(float[] frequencies) {
      return frequencies.clone();
    }
  }

  /**
   * All frequencies divided by a factor: rope_type "linear".
   *
   * @param factor how many times the original context
   */
  record Linear(double factor) implements RoPEScaling {
    /** Checks the factor. */
    public Linear {
      Checks.positive("RoPE linear scaling", "factor", factor);
    }

    @Override
    public float[] scale(float[] frequencies) {
      float[] scaled = new float[frequencies.length];
      for (int i = 0; i < scaled.length; i++) {
        scaled[i] = frequencies[i] / (float) factor;
      }
      return scaled;
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
    /** Checks the factors. */
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
    public float[] scale(float[] frequencies) {
      float longest = (float) (originalMaxPositions / lowFreqFactor);
      float shortest = (float) (originalMaxPositions / highFreqFactor);
      float low = (float) lowFreqFactor;
      float span = (float) (highFreqFactor - lowFreqFactor);
      float[] scaled = new float[frequencies.length];
      for (int i = 0; i < scaled.length; i++) {
        float frequency = frequencies[i];
        float wavelength = (float) (2 * Math.PI) / frequency;
        if (wavelength > longest) {
          scaled[i] = frequency / (float) factor;
        } else if (wavelength < shortest) {
          scaled[i] = frequency;
        } else {
          float smooth = (originalMaxPositions / wavelength - low) / span;
          scaled[i] = (1 - smooth) * frequency / (float) factor + smooth * frequency;
        }
      }
      return scaled;
    }
  }
}
