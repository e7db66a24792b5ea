// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import dev.tttv2.core.ComputeConfig;
import dev.tttv2.core.MathFidelity;

/** The compute configs that tt-transformers' recipes choose from, under its names. */
public enum ComputeProfile {
  /** One pass, sums in 16 bits. */
  LOFI("lofi", MathFidelity.LOFI, false, false, true),
  /** Two passes, approximate functions, sums in float32. */
  HIFI2("hifi2", MathFidelity.HIFI2, true, true, true),
  /** Two passes, sums in 16 bits, not added up in L1. */
  HIFI2_NA("hifi2na", MathFidelity.HIFI2, false, false, false),
  /** Two passes, sums in 16 bits: saves L1. */
  HIFI2_FP16("hifi2fp16", MathFidelity.HIFI2, false, false, true),
  /** Four passes, sums in float32, not added up in L1: attention in tt-transformers. */
  HIFI4("hifi4", MathFidelity.HIFI4, false, true, false),
  /** Four passes, sums in float32. */
  HIFI4_FP32("hifi4fp32", MathFidelity.HIFI4, false, true, true);

  private final String key;
  private final ComputeConfig config;

  ComputeProfile(
      String key, MathFidelity fidelity, boolean approx, boolean fp32Acc, boolean l1Acc) {
    this.key = key;
    this.config = new ComputeConfig(fidelity, approx, fp32Acc, l1Acc);
  }

  /** Returns the name used in overrides. */
  public String key() {
    return key;
  }

  /** Returns the compute config. */
  public ComputeConfig config() {
    return config;
  }
}
