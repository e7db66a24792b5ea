// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.bench;

import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import dev.tttv2.core.block.KVCache;
import dev.tttv2.core.block.KVCacheConfig;
import dev.tttv2.core.block.PrefillStep;
import dev.tttv2.core.block.RoPE;
import dev.tttv2.core.block.Rotation;

/** A prompt of one user from position 0, and what a prefill needs besides. */
final class PrefillInputs implements AutoCloseable {
  private final TensorScope tensors = new TensorScope();
  private final RoPE rope;
  private final Rotation rotation;
  private final KVCache cache;
  final Tensor x;
  final PrefillStep step;

  PrefillInputs(Device device, SmolLM2 model, int length) {
    int blocks = Math.ceilDiv(length, KVCacheConfig.DEFAULT_BLOCK_SIZE);
    rope = model.rope(length);
    rotation = rope.prefill(0, length);
    cache = model.cache(blocks);
    Tensor pageTable =
        tensors.add(Tensor.ofInts(device, DataType.INT32, model.pageTable(1, blocks), 1, blocks));
    x = tensors.add(model.activation(length));
    step = new PrefillStep(rotation, cache, pageTable, 0, 0, length);
  }

  @Override
  public void close() {
    tensors.close();
    cache.close();
    rotation.close();
    rope.close();
  }
}
