// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.bench;

import dev.tttv2.core.Tensor;
import dev.tttv2.core.block.Block;
import dev.tttv2.core.block.PatchEmbedding;
import org.openjdk.jmh.annotations.Param;

/**
 * {@link dev.tttv2.core.block.PatchEmbedding#forward} of square images, in patches of 16 x 16
 * pixels.
 */
public class PatchEmbeddingBenchmark extends BlockBenchmark {
  /** Pixels of a side. */
  @Param({"224", "512"})
  public int side;

  @Override
  Block block(SmolLM2 model) {
    PatchEmbedding embedding = model.patchEmbedding(side);
    return new Applied(embedding::forward, embedding::close);
  }

  @Override
  Tensor input(SmolLM2 model) {
    return model.pixels(side);
  }
}
