// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.bench;

import dev.tttv2.config.OpGroup;
import dev.tttv2.config.TensorGroup;
import dev.tttv2.core.Device;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.block.Attention;
import dev.tttv2.core.block.AttentionConfig;
import dev.tttv2.core.block.AttentionWeights;
import dev.tttv2.core.block.KVCache;
import dev.tttv2.core.block.KVCacheConfig;
import dev.tttv2.core.block.MLP;
import dev.tttv2.core.block.MLPConfig;
import dev.tttv2.core.block.MLPWeights;
import dev.tttv2.core.block.RMSNorm;
import dev.tttv2.core.block.RMSNormConfig;
import dev.tttv2.core.block.RoPE;
import dev.tttv2.core.block.RoPEConfig;
import dev.tttv2.core.block.TransformerBlock;
import dev.tttv2.core.block.TransformerBlockConfig;

/** One layer in the sizes of SmolLM2-135M (its config.json), with random weights. */
final class SmolLM2 {
  static final int HIDDEN = 576;
  static final int INTERMEDIATE = 1536;
  static final int HEADS = 9;
  static final int KV_HEADS = 3;
  static final int HEAD_DIM = 64;
  static final int VOCABULARY = 49152;
  static final double ROPE_THETA = 100_000;

  private final Device device;
  private final Precision precision;
  private final RandomValues random = new RandomValues();

  SmolLM2(Device device, Precision precision) {
    this.device = device;
    this.precision = precision;
  }

  /** An activation T [1, 1, rows, HIDDEN]. */
  Tensor activation(int rows) {
    return random.activation(device, precision.dtype(TensorGroup.ACTIVATION), rows, HIDDEN);
  }

  RMSNorm norm() {
    return new RMSNorm(
        device,
        RMSNormConfig.builder(HIDDEN)
            .weightDtype(precision.dtype(TensorGroup.NORM))
            .compute(precision.compute(OpGroup.NORM))
            .build()
            .resolve(device.target()),
        random.weight("norm", HIDDEN));
  }

  MLP mlp() {
    return new MLP(
        device,
        MLPConfig.builder(HIDDEN, INTERMEDIATE)
            .gateUpDtype(precision.dtype(TensorGroup.FF1_FF3))
            .downDtype(precision.dtype(TensorGroup.FF2))
            .activationDtype(precision.dtype(TensorGroup.ACTIVATION))
            .gateUpCompute(precision.compute(OpGroup.LI_FF1_FF3))
            .downCompute(precision.compute(OpGroup.LI_FF2))
            .build()
            .resolve(device.target()),
        new MLPWeights(
            random.weight("gate", INTERMEDIATE, HIDDEN),
            random.weight("up", INTERMEDIATE, HIDDEN),
            random.weight("down", HIDDEN, INTERMEDIATE)));
  }

  Attention attention() {
    return new Attention(
        device,
        AttentionConfig.builder(HIDDEN, HEADS, KV_HEADS, HEAD_DIM)
            .wqkvDtype(precision.dtype(TensorGroup.WQKV))
            .woDtype(precision.dtype(TensorGroup.WO))
            .activationDtype(precision.dtype(TensorGroup.ACTIVATION))
            .cacheDtype(precision.dtype(TensorGroup.KV_CACHE))
            .wqkvPrefillCompute(precision.compute(OpGroup.LI_QKV_PREFILL))
            .wqkvDecodeCompute(precision.compute(OpGroup.LI_QKV_DECODE))
            .woPrefillCompute(precision.compute(OpGroup.LI_O_PREFILL))
            .woDecodeCompute(precision.compute(OpGroup.LI_O_DECODE))
            .decodeCompute(precision.compute(OpGroup.SDPA_DECODE))
            .prefillCompute(precision.compute(OpGroup.SDPA_PREFILL))
            .build()
            .resolve(device.target()),
        new AttentionWeights(
            random.weight("q", HEADS * HEAD_DIM, HIDDEN),
            random.weight("k", KV_HEADS * HEAD_DIM, HIDDEN),
            random.weight("v", KV_HEADS * HEAD_DIM, HIDDEN),
            random.weight("o", HIDDEN, HEADS * HEAD_DIM)));
  }

  TransformerBlock block() {
    return new TransformerBlock(
        TransformerBlockConfig.builder(0)
            .residualDtype(precision.dtype(TensorGroup.ACTIVATION))
            .build()
            .resolve(device.target()),
        norm(),
        attention(),
        norm(),
        mlp());
  }

  RoPE rope(int positions) {
    return new RoPE(
        device,
        RoPEConfig.builder(HEAD_DIM, positions)
            .theta(ROPE_THETA)
            .dtype(precision.dtype(TensorGroup.ACTIVATION))
            .build()
            .resolve(device.target()));
  }

  /** A cache of one layer that is full of keys and values. */
  KVCache cache(int blocks) {
    KVCache cache =
        new KVCache(
            device,
            new KVCacheConfig(
                1, KV_HEADS, HEAD_DIM, blocks, precision.dtype(TensorGroup.KV_CACHE)));
    int count = blocks * KV_HEADS * KVCacheConfig.DEFAULT_BLOCK_SIZE * HEAD_DIM;
    cache.key(0).write(random.floats(count, 1));
    cache.value(0).write(random.floats(count, 1));
    return cache;
  }

  /** The blocks of users, scattered over a cache of just as many blocks. */
  int[] pageTable(int users, int blocksPerUser) {
    return random.permutation(users * blocksPerUser);
  }
}
