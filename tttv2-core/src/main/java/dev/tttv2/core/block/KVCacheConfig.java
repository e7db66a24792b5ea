// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.DataType;

/**
 * The size of a paged cache of keys and values.
 *
 * @param numLayers layers that have keys and values of their own
 * @param numKvHeads key and value heads, KV
 * @param headDim the extent of a head on the device, D
 * @param numBlocks blocks, shared by all users
 * @param blockSize positions of a block, a multiple of 32
 * @param dtype BFLOAT16, BFLOAT8_B, BFLOAT4_B, or FLOAT32 on the host
 */
public record KVCacheConfig(
    int numLayers, int numKvHeads, int headDim, int numBlocks, int blockSize, DataType dtype) {
  /** The usual size of a block in positions: {@value}. */
  public static final int DEFAULT_BLOCK_SIZE = 32;

  /** Checks the numbers. */
  public KVCacheConfig {
    Checks.positive("KV cache", "numLayers", numLayers);
    Checks.positive("KV cache", "numKvHeads", numKvHeads);
    Checks.positive("KV cache", "headDim", headDim);
    Checks.positive("KV cache", "numBlocks", numBlocks);
    Checks.positive("KV cache", "blockSize", blockSize);
    if (blockSize % DEFAULT_BLOCK_SIZE != 0) {
      throw new IllegalArgumentException(
          "KV cache: blockSize is %d, expected a multiple of %d"
              .formatted(blockSize, DEFAULT_BLOCK_SIZE));
    }
    Checks.floating("KV cache", "dtype", dtype);
  }

  /** A cache with blocks of the usual size. */
  public KVCacheConfig(int numLayers, int numKvHeads, int headDim, int numBlocks, DataType dtype) {
    this(numLayers, numKvHeads, headDim, numBlocks, DEFAULT_BLOCK_SIZE, dtype);
  }

  /** A cache for layers of one kind of attention. */
  public static KVCacheConfig of(AttentionPlan plan, int numLayers, int numBlocks, int blockSize) {
    return new KVCacheConfig(
        numLayers,
        plan.numKvHeads(),
        plan.paddedHeadDim(),
        numBlocks,
        blockSize,
        plan.cacheDtype());
  }

  /** Returns the positions that all blocks hold together. */
  public long positions() {
    return (long) numBlocks * blockSize;
  }
}
