// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.bench;

import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.config.TensorGroup;
import dev.tttv2.core.DataType;
import java.util.Arrays;
import java.util.List;

/** The precisions that runs are given by name. */
final class Precisions {
  /** What is multiplied with. */
  private static final List<TensorGroup> LINEARS =
      List.of(
          TensorGroup.WQKV,
          TensorGroup.WO,
          TensorGroup.FF1_FF3,
          TensorGroup.FF2,
          TensorGroup.LM_HEAD);

  private Precisions() {}

  /**
   * Returns a preset of {@link OptimizationConfig#of}, or, for the name of a dtype, the preset
   * accuracy with the weights of all linears in it: activations, cache, norms and the table of
   * embeddings are BFLOAT16.
   *
   * @throws IllegalArgumentException if there is none of this name, or weights cannot have the
   *     dtype
   */
  static OptimizationConfig of(String name) {
    if (Arrays.stream(DataType.values()).noneMatch(dtype -> dtype.name().equals(name))) {
      return OptimizationConfig.of(name);
    }
    OptimizationConfig config = OptimizationConfig.accuracy();
    for (TensorGroup group : LINEARS) {
      config = config.withOverride(group, DataType.valueOf(name));
    }
    return config;
  }
}
