// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.bench;

import dev.tttv2.core.Tensor;
import dev.tttv2.core.block.Block;
import org.openjdk.jmh.annotations.Param;

/** {@link dev.tttv2.core.block.LMHead#forward}. */
public class LMHeadBenchmark extends BlockBenchmark {
  /** Rows: one of a prompt, a row for each user in decode. */
  @Param({"1", "8", "32"})
  public int rows;

  @Override
  Block block(SmolLM2 model) {
    return model.head();
  }

  @Override
  Tensor input(SmolLM2 model) {
    return model.activation(rows);
  }
}
