// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.bench;

import dev.tttv2.config.OptimizationConfig;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The precision preset of a run. */
@State(Scope.Benchmark)
public class Precision {
  /**
   * A preset, float32, accuracy or performance, or the dtype of all linears' weights: BFLOAT16,
   * BFLOAT8_B or BFLOAT4_B.
   */
  @Param("accuracy")
  public String preset;

  private OptimizationConfig config;

  /** Looks the preset up. */
  @Setup(Level.Trial)
  public void resolve() {
    config = Precisions.of(preset);
  }

  /** Returns what configures the blocks. */
  OptimizationConfig config() {
    return config;
  }
}
