// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.bench;

import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.config.TensorGroup;
import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.Layout;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.block.Attention;
import dev.tttv2.core.block.AttentionConfig;
import dev.tttv2.core.block.AttentionWeights;
import dev.tttv2.core.block.CrossAttention;
import dev.tttv2.core.block.CrossAttentionConfig;
import dev.tttv2.core.block.Embedding;
import dev.tttv2.core.block.EmbeddingConfig;
import dev.tttv2.core.block.GroupNorm;
import dev.tttv2.core.block.GroupNormConfig;
import dev.tttv2.core.block.KVCache;
import dev.tttv2.core.block.KVCacheConfig;
import dev.tttv2.core.block.LMHead;
import dev.tttv2.core.block.LMHeadConfig;
import dev.tttv2.core.block.LayerNorm;
import dev.tttv2.core.block.LayerNormConfig;
import dev.tttv2.core.block.MLP;
import dev.tttv2.core.block.MLPConfig;
import dev.tttv2.core.block.MLPWeights;
import dev.tttv2.core.block.MixtureOfExperts;
import dev.tttv2.core.block.MixtureOfExpertsConfig;
import dev.tttv2.core.block.MixtureOfExpertsWeights;
import dev.tttv2.core.block.PatchEmbedding;
import dev.tttv2.core.block.PatchEmbeddingConfig;
import dev.tttv2.core.block.RMSNorm;
import dev.tttv2.core.block.RMSNormConfig;
import dev.tttv2.core.block.RoPE;
import dev.tttv2.core.block.RoPEConfig;
import dev.tttv2.core.block.TransformerBlock;
import dev.tttv2.core.block.TransformerBlockConfig;
import java.util.Arrays;

/**
 * The blocks of SmolLM2-135M in its sizes (its config.json), and others beside them in such sizes,
 * with random weights.
 */
final class SmolLM2 {
  static final int HIDDEN = 576;
  static final int INTERMEDIATE = 1536;
  static final int HEADS = 9;
  static final int KV_HEADS = 3;
  static final int HEAD_DIM = 64;
  static final int VOCABULARY = 49152;
  static final double ROPE_THETA = 100_000;

  // What the model does not have.
  private static final int GROUPS = 32;
  private static final int EXPERTS = 8;
  private static final int EXPERTS_PER_TOKEN = 2;
  private static final int COLOURS = 3;
  private static final int PATCH = 16;

  private final Device device;
  private final OptimizationConfig config;
  private final RandomValues random = new RandomValues();

  SmolLM2(Device device, Precision precision) {
    this.device = device;
    config = precision.config();
  }

  /** An activation T [1, 1, rows, HIDDEN]. */
  Tensor activation(int rows) {
    return random.activation(device, config.dtype(TensorGroup.ACTIVATION), rows, HIDDEN);
  }

  /** Token ids R [1, count]. */
  Tensor ids(int count) {
    int[] ids = random.permutation(VOCABULARY);
    return Tensor.ofInts(device, DataType.UINT32, Arrays.copyOf(ids, count), 1, count);
  }

  /** An image of as many channels as the hidden size, T [1, 1, positions, HIDDEN]. */
  Tensor image(int positions) {
    return activation(positions);
  }

  /** An RGB image R [1, 3, side, side]. */
  Tensor pixels(int side) {
    return Tensor.of(
        device,
        config.dtype(TensorGroup.ACTIVATION),
        Layout.ROW_MAJOR,
        random.floats(COLOURS * side * side, 1),
        1,
        COLOURS,
        side,
        side);
  }

  Embedding embedding() {
    return new Embedding(
        device,
        config
            .configure(EmbeddingConfig.builder(VOCABULARY, HIDDEN))
            .build()
            .resolve(device.target()),
        random.weight("embedding", VOCABULARY, HIDDEN));
  }

  PatchEmbedding patchEmbedding(int side) {
    return new PatchEmbedding(
        device,
        config
            .configure(
                PatchEmbeddingConfig.builder(side, side, PATCH, COLOURS, HIDDEN)
                    .bias(true)
                    .classToken(false)
                    .positions(false))
            .build()
            .resolve(device.target()),
        random.weight("patches", HIDDEN, COLOURS * PATCH * PATCH),
        random.weight("patches' bias", HIDDEN),
        null,
        null);
  }

  RMSNorm norm() {
    return new RMSNorm(
        device,
        config.configure(0, RMSNormConfig.builder(HIDDEN)).build().resolve(device.target()),
        random.weight("norm", HIDDEN));
  }

  LayerNorm layerNorm() {
    return new LayerNorm(
        device,
        config.configure(0, LayerNormConfig.builder(HIDDEN)).build().resolve(device.target()),
        random.weight("norm", HIDDEN),
        random.weight("norm's bias", HIDDEN));
  }

  /** Of an image with as many channels as the hidden size. */
  GroupNorm groupNorm() {
    return new GroupNorm(
        device,
        config.configure(GroupNormConfig.builder(HIDDEN, GROUPS)).build().resolve(device.target()),
        random.weight("norm", HIDDEN),
        random.weight("norm's bias", HIDDEN));
  }

  MLP mlp() {
    return new MLP(
        device,
        config
            .configure(0, MLPConfig.builder(HIDDEN, INTERMEDIATE))
            .build()
            .resolve(device.target()),
        new MLPWeights(
            random.weight("gate", INTERMEDIATE, HIDDEN),
            random.weight("up", INTERMEDIATE, HIDDEN),
            random.weight("down", HIDDEN, INTERMEDIATE)));
  }

  /** Experts of the MLP's size. */
  MixtureOfExperts mixtureOfExperts() {
    return new MixtureOfExperts(
        device,
        config
            .configure(
                0, MixtureOfExpertsConfig.builder(HIDDEN, INTERMEDIATE, EXPERTS, EXPERTS_PER_TOKEN))
            .build()
            .resolve(device.target()),
        new MixtureOfExpertsWeights(
            random.weight("router", EXPERTS, HIDDEN),
            random.weight("gates", EXPERTS, INTERMEDIATE, HIDDEN),
            random.weight("ups", EXPERTS, INTERMEDIATE, HIDDEN),
            random.weight("downs", EXPERTS, HIDDEN, INTERMEDIATE)));
  }

  LMHead head() {
    return new LMHead(
        device,
        config.configure(LMHeadConfig.builder(HIDDEN, VOCABULARY)).build().resolve(device.target()),
        random.weight("head", VOCABULARY, HIDDEN));
  }

  CrossAttention crossAttention() {
    return new CrossAttention(
        device,
        config
            .configure(0, CrossAttentionConfig.builder(HIDDEN, HIDDEN, HEADS, KV_HEADS, HEAD_DIM))
            .build()
            .resolve(device.target()),
        attentionWeights());
  }

  Attention attention() {
    return new Attention(
        device,
        config
            .configure(0, AttentionConfig.builder(HIDDEN, HEADS, KV_HEADS, HEAD_DIM))
            .build()
            .resolve(device.target()),
        attentionWeights());
  }

  private AttentionWeights attentionWeights() {
    return new AttentionWeights(
        random.weight("q", HEADS * HEAD_DIM, HIDDEN),
        random.weight("k", KV_HEADS * HEAD_DIM, HIDDEN),
        random.weight("v", KV_HEADS * HEAD_DIM, HIDDEN),
        random.weight("o", HIDDEN, HEADS * HEAD_DIM));
  }

  TransformerBlock block() {
    return new TransformerBlock(
        config.configure(0, TransformerBlockConfig.builder(0)).build().resolve(device.target()),
        norm(),
        attention(),
        norm(),
        mlp());
  }

  RoPE rope(int positions) {
    return new RoPE(
        device,
        config
            .configure(RoPEConfig.builder(HEAD_DIM, positions).theta(ROPE_THETA))
            .build()
            .resolve(device.target()));
  }

  /** A cache of one layer that is full of keys and values. */
  KVCache cache(int blocks) {
    KVCache cache =
        new KVCache(
            device,
            new KVCacheConfig(1, KV_HEADS, HEAD_DIM, blocks, config.dtype(TensorGroup.KV_CACHE)));
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
