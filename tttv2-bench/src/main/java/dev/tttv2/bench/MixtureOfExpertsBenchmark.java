// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.bench;

import dev.tttv2.core.Tensor;
import dev.tttv2.core.block.Block;
import org.openjdk.jmh.annotations.Param;

/**
 * {@link dev.tttv2.core.block.MixtureOfExperts#forward}: 2 of 8 experts, each as large as the MLP.
 */
public class MixtureOfExpertsBenchmark extends BlockBenchmark {
  /** Rows: users in decode, positions in prefill. */
  @Param({"1", "8", "32", "128", "512", "2048"})
  public int rows;

  @Override
  Block block(SmolLM2 model) {
    return model.mixtureOfExperts();
  }

  @Override
  Tensor input(SmolLM2 model) {
    return model.activation(rows);
  }
}
