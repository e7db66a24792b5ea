// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import dev.tttv2.core.TensorSpec;
import dev.tttv2.core.Ttnn;
import java.util.Objects;

/**
 * A paged cache of keys and values. Which blocks are whose is said by the page tables of the steps.
 *
 * <pre>
 * for each layer: keys, values T [numBlocks, KV, blockSize, D], zeros at first; KV of each device
 * prefill  written by paged_fill_cache, read by chunked_scaled_dot_product_attention
 * decode   written by paged_update_cache, read by paged_scaled_dot_product_attention_decode
 * copy     slice, paged_fill_cache
 * </pre>
 */
public final class KVCache implements AutoCloseable {
  private final Device device;
  private final KVCacheConfig config;
  private final TensorScope tensors = new TensorScope();
  private final Tensor[] keys;
  private final Tensor[] values;
  private final long bytes;

  /** Allocates an empty cache. */
  public KVCache(Device device, KVCacheConfig config) {
    this.device = device;
    this.config = config;
    keys = new Tensor[config.numLayers()];
    values = new Tensor[config.numLayers()];
    long sum = 0;
    try {
      for (int layer = 0; layer < keys.length; layer++) {
        TensorSpec spec = spec(device, config, layer);
        keys[layer] = tensors.add(Tensor.zeros(device, spec).named("keys of layer " + layer));
        values[layer] = tensors.add(Tensor.zeros(device, spec).named("values of layer " + layer));
        sum += 2 * keys[layer].storageSize();
      }
      bytes = sum;
    } catch (Throwable e) {
      tensors.close();
      throw e;
    }
  }

  private static TensorSpec spec(Device device, KVCacheConfig config, int layer) {
    KVCacheConfig.Layer of = config.layers().get(layer);
    return TensorSpec.tile(
        device.target().requireAttentionType("KV cache", of.dtype()),
        config.numBlocks(),
        of.numKvHeads(),
        config.blockSize(),
        of.headDim());
  }

  /**
   * Returns the keys of a layer; they stay the cache's.
   *
   * @throws IndexOutOfBoundsException if there is no such layer
   */
  public Tensor key(int layer) {
    return keys[layer];
  }

  /**
   * Returns the values of a layer; they stay the cache's.
   *
   * @throws IndexOutOfBoundsException if there is no such layer
   */
  public Tensor value(int layer) {
    return values[layer];
  }

  /**
   * Copies the keys and values of one block to another, in all layers.
   *
   * @param from the block to read
   * @param to the block to overwrite
   * @throws IndexOutOfBoundsException if there is no such block
   */
  public void copyBlock(int from, int to) {
    Objects.checkIndex(from, config.numBlocks());
    Objects.checkIndex(to, config.numBlocks());
    try (Tensor target = Tensor.ofInts(device, DataType.INT32, new int[] {to}, 1, 1)) {
      for (int layer = 0; layer < keys.length; layer++) {
        copyBlock(keys[layer], from, target);
        copyBlock(values[layer], from, target);
      }
    }
  }

  private static void copyBlock(Tensor cache, int from, Tensor target) {
    long[] starts = {from, 0, 0, 0};
    long[] ends = {from + 1, cache.dim(1), cache.dim(2), cache.dim(3)};
    try (Tensor block = Ttnn.slice(cache, starts, ends)) {
      Ttnn.pagedFillCache(cache, block, target, 0);
    }
  }

  /** Returns the bytes of all layers together. */
  public long bytes() {
    return bytes;
  }

  /** Returns what the cache was made from. */
  public KVCacheConfig config() {
    return config;
  }

  /** Frees the cache. Idempotent. */
  @Override
  public void close() {
    tensors.close();
  }
}
