// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.bench;

import dev.tttv2.core.Tensor;
import dev.tttv2.core.block.Block;
import dev.tttv2.core.block.Embedding;
import org.openjdk.jmh.annotations.Param;

/** {@link dev.tttv2.core.block.Embedding#forward} of token ids. */
public class EmbeddingBenchmark extends BlockBenchmark {
  /** Ids: of users in decode, of positions in prefill. */
  @Param({"1", "8", "32", "128", "512", "2048"})
  public int rows;

  @Override
  Block block(SmolLM2 model) {
    Embedding embedding = model.embedding();
    return new Applied(embedding::forward, embedding::close);
  }

  @Override
  Tensor input(SmolLM2 model) {
    return model.ids(rows);
  }
}
