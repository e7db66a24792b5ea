// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.DataType;
import java.util.Collections;
import java.util.List;

/**
 * The size of a paged cache of keys and values.
 *
 * @param layers what each layer holds, of those that have keys and values of their own
 * @param numBlocks blocks, shared by all users
 * @param blockSize positions of a block, a multiple of 32
 */
public record KVCacheConfig(List<Layer> layers, int numBlocks, int blockSize) {
  /** The usual size of a block in positions: {@value}. */
  public static final int DEFAULT_BLOCK_SIZE = 32;

  /**
   * The keys of a layer, and likewise the values.
   *
   * @param numKvHeads key and value heads on each device, KV
   * @param headDim the extent of a head on the device, D
   * @param dtype BFLOAT16, BFLOAT8_B, BFLOAT4_B, or FLOAT32 on the host
   */
  public record Layer(int numKvHeads, int headDim, DataType dtype) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if a size is not positive, or dtype is an integer type or
     *     FLOAT16
     * @throws NullPointerException if dtype is null
     */
    public Layer {
      Checks.positive("KV cache", "numKvHeads", numKvHeads);
      Checks.positive("KV cache", "headDim", headDim);
      Checks.floating("KV cache", "dtype", dtype);
    }

    /** What a layer's attention expects. */
    static Layer of(AttentionPlan plan) {
      return new Layer(plan.deviceKvHeads(), plan.paddedHeadDim(), plan.cacheDtype());
    }
  }

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if there are no layers, numBlocks or blockSize is not
   *     positive, or blockSize is no multiple of 32
   * @throws NullPointerException if layers, or one of them, is null
   */
  public KVCacheConfig {
    layers = List.copyOf(layers);
    Checks.positive("KV cache", "numLayers", layers.size());
    Checks.positive("KV cache", "numBlocks", numBlocks);
    Checks.positive("KV cache", "blockSize", blockSize);
    if (blockSize % DEFAULT_BLOCK_SIZE != 0) {
      throw new IllegalArgumentException(
          "KV cache: blockSize is %d, expected a multiple of %d"
              .formatted(blockSize, DEFAULT_BLOCK_SIZE));
    }
  }

  /**
   * A cache of equal layers.
   *
   * @throws IllegalArgumentException if a number is not positive, blockSize is no multiple of 32,
   *     or dtype is an integer type or FLOAT16
   */
  public KVCacheConfig(
      int numLayers, int numKvHeads, int headDim, int numBlocks, int blockSize, DataType dtype) {
    this(
        Collections.nCopies(Math.max(numLayers, 0), new Layer(numKvHeads, headDim, dtype)),
        numBlocks,
        blockSize);
  }

  /**
   * A cache of equal layers, with blocks of the usual size.
   *
   * @throws IllegalArgumentException if a number is not positive, or dtype is an integer type or
   *     FLOAT16
   */
  public KVCacheConfig(int numLayers, int numKvHeads, int headDim, int numBlocks, DataType dtype) {
    this(numLayers, numKvHeads, headDim, numBlocks, DEFAULT_BLOCK_SIZE, dtype);
  }

  /**
   * A cache for layers of one kind of attention.
   *
   * @throws IllegalArgumentException if a number is not positive, or blockSize is no multiple of 32
   */
  public static KVCacheConfig of(AttentionPlan plan, int numLayers, int numBlocks, int blockSize) {
    return of(Collections.nCopies(numLayers, plan), numBlocks, blockSize);
  }

  /**
   * A cache for a model's layers, in order.
   *
   * @throws IllegalArgumentException if there are no layers, a number is not positive, or blockSize
   *     is no multiple of 32
   */
  public static KVCacheConfig of(List<AttentionPlan> layers, int numBlocks, int blockSize) {
    return new KVCacheConfig(layers.stream().map(Layer::of).toList(), numBlocks, blockSize);
  }

  /** Returns how many layers there are. */
  public int numLayers() {
    return layers.size();
  }

  /** Returns the positions that all blocks hold together. */
  public long positions() {
    return (long) numBlocks * blockSize;
  }
}
