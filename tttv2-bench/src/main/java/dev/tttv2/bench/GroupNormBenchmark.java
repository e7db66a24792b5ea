// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.bench;

import dev.tttv2.core.Tensor;
import dev.tttv2.core.block.Block;
import org.openjdk.jmh.annotations.Param;

/** {@link dev.tttv2.core.block.GroupNorm#forward} of one image, 32 groups of channels. */
public class GroupNormBenchmark extends BlockBenchmark {
  /** Positions of the image, height times width. */
  @Param({"256", "1024", "4096"})
  public int positions;

  @Override
  Block block(SmolLM2 model) {
    return model.groupNorm();
  }

  @Override
  Tensor input(SmolLM2 model) {
    return model.image(positions);
  }
}
