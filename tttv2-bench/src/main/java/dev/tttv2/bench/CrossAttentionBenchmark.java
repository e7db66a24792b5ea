// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.bench;

import dev.tttv2.core.Tensor;
import dev.tttv2.core.block.Block;
import dev.tttv2.core.block.CrossAttention;
import org.openjdk.jmh.annotations.Param;

/**
 * {@link dev.tttv2.core.block.CrossAttention#forward} to a context whose keys and values are there.
 */
public class CrossAttentionBenchmark extends BlockBenchmark {
  /** Rows that attend. */
  @Param({"1", "128", "512"})
  public int length;

  /** Rows that are attended to. */
  @Param({"128", "2048"})
  public int context;

  @Override
  Block block(SmolLM2 model) {
    CrossAttention attention = model.crossAttention();
    try (Tensor attended = model.activation(context)) {
      CrossAttention.Context keysAndValues = attention.context(attended);
      return new Applied(
          x -> attention.forward(x, keysAndValues, null),
          () -> {
            keysAndValues.close();
            attention.close();
          });
    }
  }

  @Override
  Tensor input(SmolLM2 model) {
    return model.activation(length);
  }
}
