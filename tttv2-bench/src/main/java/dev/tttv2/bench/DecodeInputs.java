// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.bench;

import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import dev.tttv2.core.block.DecodeStep;
import dev.tttv2.core.block.KVCache;
import dev.tttv2.core.block.KVCacheConfig;
import dev.tttv2.core.block.RoPE;
import dev.tttv2.core.block.Rotation;
import java.util.Arrays;

/** One position of each user at the end of a full context, and what a decode needs besides. */
final class DecodeInputs implements AutoCloseable {
  private final TensorScope tensors = new TensorScope();
  private final RoPE rope;
  private final Rotation rotation;
  private final KVCache cache;
  final Tensor x;
  final DecodeStep step;

  /**
   * Makes the inputs.
   *
   * @param context the positions that each user's query sees, its own included
   */
  DecodeInputs(Device device, SmolLM2 model, int users, int context) {
    int blocks = Math.ceilDiv(context, KVCacheConfig.DEFAULT_BLOCK_SIZE);
    int[] last = new int[users];
    Arrays.fill(last, context - 1);
    rope = model.rope(context);
    Tensor ropePositions = tensors.add(Tensor.ofInts(device, DataType.UINT32, last, 1, users));
    rotation = rope.decode(ropePositions);
    cache = model.cache(users * blocks);
    Tensor pageTable =
        tensors.add(
            Tensor.ofInts(device, DataType.INT32, model.pageTable(users, blocks), users, blocks));
    Tensor positions = tensors.add(Tensor.ofInts(device, DataType.INT32, last, users));
    x = tensors.add(model.activation(users));
    step = new DecodeStep(rotation, cache, pageTable, positions);
  }

  @Override
  public void close() {
    tensors.close();
    cache.close();
    rotation.close();
    rope.close();
  }
}
