// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.bench;

import dev.tttv2.core.Tensor;
import dev.tttv2.core.block.Block;
import org.openjdk.jmh.annotations.Param;

/** {@link dev.tttv2.core.block.RMSNorm#forward} of rows of the hidden size. */
public class RMSNormBenchmark extends BlockBenchmark {
  /** Rows: users in decode, positions in prefill. */
  @Param({"1", "8", "32", "128", "512", "2048"})
  public int rows;

  @Override
  Block block(SmolLM2 model) {
    return model.norm();
  }

  @Override
  Tensor input(SmolLM2 model) {
    return model.activation(rows);
  }
}
